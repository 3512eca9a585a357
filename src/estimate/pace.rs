//! From a few frames to the whole clip. Pure.

use serde::{Deserialize, Serialize};

use super::{Scout, Spread};

/// A range is no narrower than this share of the mean on each side: two runs of the same job on one idle GPU differed by a
/// fifteenth, on a busy machine by a seventh, and a few frames are but a sample.
const NOISE: f64 = 0.15;

/// How one session on one device renders a clip. All times are seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// From the command to the first frame: Blender comes up, the template is opened, caches are baked.
    pub startup: f64,
    /// What a session's first frame takes longer than the others: kernels are loaded, the scene is built.
    pub first_extra: f64,
    /// A frame, once scene data is kept.
    pub frame: Spread,
}

/// How many render at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lanes {
    /// Devices, each with sessions of its own.
    pub devices: u32,
    /// What all sessions of a device bring, beside one of them: 1 and more.
    pub gain: f64,
}

impl Lanes {
    /// One session.
    pub const ONE: Self = Self { devices: 1, gain: 1.0 };
}

impl Pace {
    /// What these frames tell; `None` where no time is known. Where every frame was the first of its session, what it
    /// took longer cannot be told apart, and the frames seem slower than they are.
    pub fn of(startup: f64, scouts: &[Scout]) -> Option<Self> {
        let times = |first: bool| -> Vec<f64> {
            scouts.iter().filter(|scout| scout.first == first).filter_map(|scout| scout.seconds).collect()
        };
        let (first, warm) = (times(true), times(false));
        let Some(frame) = Spread::of(&warm) else {
            return Some(Self { startup, first_extra: 0.0, frame: Spread::of(&first)?.at_least(NOISE) });
        };
        let first = Spread::of(&first);
        let first_extra = first.map_or(0.0, |first| (first.mean - frame.mean).max(0.0));
        // A first frame that is quicker than all others shows how quick a frame can be.
        let low = first.map_or(frame.low, |first| frame.low.min(first.low));
        Some(Self { startup, first_extra, frame: Spread { low, ..frame }.at_least(NOISE) })
    }

    /// The time of so many frames.
    pub fn clip(&self, frames: u32, lanes: Lanes) -> Spread {
        let on_each = frames.div_ceil(lanes.devices.max(1));
        let before = self.startup + self.first_extra;
        self.frame.times(f64::from(on_each) / lanes.gain.max(1.0)).plus(before).at_least(NOISE)
    }

    /// The same on a device that takes `factor` times as long for a frame. What comes before the frames is the
    /// processor's work.
    #[must_use]
    pub fn slower(self, factor: f64) -> Self {
        Self { frame: self.frame.times(factor), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scout(index: u32, seconds: f64, first: bool) -> Scout {
        Scout {
            index,
            seconds: Some(seconds),
            busy: None,
            memory: None,
            host_memory: None,
            first,
            reused: false,
        }
    }

    #[test]
    fn the_first_frame_is_told_apart() {
        let scouts = [scout(0, 5.0, true), scout(119, 2.0, false), scout(239, 4.0, false)];
        let pace = Pace::of(1.5, &scouts).unwrap();
        assert_eq!((pace.first_extra, pace.frame), (2.0, Spread { low: 2.0, mean: 3.0, high: 4.0 }));
        let clip = pace.clip(240, Lanes::ONE);
        assert_eq!((clip.low, clip.mean, clip.high), (483.5, 723.5, 963.5));
        let shared = pace.clip(240, Lanes { devices: 4, gain: 1.5 });
        assert_eq!(shared.mean, 3.5 + 60.0 * 3.0 / 1.5);
        assert_eq!(pace.slower(2.0).clip(1, Lanes::ONE).mean, 9.5);
        assert_eq!(pace.clip(1, Lanes { devices: 8, gain: 1.0 }).mean, 6.5);
    }

    #[test]
    fn a_dark_first_frame_is_no_negative_start() {
        let scouts = [scout(0, 1.0, true), scout(1, 2.0, false)];
        let pace = Pace::of(0.0, &scouts).unwrap();
        assert_eq!((pace.first_extra, pace.frame.low, pace.frame.mean), (0.0, 1.0, 2.0));
        assert!((pace.frame.high - 2.3).abs() < 1e-9);
    }

    #[test]
    fn frames_without_times_tell_nothing() {
        let unknown = Scout { seconds: None, reused: true, ..scout(0, 0.0, false) };
        assert!(Pace::of(1.0, &[unknown]).is_none() && Pace::of(1.0, &[]).is_none());
        let pace = Pace::of(1.0, &[unknown, scout(5, 3.0, true)]).unwrap();
        assert_eq!((pace.first_extra, pace.frame.mean), (0.0, 3.0));
    }
}
