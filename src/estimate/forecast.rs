//! How long a job runs at the configured endpoint, and how that is known. Pure.

use std::fmt;
use std::time::Duration;

use super::{Here, Lanes, Pace, Past, Saved, Spread, Work};
use crate::config::Config;
use crate::request::DeviceUsed;
use crate::ui::fmt::{age, count};

/// What a forecast rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// So many jobs of the template that the endpoint has done.
    Jobs(usize),
    /// Frames that were rendered on this machine, scaled to the endpoint's GPU.
    Scouts {
        /// What rendered them.
        device: String,
        /// The endpoint's GPU, by its name in the price table.
        gpu: String,
        /// How long ago; `None` for just now.
        age: Option<Duration>,
    },
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jobs(number) => {
                let jobs = count(u32::try_from(*number).unwrap_or(u32::MAX), "earlier job");
                write!(f, "{jobs} of this template at this endpoint")
            }
            Self::Scouts { device, gpu, age: made } => {
                let when = made.map_or_else(String::new, |made| format!(" {} ago", age(made)));
                write!(f, "frames rendered here{when} on {device}, scaled to the {gpu} by relative speed")
            }
        }
    }
}

/// Seconds that a job runs at the endpoint, without the worker's start.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The run.
    pub seconds: Spread,
    /// How that is known.
    pub basis: Basis,
}

impl Forecast {
    /// Going by what the endpoint has done before.
    pub fn by_jobs(past: &Past, work: &Work) -> Option<Self> {
        Some(Self { seconds: past.forecast(work)?, basis: Basis::Jobs(past.len()) })
    }

    /// Going by an estimate that was kept.
    ///
    /// # Errors
    /// As for [`Self::by_pace`].
    pub fn by_saved(config: &Config, saved: &Saved, work: &Work) -> Result<Self, String> {
        Self::by_pace(config, &saved.device, &saved.pace_of(work), work.frames, Some(saved.age()))
    }

    /// Going by frames that `device` of this machine rendered.
    ///
    /// # Errors
    /// Why they tell nothing about the endpoint, in one clause.
    pub fn by_pace(
        config: &Config,
        device: &DeviceUsed,
        pace: &Pace,
        frames: u32,
        age: Option<Duration>,
    ) -> Result<Self, String> {
        let name = config.endpoint_gpu().ok_or("endpoint_gpu does not say which GPU the endpoint has")?;
        let gpu = config.prices().named(name).ok_or_else(|| format!("the price table has no {name:?}"))?;
        let here = Here::of(config, device);
        let rendered_on = device.names.first().map_or(&*device.backend, String::as_str);
        let factor = here.slower_on(gpu).ok_or_else(|| match here {
            _ if device.backend == "cpu" && config.local_speed().is_none() => format!(
                "the frames here were rendered on a processor, and local_speed does not say how fast it is beside a {}",
                gpu.name
            ),
            _ => format!("prices do not say how fast a {} is beside {rendered_on}", gpu.name),
        })?;
        let seconds = pace.slower(factor).clip(frames, Lanes::ONE);
        let basis = Basis::Scouts { device: rendered_on.to_owned(), gpu: gpu.name.clone(), age };
        Ok(Self { seconds, basis })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_pace(text: &str, backend: &str, device: &str) -> Result<Forecast, String> {
        let device = DeviceUsed { backend: backend.to_owned(), names: vec![device.to_owned()] };
        let pace = Pace { startup: 2.0, first_extra: 1.0, frame: Spread::exact(4.0) };
        Forecast::by_pace(&Config::of(text).unwrap(), &device, &pace, 10, Some(Duration::from_secs(7200)))
    }

    #[test]
    fn what_was_measured_here_is_scaled_to_the_endpoints_gpu() {
        let speeds =
            "endpoint_gpu = \"RTX 4090\"\n[prices.\"RTX 4090\"]\nspeed = 8\n[prices.L4]\nspeed = 2\n";
        let forecast = by_pace(speeds, "optix", "NVIDIA L4").unwrap();
        assert_eq!(forecast.seconds.mean, 13.0);
        assert_eq!(
            forecast.basis.to_string(),
            "frames rendered here 2h ago on NVIDIA L4, scaled to the RTX 4090 by relative speed"
        );
        assert_eq!(Basis::Jobs(1).to_string(), "1 earlier job of this template at this endpoint");
        // The same GPU needs no speed.
        let same = by_pace("endpoint_gpu = \"l4\"", "cuda", "NVIDIA L4").unwrap();
        assert_eq!(same.seconds.mean, 43.0);
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        for (text, backend, device, said) in [
            ("", "optix", "NVIDIA L4", "endpoint_gpu"),
            ("endpoint_gpu = \"Voodoo\"", "optix", "NVIDIA L4", "no \"Voodoo\""),
            ("endpoint_gpu = \"L4\"", "cpu", "AMD EPYC", "local_speed"),
            (
                "endpoint_gpu = \"L4\"\nlocal_speed = \"1\"",
                "cpu",
                "AMD EPYC",
                "how fast a L4 is beside AMD EPYC",
            ),
            ("endpoint_gpu = \"L4\"", "optix", "NVIDIA H100", "beside NVIDIA H100"),
        ] {
            let why = by_pace(text, backend, device).unwrap_err();
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
