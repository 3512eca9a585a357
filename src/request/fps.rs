//! Frames per second as an exact rational, so that 29.97 never drifts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Frames per second, a reduced fraction between 1 and 240.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fps {
    numer: u32,
    denom: u32,
}

/// Largest terms accepted, as in MP4's 32-bit time scales with room for products in 64 bits.
const LARGEST_TERM: u32 = 1_000_000;

impl Fps {
    /// Checks the range and reduces the fraction.
    ///
    /// # Errors
    /// A sentence with the range when the rate is not between 1 and 240.
    pub fn new(numer: u32, denom: u32) -> Result<Self, String> {
        let range = "1 to 240, a whole number or a fraction such as 30000/1001";
        if denom == 0 || numer > LARGEST_TERM || denom > LARGEST_TERM || numer < denom || numer > 240 * denom
        {
            return Err(format!("fps must be {range}"));
        }
        Ok(Self::reduced(numer, denom))
    }

    /// A rate read from a file, where anything above zero is possible.
    pub fn of_file(fps: u32, base: f64) -> Option<Self> {
        // Blender stores 30/1.001 as an integer and a 32-bit float; six digits bring 1001/1000 back exactly.
        let base = (base * 1e6).round();
        if fps == 0 || !(1.0..=1e12).contains(&base) {
            return None;
        }
        let (numer, denom) = (u64::from(fps) * 1_000_000, base as u64);
        let divisor = gcd(numer, denom);
        let (numer, denom) = (u32::try_from(numer / divisor).ok()?, u32::try_from(denom / divisor).ok()?);
        Some(Self { numer, denom })
    }

    /// From a fraction that was checked elsewhere.
    pub(crate) fn reduced(numer: u32, denom: u32) -> Self {
        let divisor = gcd(numer.into(), denom.into()).max(1) as u32;
        Self { numer: numer / divisor, denom: denom / divisor }
    }

    /// Frames in `denom` seconds.
    pub fn numer(self) -> u32 {
        self.numer
    }

    /// Seconds in which `numer` frames pass.
    pub fn denom(self) -> u32 {
        self.denom
    }

    /// The rate as a floating-point number.
    pub fn as_f64(self) -> f64 {
        f64::from(self.numer) / f64::from(self.denom)
    }

    /// Length of `frames` frames in seconds.
    pub fn seconds(self, frames: u32) -> f64 {
        f64::from(frames) * f64::from(self.denom) / f64::from(self.numer)
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl fmt::Display for Fps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denom == 1 { write!(f, "{}", self.numer) } else { write!(f, "{}/{}", self.numer, self.denom) }
    }
}

impl FromStr for Fps {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            // The decimal ways of writing the NTSC rates, which drift by a frame in minutes.
            let exact = match text {
                "23.976" | "23.98" => "24000/1001",
                "59.94" => "60000/1001",
                "119.88" => "120000/1001",
                _ => "30000/1001",
            };
            format!("fps must be 1 to 240, a whole number or a fraction such as {exact}, not {text:?}")
        };
        let (numer, denom) = text.split_once('/').unwrap_or((text, "1"));
        let term = |t: &str| {
            if t.bytes().all(|b| b.is_ascii_digit()) { t.parse().map_err(|_| wrong()) } else { Err(wrong()) }
        };
        Self::new(term(numer)?, term(denom)?).map_err(|_| wrong())
    }
}

impl Serialize for Fps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.denom == 1 { serializer.serialize_u32(self.numer) } else { serializer.collect_str(self) }
    }
}

impl<'de> Deserialize<'de> for Fps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => text,
            serde_json::Value::Number(number) => match number.as_f64() {
                Some(whole) if whole.fract() == 0.0 && (0.0..1e6).contains(&whole) => format!("{whole:.0}"),
                _ => number.to_string(),
            },
            other => other.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact_and_reduced() {
        assert_eq!("30000/1001".parse::<Fps>().unwrap().to_string(), "30000/1001");
        assert_eq!("60/2".parse::<Fps>().unwrap().to_string(), "30");
        assert_eq!(Fps::of_file(30, f64::from(1.001_f32)).unwrap().to_string(), "30000/1001");
        assert_eq!(Fps::of_file(24, 1.0).unwrap().to_string(), "24");
        assert_eq!(Fps::of_file(24, 0.0), None);
        assert_eq!(Fps::of_file(24, f64::NAN), None);
    }

    #[test]
    fn what_is_no_rate_is_refused_with_the_range() {
        for text in ["0", "-1", "241", "29.97", "1/0", "1/2", "", "/", "abc", "30/", "+30", "99999999999"] {
            let error = text.parse::<Fps>().unwrap_err();
            assert!(error.contains("1 to 240"), "{text}: {error}");
        }
    }

    #[test]
    fn json_takes_numbers_and_fractions() {
        let parse = |json: &str| serde_json::from_str::<Fps>(json);
        assert_eq!(parse("25").unwrap(), parse("25.0").unwrap());
        assert_eq!(serde_json::to_string(&parse("\"24000/1001\"").unwrap()).unwrap(), "\"24000/1001\"");
        assert!(parse("29.97").is_err());
        assert!(parse("null").is_err());
        assert!(parse("[30]").is_err());
    }
}
