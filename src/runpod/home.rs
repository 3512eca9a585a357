//! The way home: a job is watched to its end, and its clip is taken in.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Client, Entry, Fetched, Final, Standing, kept, verdict, watch};
use crate::config::Config;
use crate::error::Result;
use crate::event::{Event, Reporter};
use crate::interrupt::Cancel;
use crate::net::sleep;
use crate::paths::Paths;
use crate::receive::{self, Arrived, Order};
use crate::render::Held;

/// Between two looks at a file that another broll is writing.
const BUSY: Duration = Duration::from_millis(500);

/// Where a clip goes, and who hears of it.
#[derive(Clone, Copy)]
pub struct Home<'a> {
    /// Where the clip goes; none: where the journal says, else a name of its own in the current folder.
    pub output: Option<&'a Path>,
    /// Whether it may replace another file.
    pub force: bool,
    /// The folders.
    pub paths: &'a Paths,
    /// The configuration.
    pub config: &'a Config,
    /// Hears of everything.
    pub reporter: &'a dyn Reporter,
    /// Ends the waiting; the job goes on.
    pub cancel: &'a Cancel,
}

/// Waits for a job, at most for `limit`, and takes its clip in.
///
/// # Errors
/// Those of [`watch`] and [`verdict`], and of [`receive::take_in`].
pub fn bring_home(
    client: &Client,
    entry: &mut Entry,
    limit: Option<Duration>,
    home: &Home<'_>,
) -> Result<Arrived> {
    let began = Instant::now();
    let last = watch(client, entry, limit, home.reporter, home.cancel)?;
    take_home(entry, &last, home, began)
}

/// Takes in the clip of a job that is over.
///
/// # Errors
/// As for [`bring_home`].
pub fn take_home(entry: &mut Entry, last: &Final, home: &Home<'_>, began: Instant) -> Result<Arrived> {
    verdict(&last.state)?;
    let arrived = arrive(entry, last, home).map_err(|error| kept(error, entry.id()))?;
    arrived.notes.iter().for_each(|note| home.reporter.report(&Event::Warning(note.clone())));
    let output = std::path::absolute(&arrived.output).unwrap_or_else(|_| arrived.output.clone());
    let fetched =
        Fetched { output: Some(output), bytes: arrived.file_size_bytes, sha256: arrived.sha256.clone() };
    // The clip is here, which is what counts.
    let _ = entry.fetched(&fetched);
    home.reporter.report(&Event::Finished {
        output: arrived.output.to_string_lossy().into_owned(),
        file_size_bytes: arrived.file_size_bytes,
        seconds: began.elapsed().as_secs_f64(),
    });
    Ok(arrived)
}

/// The clip itself, unless it is in its place already.
fn arrive(entry: &mut Entry, last: &Final, home: &Home<'_>) -> Result<Arrived> {
    let names = names(entry, home.output);
    loop {
        let error = match take_in(entry, last, home) {
            Err(error) if ["bad_output", "output_busy"].contains(&error.code()) => error,
            other => return other,
        };
        // Another broll that has just given the clip its name writes that down before it lets go of it.
        let busy = error.code() == "output_busy" || names.iter().any(|name| Held::is_held(name));
        if let Some(arrived) = already(entry, last, &names, home.cancel) {
            return Ok(arrived);
        }
        if !busy || names.is_empty() {
            return Err(error);
        }
        // Most likely it writes this very clip.
        sleep(BUSY, home.cancel)?;
    }
}

fn take_in(entry: &Entry, last: &Final, home: &Home<'_>) -> Result<Arrived> {
    let name = if entry.template().is_empty() { entry.id() } else { entry.template() };
    // Only a name that somebody gave is held to: one of broll's own gets the extension that fits the clip.
    let own = entry.output().filter(|_| home.output.is_none() && entry.is_unnamed());
    let own = own.and_then(|path| path.parent().zip(path.file_stem())).filter(|(folder, _)| folder.is_dir());
    let order = Order {
        target: own.map_or(home.output.or(entry.output()), |(folder, _)| Some(folder)),
        fallback_name: own.map_or(OsStr::new(name), |(_, stem)| stem),
        force: home.force || (home.output.is_none() && entry.force()),
        paths: home.paths,
        config: home.config,
        cancel: home.cancel,
        reporter: home.reporter,
    };
    receive::take_in(&mut &last.body[..], &order)
}

/// The names that the journal has for the clip, if it is to go there.
fn names(entry: &Entry, asked: Option<&Path>) -> Vec<PathBuf> {
    let Some(known) = entry.output() else { return Vec::new() };
    if asked.is_some_and(|asked| std::path::absolute(asked).ok().as_deref() != Some(known)) {
        return Vec::new();
    }
    let other = ["mp4", "mov"].map(|extension| known.with_extension(extension));
    let other = other.into_iter().filter(|name| entry.is_unnamed() && name != known);
    std::iter::once(known.to_owned()).chain(other).collect()
}

/// The clip that another broll has put under one of its names, whether it came to write that down or not.
fn already(entry: &mut Entry, last: &Final, names: &[PathBuf], cancel: &Cancel) -> Option<Arrived> {
    entry.reread();
    let response = last.state.output.as_ref().unwrap_or(&Value::Null);
    if let Standing::Fetched(Fetched { output: Some(output), bytes, sha256 }) = entry.standing()
        && names.contains(&output)
        && let Some(arrived) = receive::in_place(&output, Some(bytes), &sha256, response, cancel)
    {
        return Some(arrived);
    }
    let sha256 = response.get("sha256").and_then(Value::as_str)?;
    let bytes = response.get("file_size_bytes").and_then(Value::as_u64);
    names.iter().find_map(|name| receive::in_place(name, bytes, sha256, response, cancel))
}
