//! A number that is not known exactly. Pure.

use serde::{Deserialize, Serialize};

/// What is expected, and between what it will most likely lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Not likely less than this.
    pub low: f64,
    /// What is expected.
    pub mean: f64,
    /// Not likely more than this.
    pub high: f64,
}

impl Spread {
    /// A number that is known.
    pub fn exact(value: f64) -> Self {
        Self { low: value, mean: value, high: value }
    }

    /// Mean and extremes of what was measured; `None` where nothing was.
    pub fn of(values: &[f64]) -> Option<Self> {
        let low = values.iter().copied().reduce(f64::min)?;
        let high = values.iter().copied().reduce(f64::max)?;
        Some(Self { low, mean: values.iter().sum::<f64>() / values.len() as f64, high })
    }

    /// At least this share of the mean on each side.
    #[must_use]
    pub fn at_least(self, share: f64) -> Self {
        let Self { low, mean, high } = self;
        Self { low: low.min(mean * (1.0 - share)).max(0.0), mean, high: high.max(mean * (1.0 + share)) }
    }

    /// The same function, which must not fall, of all three.
    #[must_use]
    pub fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Self { low: of(self.low), mean: of(self.mean), high: of(self.high) }
    }

    /// So many of them.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        self.map(|value| value * factor)
    }

    /// This much more.
    #[must_use]
    pub fn plus(self, value: f64) -> Self {
        self.map(|own| own + value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_and_mean() {
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]), Some(Spread { low: 1.0, mean: 2.0, high: 3.0 }));
        assert_eq!(Spread::of(&[]), None);
        let spread = Spread::exact(10.0).at_least(0.1);
        assert_eq!((spread.low, spread.high), (9.0, 11.0));
        assert_eq!(Spread { low: 1.0, mean: 2.0, high: 9.0 }.at_least(0.5).high, 9.0);
        assert_eq!(Spread::exact(2.0).at_least(2.0).low, 0.0);
        assert_eq!(Spread::exact(2.0).times(3.0).plus(1.0), Spread::exact(7.0));
    }
}
