//! Which moment of the scene each frame of the clip shows. Exact rational arithmetic: nothing drifts.

use crate::error::{Error, Result};
use crate::request::{Fps, LONGEST, Span};

/// The clip's frames laid over the scene's time. The template keeps its real-time speed: where the rates differ
/// frames fall between the scene's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline {
    file_fps: Fps,
    fps: Fps,
    first: i64,
    count: u32,
}

impl Timeline {
    /// Lays a clip of `span` at `fps` over a scene that begins at `scene_start` and runs at `file_fps`.
    ///
    /// # Errors
    /// `bad_value` when a range of frames makes a clip longer than an hour.
    pub fn new(span: Span, fps: Fps, file_fps: Fps, scene_start: i64) -> Result<Self> {
        let (first, count) = match span {
            // In range: `Settings` allows an hour at 240 fps.
            Span::Seconds(seconds) => (scene_start, (seconds * fps.as_f64()).round() as u32),
            Span::Frames { first, last } => {
                let seconds = (last - first + 1) as f64 / file_fps.as_f64();
                if seconds > LONGEST {
                    return Err(Error::bad_input(
                        "bad_value",
                        format!("frames {first}..{last} last {seconds:.1} s"),
                    )
                    .because(format!("at the file's {file_fps} fps; the longest clip is {LONGEST} s"))
                    .hint("render a shorter range"));
                }
                (first, (seconds * fps.as_f64()).round() as u32)
            }
        };
        Ok(Self { file_fps, fps, first, count: count.max(1) })
    }

    /// Frames in the clip, at least 1.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Rate of the clip.
    pub fn fps(&self) -> Fps {
        self.fps
    }

    /// Rate of the scene.
    pub fn file_fps(&self) -> Fps {
        self.file_fps
    }

    /// Frame of the scene where the clip begins.
    pub fn first(&self) -> i64 {
        self.first
    }

    /// Length of the clip in seconds.
    pub fn duration(&self) -> f64 {
        self.fps.seconds(self.count)
    }

    /// The scene's frame, and how far past it (0 up to 1), that frame `index` of the clip shows.
    pub fn at(&self, index: u32) -> (i64, f64) {
        // index seconds·fps⁻¹ × file_fps, as one fraction; the terms stay far below 2^127.
        let numer = i128::from(index) * i128::from(self.file_fps.numer()) * i128::from(self.fps.denom());
        let denom = i128::from(self.file_fps.denom()) * i128::from(self.fps.numer());
        let whole = i64::try_from(numer / denom).unwrap_or(i64::MAX);
        (self.first.saturating_add(whole), (numer % denom) as f64 / denom as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(span: Span, fps: &str, file_fps: &str, start: i64) -> Timeline {
        Timeline::new(span, fps.parse().unwrap(), file_fps.parse().unwrap(), start).unwrap()
    }

    #[test]
    fn equal_rates_take_whole_frames() {
        let line = line(Span::Seconds(8.0), "30", "30", 100);
        assert_eq!((line.count(), line.at(0), line.at(239)), (240, (100, 0.0), (339, 0.0)));
    }

    #[test]
    fn a_scene_at_24_shown_at_30_keeps_its_speed() {
        let line = line(Span::Seconds(1.0), "30", "24", 1);
        assert_eq!(line.count(), 30);
        let (frame, sub) = line.at(1);
        assert_eq!(frame, 1);
        assert!((sub - 0.8).abs() < 1e-12);
        assert_eq!(line.at(5), (5, 0.0));
    }

    #[test]
    fn a_range_counts_in_the_files_numbering() {
        let line = line(Span::Frames { first: 101, last: 124 }, "30", "24", 1);
        assert_eq!((line.count(), line.first()), (30, 101));
        assert!(
            Timeline::new(
                Span::Frames { first: 0, last: 900_000 },
                "30".parse().unwrap(),
                "24".parse().unwrap(),
                1
            )
            .is_err()
        );
    }

    #[test]
    fn an_hour_of_ntsc_does_not_drift() {
        let line = line(Span::Seconds(3600.0), "60000/1001", "30000/1001", 0);
        let last = line.count() - 2;
        assert_eq!(line.at(last), (i64::from(last / 2), 0.0));
    }

    proptest! {
        #[test]
        fn time_never_runs_backwards(
            (an, ad) in (1_u32..240, 1_u32..2), file in 1_u32..240, start in -1000_i64..1000, index in 0_u32..800_000,
        ) {
            let line = Timeline::new(
                Span::Seconds(3600.0), Fps::new(an, ad).unwrap(), Fps::new(file, 1).unwrap(), start).unwrap();
            let time = |(frame, sub): (i64, f64)| frame as f64 + sub;
            let (here, next) = (line.at(index), line.at(index + 1));
            prop_assert!((0.0..1.0).contains(&here.1));
            let step = time(next) - time(here);
            prop_assert!((step - f64::from(file) / f64::from(an)).abs() < 1e-6, "{step}");
        }
    }
}
