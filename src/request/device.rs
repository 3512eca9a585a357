//! What Cycles renders on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Cycles GPU backend, in broll's order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// NVIDIA, with ray-tracing cores where the card has them.
    Optix,
    /// NVIDIA.
    Cuda,
    /// AMD.
    Hip,
    /// Intel.
    Oneapi,
    /// Apple.
    Metal,
}

impl Backend {
    /// All backends, best first.
    pub const PREFERRED: [Self; 5] = [Self::Optix, Self::Cuda, Self::Hip, Self::Oneapi, Self::Metal];

    /// The name that Cycles' preferences use.
    pub fn cycles_name(self) -> &'static str {
        match self {
            Self::Optix => "OPTIX",
            Self::Cuda => "CUDA",
            Self::Hip => "HIP",
            Self::Oneapi => "ONEAPI",
            Self::Metal => "METAL",
        }
    }

    /// The name as people write it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Optix => "OptiX",
            Self::Cuda => "CUDA",
            Self::Hip => "HIP",
            Self::Oneapi => "oneAPI",
            Self::Metal => "Metal",
        }
    }
}

/// The `device` of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Device {
    /// The first backend that has a real device; never the CPU.
    #[default]
    Auto,
    /// This backend or an error.
    Gpu(Backend),
    /// The processor, only ever by the caller's own choice.
    Cpu,
}

impl Device {
    /// Every accepted name.
    pub const NAMES: [&'static str; 7] = ["auto", "optix", "cuda", "hip", "oneapi", "metal", "cpu"];

    /// The backends to ask for, best first; empty for the CPU.
    pub fn backends(self) -> Vec<Backend> {
        match self {
            Self::Auto => Backend::PREFERRED.to_vec(),
            Self::Gpu(backend) => vec![backend],
            Self::Cpu => Vec::new(),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu(backend) => f.write_str(&backend.cycles_name().to_lowercase()),
        }
    }
}

impl FromStr for Device {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            _ => Backend::PREFERRED
                .into_iter()
                .find(|backend| backend.cycles_name().to_lowercase() == text)
                .map(Self::Gpu)
                .ok_or_else(|| format!("device must be one of {}, not {text:?}", Self::NAMES.join(", "))),
        }
    }
}

impl Serialize for Device {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Device {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for name in Device::NAMES {
            assert_eq!(name.parse::<Device>().unwrap().to_string(), name);
        }
        assert!("GPU".parse::<Device>().unwrap_err().contains("optix"));
    }

    #[test]
    fn auto_prefers_optix_and_never_names_the_cpu() {
        assert_eq!(Device::Auto.backends()[0], Backend::Optix);
        assert!(Device::Cpu.backends().is_empty());
    }
}
