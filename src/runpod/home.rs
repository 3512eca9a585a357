//! The way home: a job is watched to its end, and its clip is taken in.

use std::ffi::OsStr;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Client, Entry, Fetched, Final, verdict, watch};
use crate::config::Config;
use crate::error::{Kind, Result};
use crate::event::{Event, Reporter};
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::receive::{self, Arrived, Order};

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
    let name = if entry.template().is_empty() { entry.id() } else { entry.template() }.to_owned();
    let order = Order {
        target: home.output.or(entry.output()),
        fallback_name: OsStr::new(&name),
        force: home.force || (home.output.is_none() && entry.force()),
        paths: home.paths,
        config: home.config,
        cancel: home.cancel,
        reporter: home.reporter,
    };
    let arrived = receive::take_in(&mut &last.body[..], &order).map_err(|error| match error.kind() {
        Kind::Interrupted => error.hint(format!("`broll jobs fetch {}` gets the clip", entry.id())),
        _ => error,
    })?;
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
