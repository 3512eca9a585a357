//! The other end of a delivery: the clip is found in whatever an API answered, fetched, decoded and proved.
//!
//! [`take_in`] is the way of a clip: `intake` tells the input's form, `json_text` parts the clip from the rest without
//! ever holding it, `decoder` makes bytes of it and `landing` a partial file; `answer` reads the rest, `fetch` follows
//! a link, and `check` proves the file before it gets its name. [`in_place`] knows a clip that has it already.

mod answer;
mod boxes;
mod check;
mod decoder;
mod fetch;
mod head;
mod in_place;
mod intake;
mod job_error;
mod json_text;
mod landing;
mod magic;
mod movie;
mod read_ahead;
mod scan;
mod skeleton;
#[cfg(test)]
mod tests;
mod volume;

pub use in_place::in_place;
pub use job_error::job_error;
pub use read_ahead::ReadAhead;

use std::ffi::OsStr;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::config::Config;
use crate::error::Result;
use crate::event::{Reporter, Warning};
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::render::Held;
use answer::Source;
use landing::Landing;

/// Where a clip is to go, and with what it is checked.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The file, or a folder for it; without one it goes to the current folder.
    pub target: Option<&'a Path>,
    /// Its name without extension, where `target` names no file. Empty: the answer's `template`, else `clip`.
    pub fallback_name: &'a OsStr,
    /// Replace a file that exists.
    pub force: bool,
    /// Where the managed ffmpeg lies.
    pub paths: &'a Paths,
    /// Which ffmpeg is named.
    pub config: &'a Config,
    /// Ends the work.
    pub cancel: &'a Cancel,
    /// Hears of downloads, of tries that failed, and of the check.
    pub reporter: &'a dyn Reporter,
}

impl fmt::Debug for Order<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Order");
        shown.field("target", &self.target).field("fallback_name", &self.fallback_name);
        shown.field("force", &self.force).finish_non_exhaustive()
    }
}

/// A clip that is proved and has its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// Where it lies, absolute.
    pub output: PathBuf,
    /// Its size.
    pub file_size_bytes: u64,
    /// Its length in seconds; 0 where neither file nor ffmpeg tells it.
    pub duration: f64,
    /// Its frames, where file or ffmpeg tells them.
    pub frames: Option<u32>,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Whether ffmpeg decoded every frame; otherwise its structure was checked.
    pub decoded: bool,
    /// The output object it came in, without the video and the link to it; empty when it came alone.
    pub response: Value,
    /// What could not be checked, and why.
    pub notes: Vec<Warning>,
    /// Its file, locked: until this is dropped others see that it has only just come.
    pub held: Held,
}

/// Takes a clip in from what the API answered, in any wrapping: an output object, the body of `/status`, `/runsync` or a
/// webhook, base64 in a JSON string, as it is or as a data URI. Nothing is left of a clip that does not pass.
///
/// # Errors
/// Exit 1 for an input without a whole clip and for an output that cannot be written, 3 when ffmpeg fails to run, 5 when
/// the job failed or its link is dead, 6 when it timed out, 130 when interrupted.
pub fn take_in(body: &mut dyn Read, order: &Order<'_>) -> Result<Arrived> {
    let mut landing = Landing::new(order)?;
    let document = intake::read(body, &mut landing, order.cancel)?;
    let answer = answer::interpret(document)?;
    if let Source::Link(link) = &answer.source {
        landing.restart();
        fetch::fetch(link, &mut landing, order)?;
    }
    let response = answer.response;
    let landed = landing.finish(response.get("template").and_then(Value::as_str))?;
    let checked = check::check(&landed, &response, order)?;
    let output = std::path::absolute(&landed.target)?;
    let held = landed.part.promote(order.force)?;
    Ok(Arrived {
        held,
        output,
        file_size_bytes: landed.bytes,
        duration: checked.duration,
        frames: checked.frames,
        sha256: landed.sha256,
        decoded: checked.decoded,
        response: response.into(),
        notes: checked.notes,
    })
}
