//! The proof: the clip is decoded from end to end before it gets its name.

use std::path::Path;
use std::time::Duration;

use super::ClipFormat;
use super::decoded::{Reading, decode};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;

/// Decodes `clip` and compares what comes out with what went in: frames, length, size and colour tags.
///
/// # Errors
/// `clip_broken` (exit 4) with what differs, and those of [`decode`].
pub fn verify(
    ffmpeg: &Path,
    clip: &Path,
    format: &ClipFormat,
    frames: u32,
    stall: Duration,
    cancel: &Cancel,
) -> Result<()> {
    let decoded = decode(ffmpeg, clip, Reading::Piped, frames, stall, cancel)?;
    let mut wrong = Vec::new();
    if let Some(said) = decoded.complaint {
        wrong.push(format!("ffmpeg could not decode it: {said}"));
    }
    if decoded.frames != frames {
        wrong.push(format!("it holds {} frames instead of {frames}", decoded.frames));
    }
    let (length, expected) = (decoded.seconds, format.fps.seconds(frames));
    // One frame of slack: ffmpeg 5 reports the last frame's start, newer ones its end.
    if (length - expected).abs() > 1.5 * format.fps.seconds(1) {
        wrong.push(format!("it lasts {length:.3} s instead of {expected:.3} s"));
    }
    let stream = decoded.stream;
    let [width, height] = format.resolution;
    if !stream.contains(&format!("{width}x{height}")) {
        wrong.push(format!("it is not {width}x{height}: {stream}"));
    }
    if !(stream.contains("(tv, bt709")) {
        wrong.push(format!("it is not tagged BT.709, limited range: {stream}"));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let error = Error::tool("clip_broken", "the encoded clip is not what it should be")
        .hint("the frames are kept: run the same command again to encode them once more, perhaps with another --encoder");
    Err(wrong.into_iter().fold(error, Error::because))
}
