//! What the clip would take and cost on the GPUs of the price table. Pure.

use serde::Serialize;

use super::{Bill, Here, Lanes, Pace, Spread};
use crate::config::Config;

/// One GPU of which time and price can be told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Offer {
    /// Its name in the table.
    pub gpu: String,
    /// US dollars an hour.
    pub usd_per_hour: f64,
    /// The job on it, in seconds, without the worker's start.
    pub seconds: Spread,
    /// US dollars for all that is paid.
    pub usd: Spread,
    /// Whether it cannot encode with NVENC.
    pub lacks_nvenc: bool,
}

/// Every GPU of the table that has a price and can be compared with what rendered here, the cheapest clip first.
pub fn offers(config: &Config, here: &Here, pace: &Pace, frames: u32) -> Vec<Offer> {
    let offer = |gpu: &crate::config::GpuPrice| {
        let (rate, factor) = (gpu.per_second()?, here.slower_on(gpu)?);
        let seconds = pace.slower(factor).clip(frames, Lanes::ONE);
        Some(Offer {
            gpu: gpu.name.clone(),
            usd_per_hour: gpu.usd_per_hour?,
            seconds,
            usd: Bill::new(rate, config).price(seconds),
            lacks_nvenc: gpu.lacks_nvenc(),
        })
    };
    let mut offers: Vec<Offer> = config.prices().gpus().iter().filter_map(offer).collect();
    offers.sort_by(|left, right| left.usd.mean.total_cmp(&right.usd.mean));
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_clip_comes_first_and_what_is_not_known_is_left_out() {
        let speeds = "[prices.\"RTX 4090\"]\nspeed = 12\n[prices.L4]\nspeed = 3\n[prices.Mine]\nspeed = 99\n";
        let config = Config::of(speeds).unwrap();
        let pace = Pace { startup: 5.0, first_extra: 1.0, frame: Spread::exact(2.0) };
        let here = Here::Speed(12.0, Some("RTX 4090".to_owned()));
        let offers = offers(&config, &here, &pace, 100);
        let told: Vec<_> = offers.iter().map(|offer| (&*offer.gpu, offer.seconds.mean)).collect();
        // A GPU without a price has none here.
        assert_eq!(told, [("RTX 4090", 206.0), ("L4", 806.0)]);
        assert!((offers[0].usd.mean - 0.000_31 * (206.0 + 15.0)).abs() < 1e-9, "{:?}", offers[0].usd);
        assert!(super::offers(&config, &Here::Unknown, &pace, 100).is_empty());
    }
}
