//! ffmpeg's `-progress` output: blocks of `key=value` that end with `progress=`.

use std::time::Duration;

/// One block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Frames written so far.
    pub(super) frames: u32,
    /// Time of the last frame's end.
    pub(super) time: Option<Duration>,
    /// Whether it is the last block.
    pub(super) end: bool,
}

/// Collects lines into blocks.
#[derive(Debug, Default)]
pub(super) struct ProgressParser {
    block: Progress,
}

impl ProgressParser {
    /// Takes a line; gives the block when the line ends one. Values may be padded, negative or `N/A`.
    pub(super) fn push(&mut self, line: &str) -> Option<Progress> {
        let (key, value) = line.split_once('=')?;
        let value = value.trim();
        match key.trim() {
            "frame" => self.block.frames = value.parse().unwrap_or(self.block.frames),
            // `out_time_ms` holds microseconds as well; this one says what it is.
            "out_time_us" => {
                self.block.time = value.parse().ok().map(Duration::from_micros).or(self.block.time);
            }
            "progress" => {
                self.block.end = value == "end";
                return Some(self.block);
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blocks(text: &str) -> Vec<Progress> {
        let mut parser = ProgressParser::default();
        text.lines().filter_map(|line| parser.push(line)).collect()
    }

    #[test]
    fn a_real_log_ends_with_all_frames() {
        let log =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ffmpeg-logs/progress.out"));
        let blocks = blocks(log);
        assert_eq!(blocks.len(), log.matches("progress=").count());
        assert!(blocks.windows(2).all(|pair| pair[0].frames <= pair[1].frames));
        let last = blocks.last().unwrap();
        assert!(last.end && last.frames > 0 && last.time.is_some_and(|time| !time.is_zero()));
    }

    #[test]
    fn what_is_not_known_keeps_the_last_value() {
        let blocks = blocks(
            "frame=  7\nout_time_us=N/A\nprogress=continue\nframe=N/A\nout_time_us=-5\nprogress=end\n",
        );
        assert_eq!(blocks.iter().map(|block| block.frames).collect::<Vec<_>>(), [7, 7]);
        assert_eq!(blocks[1].time, None);
    }

    proptest! {
        #[test]
        fn no_line_breaks_it(text in ".*") {
            let _ = blocks(&text);
        }
    }
}
