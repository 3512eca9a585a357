//! `broll jobs list`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Context, remote};
use super::view;
use crate::error::{Error, Result};
use crate::event::Silent;
use crate::interrupt::Cancel;
use crate::net::Limits;
use crate::runpod::{Asking, Entry, Journal, Pace, RETENTION, Standing};
use crate::ui::{Table, fmt};

/// Jobs that are asked for at the same time: an answer may hold a clip.
const ASKERS: usize = 4;
/// Jobs that are asked for at all, the newest ones.
const ASKED: usize = 64;
/// A list should be there soon, or say what was last known.
const LIMITS: Limits = Limits { head: Duration::from_secs(5), idle: Duration::from_secs(5) };

/// Arguments of `jobs list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ask no endpoint: show what was last known
    #[arg(long)]
    offline: bool,
}

/// Runs the command.
///
/// # Errors
/// Those of the journal; an endpoint that cannot be asked is a warning.
pub fn run(context: &Context, args: &Args, cancel: &Cancel) -> Result<()> {
    let mut listing = Journal::open(&context.paths).list()?;
    let failed = if args.offline { None } else { refresh(context, &mut listing.entries, cancel) };
    cancel.check()?;
    let entries = &listing.entries;
    if context.ui.json {
        let jobs: Vec<Value> = entries.iter().map(|entry| view::json(context, entry)).collect();
        context.ui.answer_json(&json!({ "jobs": jobs }))?;
    } else if entries.is_empty() {
        context.ui.status("no job was sent from this machine yet");
    } else {
        context.ui.answer(&table(context, entries).to_string())?;
    }
    listing.warnings.iter().for_each(|warning| context.ui.warn(&warning.message));
    if let Some(error) = failed {
        context.ui.warn(&format!("some states are those last known: {error}"));
    }
    if let Some((entry, why)) = entries.iter().find_map(unknown) {
        context.ui.warn(&format!("it is unknown whether job {} was accepted: {why}", entry.id()));
        context.ui.hint(&entry.what_to_do());
    }
    Ok(())
}

fn table(context: &Context, entries: &[Entry]) -> Table {
    let here = std::env::current_dir().unwrap_or_default();
    let ids = view::short_ids(&entries.iter().map(Entry::id).collect::<Vec<_>>());
    let mut table = Table::new(&["JOB", "STATE", "AGE", "RAN", "COST", "OUTPUT"]).right(2).right(3).right(4);
    for (entry, id) in entries.iter().zip(ids) {
        let ran = entry.execution_ms().map(|millis| fmt::duration(Duration::from_millis(millis)));
        table.row(vec![
            id,
            view::state(&entry.standing()),
            fmt::age(entry.age()),
            ran.unwrap_or_default(),
            view::price(context, entry),
            view::place(entry, &here),
        ]);
    }
    table
}

fn unknown(entry: &Entry) -> Option<(&Entry, String)> {
    match entry.standing() {
        Standing::Unknown(why) => Some((entry, why)),
        _ => None,
    }
}

/// Asks for the jobs that are not over; gives the first error.
fn refresh(context: &Context, entries: &mut [Entry], cancel: &Cancel) -> Option<Error> {
    let open =
        |entry: &&mut Entry| matches!(entry.standing(), Standing::Remote(status) if !status.is_final());
    let waiting: Vec<Mutex<&mut Entry>> =
        entries.iter_mut().filter(open).take(ASKED).map(Mutex::new).collect();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    thread::scope(|scope| {
        for _ in 0..ASKERS.min(waiting.len()) {
            scope.spawn(|| {
                while let Some(entry) = waiting.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Ok(mut entry) = entry.lock() else { continue };
                    if let Err(error) = ask(context, &mut entry, cancel)
                        && let Ok(mut first) = failed.lock()
                    {
                        first.get_or_insert(error);
                    }
                }
            });
        }
    });
    failed.into_inner().ok().flatten()
}

fn ask(context: &Context, entry: &mut Entry, cancel: &Cancel) -> Result<()> {
    let pace = Pace { limits: LIMITS, ..Pace::default() };
    let client = remote::client(context, entry.endpoint()?, pace)?;
    let asking = Asking { patience: Duration::ZERO, reporter: &Silent, cancel };
    let id = entry.job_id()?.to_owned();
    match client.status(&id, Duration::ZERO, &asking)? {
        Some((state, _)) => entry.update(&state),
        // Before that an endpoint may be wrong about it.
        None if entry.age() > RETENTION => entry.forgotten(),
        None => Ok(()),
    }
}
