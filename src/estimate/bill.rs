//! Time at an endpoint as money. Pure.

use super::Spread;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::runpod;

/// What a second at an endpoint costs, and who says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// US dollars.
    pub usd_per_second: f64,
    /// Where it came from, as a person would name it.
    pub from: String,
}

impl Rate {
    /// What is given, else `rate_per_second`, else the price of `endpoint_gpu`.
    pub fn known(given: Option<f64>, config: &Config) -> Option<Self> {
        let of = |usd_per_second: f64, from: &str| Self { usd_per_second, from: from.to_owned() };
        let listed = || {
            let gpu = config.prices().named(config.endpoint_gpu()?)?;
            Some(of(gpu.per_second()?, &format!("the price of the {}", gpu.name)))
        };
        given
            .map(|rate| of(rate, "--rate"))
            .or_else(|| config.rate_per_second().map(|rate| of(rate, "rate_per_second")))
            .or_else(listed)
    }

    /// The same where money cannot be told without it.
    ///
    /// # Errors
    /// `no_rate` (exit 1) with what to configure.
    pub fn needed(given: Option<f64>, config: &Config) -> Result<Self> {
        Self::known(given, config).ok_or_else(|| {
            let error = Error::bad_input("no_rate", "it is not known what a second at the endpoint costs");
            let error = match config.endpoint_gpu() {
                Some(gpu) => error.because(format!("the price table has no price for endpoint_gpu {gpu:?}")),
                None => error.because("neither --rate, rate_per_second nor endpoint_gpu says it"),
            };
            error.hint(
                "name the endpoint's GPU with `broll config set endpoint_gpu \"RTX 4090\"`, or the price of a second \
                 with --rate or `broll config set rate_per_second USD`",
            )
        })
    }
}

/// How a worker's time is paid: from its start to its end, started seconds whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bill {
    /// US dollars a second.
    pub rate: f64,
    /// Seconds of the worker's start.
    pub start: f64,
    /// Seconds it waits for another job.
    pub idle: f64,
}

impl Bill {
    /// At this rate, with the start and the waiting that the configuration knows.
    pub fn new(rate: f64, config: &Config) -> Self {
        let (start, idle) = config.worker_seconds();
        Self { rate, start, idle }
    }

    /// What a run of so many seconds costs on a worker that was not there before.
    pub fn price(&self, run: Spread) -> Spread {
        run.map(|seconds| self.overhead() + runpod::estimate((seconds * 1000.0).ceil() as u64, self.rate))
    }

    /// What the worker's start and its waiting cost.
    pub fn overhead(&self) -> f64 {
        (self.start + self.idle) * self.rate
    }

    /// The longest run, in whole seconds, that costs no more than this.
    pub fn longest_run(&self, most: f64) -> u64 {
        // What is a whole number but for the last bit stays one.
        let seconds = (most - self.overhead()) / self.rate + 1e-6;
        if seconds.is_finite() { seconds.max(0.0) as u64 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_about_the_rate_counts() {
        let config = |text: &str| Config::of(text).unwrap();
        let from = |given, text: &str| {
            Rate::known(given, &config(text)).map(|rate| (rate.usd_per_second, rate.from))
        };
        let both = "rate_per_second = \"0.5\"\nendpoint_gpu = \"rtx 4090\"";
        assert_eq!(from(Some(2.0), both), Some((2.0, "--rate".to_owned())));
        assert_eq!(from(None, both), Some((0.5, "rate_per_second".to_owned())));
        let listed = from(None, "endpoint_gpu = \"rtx 4090\"").unwrap();
        assert!((listed.0 - 0.000_31).abs() < 1e-12 && listed.1 == "the price of the RTX 4090");
        assert_eq!(from(None, "endpoint_gpu = \"Voodoo\""), None);
        let error = Rate::needed(None, &config("endpoint_gpu = \"Voodoo\"")).unwrap_err();
        assert!(error.code() == "no_rate" && error.to_string().contains("Voodoo"), "{error}");
        assert!(Rate::needed(None, &config("")).unwrap_err().hint_text().contains("endpoint_gpu"));
    }

    #[test]
    fn start_and_waiting_are_paid_and_started_seconds_whole() {
        let bill = Bill { rate: 0.5, start: 10.0, idle: 5.0 };
        assert_eq!(
            bill.price(Spread { low: 0.0, mean: 1.0, high: 1.1 }),
            Spread { low: 7.5, mean: 8.0, high: 8.5 }
        );
        assert_eq!((bill.longest_run(8.0), bill.longest_run(8.4), bill.longest_run(7.5)), (1, 1, 0));
        assert_eq!((bill.longest_run(1.0), bill.longest_run(f64::NAN), bill.longest_run(-3.0)), (0, 0, 0));
        // A run as long as that costs no more.
        for most in [0.05, 0.6, 1.0, 12.34] {
            let bill = Bill { rate: 0.000_31, start: 10.0, idle: 5.0 };
            let price = bill.price(Spread::exact(bill.longest_run(most) as f64)).mean;
            assert!(price <= most + 1e-9 && price > most - 0.000_63, "{most}: {price}");
        }
    }
}
