//! How much there is to render. Pure.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::render::Timeline;
use crate::request::{Fps, Settings};

/// The size of a clip's work: time grows with each of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Frames in the clip.
    pub frames: u32,
    /// Pixels of a frame.
    pub pixels: u64,
    /// Cycles samples for a pixel.
    pub samples: u32,
}

impl Work {
    /// The work of a clip with these settings. `file_fps` is the rate of the template, which a range of frames counts in;
    /// where it is not known it is taken for the clip's.
    ///
    /// # Errors
    /// `bad_value` for a range that makes a clip longer than an hour.
    pub fn of(settings: &Settings, file_fps: Option<Fps>) -> Result<Self> {
        let line = Timeline::new(settings.span, settings.fps, file_fps.unwrap_or(settings.fps), 0)?;
        Ok(Self::in_frames(settings, line.count()))
    }

    /// The work of so many frames with these settings.
    pub fn in_frames(settings: &Settings, frames: u32) -> Self {
        let [width, height] = settings.resolution.map(u64::from);
        Self { frames, pixels: width * height, samples: settings.samples }
    }

    /// How many times as much a frame of this is, as one of the other.
    pub fn frame_beside(&self, other: &Self) -> f64 {
        self.frame() / other.frame()
    }

    /// How many times as much this is as the other.
    pub fn beside(&self, other: &Self) -> f64 {
        self.frame_beside(other) * f64::from(self.frames.max(1)) / f64::from(other.frames.max(1))
    }

    fn frame(&self) -> f64 {
        self.pixels.max(1) as f64 * f64::from(self.samples.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::RenderRequest;

    #[test]
    fn twice_of_each_is_eight_times_the_work() {
        let request = RenderRequest {
            duration: Some(2.0),
            resolution: Some([64, 36]),
            samples: Some(8),
            ..RenderRequest::default()
        };
        let small = Work::of(&Settings::new(&request).unwrap(), None).unwrap();
        assert_eq!(small, Work { frames: 60, pixels: 64 * 36, samples: 8 });
        let large = Work { frames: 120, pixels: 2 * 64 * 36, samples: 16 };
        assert_eq!(
            (large.beside(&small), large.frame_beside(&small), small.beside(&large)),
            (8.0, 4.0, 0.125)
        );
    }

    #[test]
    fn a_range_counts_in_the_files_own_rate() {
        let request = RenderRequest { frames: Some([1, 48]), ..RenderRequest::default() };
        let settings = Settings::new(&request).unwrap();
        let frames =
            |rate: Option<&str>| Work::of(&settings, rate.map(|rate| rate.parse().unwrap())).unwrap().frames;
        assert_eq!((frames(Some("24")), frames(None)), (60, 48));
    }
}
