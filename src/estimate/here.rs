//! How fast what rendered here is, beside the GPUs of the price table. Pure.

use crate::config::{Config, GpuPrice};
use crate::request::DeviceUsed;

/// What can be said of the speed of this machine's device.
#[derive(Debug, Clone, PartialEq)]
pub enum Here {
    /// It has this speed, in the unit of the table; on which GPU, where it is one of the table.
    Speed(f64, Option<String>),
    /// It is this GPU of the table, of no known speed: as fast as itself and comparable to nothing else.
    Gpu(String),
    /// Nothing.
    Unknown,
}

impl Here {
    /// What the configuration says of the device; for a processor that is `local_speed` alone.
    pub fn of(config: &Config, device: &DeviceUsed) -> Self {
        let gpu = match &*device.backend {
            "cpu" => None,
            _ => device.names.first().and_then(|name| config.prices().of_device(name)),
        };
        let name = gpu.map(|gpu| gpu.name.clone());
        match (config.local_speed().or_else(|| gpu?.speed), name) {
            (Some(speed), name) => Self::Speed(speed, name),
            (None, Some(name)) => Self::Gpu(name),
            (None, None) => Self::Unknown,
        }
    }

    /// How many times as long as here a frame takes there, where that can be told.
    pub fn slower_on(&self, gpu: &GpuPrice) -> Option<f64> {
        match self {
            Self::Gpu(own) | Self::Speed(_, Some(own)) if *own == gpu.name => Some(1.0),
            Self::Speed(speed, _) => Some(speed / gpu.speed?),
            Self::Gpu(_) | Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slower(text: &str, backend: &str, device: &str, gpu: &str) -> Option<f64> {
        let config = Config::of(text).unwrap();
        let device = DeviceUsed { backend: backend.to_owned(), names: vec![device.to_owned()] };
        Here::of(&config, &device).slower_on(config.prices().named(gpu).unwrap())
    }

    #[test]
    fn only_what_is_known_is_compared() {
        let speeds = "[prices.\"RTX 4090\"]\nspeed = 12\n[prices.L4]\nspeed = 3\n";
        let own = "NVIDIA GeForce RTX 4090";
        assert_eq!(slower(speeds, "optix", own, "L4"), Some(4.0));
        assert_eq!(slower(speeds, "optix", "NVIDIA L4", "RTX 4090"), Some(0.25));
        assert_eq!(slower(speeds, "optix", own, "H100"), None);
        // Without a speed a GPU is as fast as itself.
        assert_eq!(slower("", "optix", own, "RTX 4090"), Some(1.0));
        assert_eq!(slower("", "optix", own, "L4"), None);
        // A processor is comparable to nothing, unless somebody measured it.
        assert_eq!(slower(speeds, "cpu", "AMD EPYC 4090", "RTX 4090"), None);
        let measured = format!("local_speed = \"0.5\"\n{speeds}");
        assert_eq!(slower(&measured, "cpu", "AMD EPYC", "L4"), Some(1.0 / 6.0));
        // What was measured here wins over the table, but a GPU stays itself.
        assert_eq!(slower(&measured, "optix", own, "RTX 4090"), Some(1.0));
        assert_eq!(slower(speeds, "hip", "AMD Radeon RX 7900 XTX", "L4"), None);
    }
}
