//! The proof: the clip is decoded from end to end before it gets its name.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::ClipFormat;
use super::progress::ProgressParser;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::process;

/// Decodes `clip` and compares what comes out with what went in: frames, length, size and colour tags.
///
/// # Errors
/// `clip_broken` (exit 4) with what differs.
pub fn verify(ffmpeg: &Path, clip: &Path, format: &ClipFormat, frames: u32, cancel: &Cancel) -> Result<()> {
    let mut command = Command::new(ffmpeg);
    // Slow decoders manage a few frames a second at 8192 pixels; an hour-long clip may take its time.
    let limit = Duration::from_secs(60 + u64::from(frames));
    command
        .args(["-hide_banner", "-nostats", "-loglevel", "info", "-xerror", "-progress", "pipe:1"])
        .args(["-err_detect", "explode", "-i", "pipe:0"])
        .args(["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "null", "-"]);
    let clip = fs_err::File::open(clip)?;
    let run = process::capture_fed(&mut command, Some(clip), limit, cancel).map_err(|error| {
        if error.kind() == std::io::ErrorKind::Interrupted {
            return Error::interrupted("interrupted while the clip was checked");
        }
        Error::environment("ffmpeg_unrunnable", "ffmpeg did not check the clip").source(error)
    })?;
    let mut parser = ProgressParser::default();
    let decoded = run.stdout.lines().filter_map(|line| parser.push(line)).last().unwrap_or_default();
    let mut wrong = Vec::new();
    if !run.status.success() {
        let said =
            run.stderr.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it gave no reason");
        wrong.push(format!("ffmpeg could not decode it: {said}"));
    }
    if decoded.frames != frames {
        wrong.push(format!("it holds {} frames instead of {frames}", decoded.frames));
    }
    let length = decoded.time.unwrap_or_default().as_secs_f64();
    let expected = format.fps.seconds(frames);
    // One frame of slack: ffmpeg 5 reports the last frame's start, newer ones its end.
    if (length - expected).abs() > 1.5 * format.fps.seconds(1) {
        wrong.push(format!("it lasts {length:.3} s instead of {expected:.3} s"));
    }
    let stream = run
        .stderr
        .lines()
        .find(|line| line.contains("Stream #0:0") && line.contains("Video:"))
        .unwrap_or_default();
    let [width, height] = format.resolution;
    if !stream.contains(&format!("{width}x{height}")) {
        wrong.push(format!("it is not {width}x{height}: {}", stream.trim()));
    }
    if !(stream.contains("(tv, bt709")) {
        wrong.push(format!("it is not tagged BT.709, limited range: {}", stream.trim()));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let error = Error::tool("clip_broken", "the encoded clip is not what it should be")
        .hint("the frames are kept: run the same command again to encode them once more, perhaps with another --encoder");
    Err(wrong.into_iter().fold(error, Error::because))
}
