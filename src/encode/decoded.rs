//! A clip decoded from end to end by ffmpeg, to nowhere.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::progress::ProgressParser;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::process::{self, Fed};

/// How ffmpeg gets at the clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Through a pipe, whose end ends ffmpeg when broll is gone. The index must lie before the frames.
    Piped,
    /// From its path, for a clip with its index at the end.
    Sought,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Frames of the first video stream.
    pub frames: u32,
    /// Length in seconds. ffmpeg 5 reports the last frame's start, newer ones its end.
    pub seconds: f64,
    /// ffmpeg's own line about the first stream: codec, size and colour tags.
    pub stream: String,
    /// Why ffmpeg gave up, in its own words, if it did.
    pub complaint: Option<String>,
}

/// Decodes the first video stream of `clip`, which should hold about `frames` frames. An ffmpeg that neither reads a pipe
/// nor works for as long as `stall` is ended.
///
/// # Errors
/// `ffmpeg_unrunnable` (exit 3), `ffmpeg_stalled` (exit 4), those of the file system, and `interrupted`. A clip that cannot
/// be decoded is none: see [`Decoded::complaint`].
pub fn decode(
    ffmpeg: &Path,
    clip: &Path,
    reading: Reading,
    frames: u32,
    stall: Duration,
    cancel: &Cancel,
) -> Result<Decoded> {
    let mut command = Command::new(ffmpeg);
    // Slow decoders manage a few frames a second at 8192 pixels; an hour-long clip may take its time.
    let limit = Duration::from_secs(60 + u64::from(frames));
    let (input, piped) = match reading {
        Reading::Piped => (OsString::from("pipe:0"), Some(Fed { input: fs_err::File::open(clip)?, stall })),
        Reading::Sought => {
            let mut url = OsString::from("file:");
            url.push(clip);
            (url, None)
        }
    };
    command
        .args(["-hide_banner", "-nostats", "-loglevel", "info", "-xerror", "-progress", "pipe:1"])
        .args(["-err_detect", "explode", "-i"])
        .arg(input)
        .args(["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "null", "-"]);
    let run = process::capture_fed(&mut command, piped, limit, cancel).map_err(|error| {
        use std::io::ErrorKind as E;
        match error.kind() {
            E::Interrupted => Error::interrupted("interrupted while the clip was checked"),
            E::TimedOut => stalled("ffmpeg hung while it checked the clip", &error.to_string()),
            _ => Error::environment("ffmpeg_unrunnable", "ffmpeg did not check the clip").source(error),
        }
    })?;
    if run.status.code().is_none() {
        // Killed, most often for want of memory: that says nothing about the clip.
        return Err(Error::environment("ffmpeg_unrunnable", "ffmpeg did not check the clip")
            .because(process::describe(Some(run.status)))
            .hint(
                "free some memory or name another ffmpeg in BROLL_FFMPEG, then run the same command again",
            ));
    }
    let mut parser = ProgressParser::default();
    let last = run.stdout.lines().filter_map(|line| parser.push(line)).last().unwrap_or_default();
    let said = || run.stderr.lines().map(str::trim).rfind(|line| !line.is_empty());
    let mut lines = run.stderr.lines();
    let stream = lines.find(|line| line.contains("Stream #0:0") && line.contains("Video:"));
    Ok(Decoded {
        frames: last.frames,
        seconds: last.time.unwrap_or_default().as_secs_f64(),
        stream: stream.unwrap_or_default().trim().to_owned(),
        complaint: (!run.status.success()).then(|| said().unwrap_or("it gave no reason").to_owned()),
    })
}

/// An ffmpeg that had to be ended.
pub(super) fn stalled(what: &str, how: &str) -> Error {
    Error::tool("ffmpeg_stalled", what).because(how).hint(
        "run the same command again: the frames are kept; if it hangs once more, name another ffmpeg in BROLL_FFMPEG or choose another --encoder",
    )
}
