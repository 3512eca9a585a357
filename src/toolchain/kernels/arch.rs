//! The architecture of a GPU as compilers name it: `sm_90`.

use std::fmt;
use std::str::FromStr;

/// A real architecture; the number is ten times the major and the minor compute capability, such as 90 or 120.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arch(pub u32);

impl Arch {
    /// The architecture of a GPU with this compute capability.
    pub fn of((major, minor): (u32, u32)) -> Self {
        Self(major.saturating_mul(10).saturating_add(minor))
    }

    /// The architectures of which a compiled kernel could run here, nearest first: this one, then older minors of the
    /// same major (NVIDIA's promise of binary compatibility).
    pub(super) fn and_older_minors(self) -> impl Iterator<Item = Self> {
        (self.0 / 10 * 10..=self.0).rev().map(Self)
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sm_{}", self.0)
    }
}

impl FromStr for Arch {
    type Err = String;

    /// Reads `sm_90` or `90`.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("sm_").unwrap_or(text);
        let number = (2..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(arch @ 10..) if number => Ok(Self(arch)),
            _ => Err("an architecture is written sm_90 or 90".to_owned()),
        }
    }
}

/// Architectures of cards, in order, after NVIDIA's list of CUDA GPUs: between two neighbours there is no other card.
const CARDS: [u32; 19] = [30, 35, 37, 50, 52, 60, 61, 70, 75, 80, 86, 89, 90, 100, 103, 110, 120, 121, 130];

/// Architectures as people read them, neighbours from three on as a range: `sm_30 to sm_75, sm_86, sm_89`.
pub fn compact(archs: &[Arch]) -> String {
    let place = |arch: Arch| CARDS.iter().position(|card| *card == arch.0);
    let follows = |before: Arch, next: Arch| matches!((place(before), place(next)), (Some(before), Some(next)) if before + 1 == next);
    let runs = archs.chunk_by(|before, next| follows(*before, *next));
    let texts = runs.map(|run| match run {
        [first, .., last] if run.len() > 2 => format!("{first} to {last}"),
        _ => listed(run),
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// Architectures one by one: `sm_80, sm_90`.
pub fn listed(archs: &[Arch]) -> String {
    archs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_rubbish_is_not() {
        assert_eq!("sm_90".parse(), Ok(Arch(90)));
        assert_eq!("120".parse(), Ok(Arch(120)));
        for wrong in [
            "",
            "sm_",
            "9",
            "09",
            "sm_9",
            "sm_90a",
            "SM_90",
            "sm_9999",
            "+90",
            "-90",
            "sm_sm_90",
            "compute_75",
            "９０",
        ] {
            assert!(wrong.parse::<Arch>().is_err(), "{wrong}");
        }
        assert_eq!(Arch::of((12, 1)).to_string(), "sm_121");
        assert_eq!(Arch::of((u32::MAX, 1)), Arch(u32::MAX));
    }

    #[test]
    fn neighbours_become_a_range() {
        let text = |numbers: &[u32]| compact(&numbers.iter().map(|number| Arch(*number)).collect::<Vec<_>>());
        let shipped = [30, 35, 37, 50, 52, 60, 61, 70, 75, 86, 89];
        assert_eq!(text(&shipped), "sm_30 to sm_75, sm_86, sm_89");
        assert_eq!(text(&[50, 52, 60, 70, 75, 86, 120]), "sm_50 to sm_60, sm_70, sm_75, sm_86, sm_120");
        assert_eq!((text(&[]), text(&[87])), (String::new(), "sm_87".to_owned()));
    }
}
