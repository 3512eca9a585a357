//! What broll knows of the jobs it sent: one file a job, on the disk before the job's request leaves.
//!
//! Several brolls share the folder. A file is replaced whole, and whoever changes one reads it anew under a lock, so that
//! neither a crash nor another broll tears it. What stands there for longer than a job can live is removed.

mod change;
mod entry;
mod os_path;
mod read;
mod record;

pub use entry::{Entry, Standing};
pub use record::{Draft, Fetched, Sending};

use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use read::read;
use record::Record;

use super::Endpoint;
use crate::error::{Error, Result};
use crate::event::Warning;
use crate::paths::{Paths, display, is_absent};

/// How long a finished job is remembered. A job lives for at most 7 days, its result for 30 minutes more.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The folder of entries.
#[derive(Debug, Clone)]
pub struct Journal {
    folder: PathBuf,
}

/// Everything in the journal.
#[derive(Debug, Default)]
pub struct Listing {
    /// The jobs, newest first.
    pub entries: Vec<Entry>,
    /// Files that cannot be read as jobs.
    pub warnings: Vec<Warning>,
}

impl Journal {
    /// The journal of this user; the folder appears with its first job.
    pub fn open(paths: &Paths) -> Self {
        Self { folder: paths.jobs() }
    }

    /// Remembers a job that is about to be sent: when this returns it is on the disk.
    ///
    /// # Errors
    /// Those of the file system; the job should not be sent then.
    pub fn record(&self, draft: &Draft, endpoint: &Endpoint) -> Result<Entry> {
        fs_err::create_dir_all(&self.folder)?;
        self.prune();
        let local_id = format!("local-{:012x}", RandomState::new().build_hasher().finish() >> 16);
        let path = self.folder.join(format!("{local_id}.json"));
        let record = Record::new(local_id, draft, endpoint);
        let mut entry = Entry::new(record, Some(path));
        entry.begin()?;
        Ok(entry)
    }

    /// Every job, and what in the folder is none.
    ///
    /// # Errors
    /// Those of the file system, for the folder as a whole.
    pub fn list(&self) -> Result<Listing> {
        let mut listing = Listing::default();
        let files = match fs_err::read_dir(&self.folder) {
            Ok(files) => files,
            Err(error) if is_absent(&error) => return Ok(listing),
            Err(error) => return Err(error.into()),
        };
        for file in files {
            let path = file?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match read(&path) {
                Ok(Some(record)) => listing.entries.push(Entry::new(record, Some(path))),
                // Another broll has just removed it.
                Ok(None) => {}
                Err(why) => {
                    let shown = display(&path);
                    let text = format!("{shown} is no entry of the journal ({why}); it is left alone");
                    listing.warnings.push(Warning::new("bad_journal_entry", text));
                }
            }
        }
        listing.entries.sort_by(|left, right| right.order().cmp(&left.order()));
        Ok(listing)
    }

    /// The job with this id, or the only one whose id begins so.
    ///
    /// # Errors
    /// `ambiguous_job` when several begin so, and those of the file system.
    pub fn find(&self, id: &str) -> Result<Option<Entry>> {
        if id.is_empty() {
            return Ok(None);
        }
        let entries = self.list()?.entries;
        if let Some(at) = entries.iter().position(|entry| entry.ids().any(|own| own == id)) {
            return Ok(entries.into_iter().nth(at));
        }
        let mut fit: Vec<Entry> =
            entries.into_iter().filter(|entry| entry.ids().any(|own| own.starts_with(id))).collect();
        // An endpoint that forgot its jobs may give an id again: the newest one is meant, as with the whole id.
        if let [first, others @ ..] = &*fit
            && others.iter().all(|other| other.id() == first.id())
        {
            fit.truncate(1);
        }
        if fit.len() > 1 {
            let ids: Vec<&str> = fit.iter().take(4).map(Entry::id).collect();
            return Err(Error::bad_input("ambiguous_job", format!("{} jobs begin with {id:?}", fit.len()))
                .because(ids.join(", "))
                .hint("give more of the id; `broll jobs list --json` has all of it"));
        }
        Ok(fit.pop())
    }

    /// Removes jobs that are long over. A clock that is wrong costs entries of jobs of which nothing more can come.
    fn prune(&self) {
        let Ok(listing) = self.list() else { return };
        for entry in listing.entries.iter().filter(|entry| entry.is_over() && entry.since_change() > KEPT) {
            if let Some(path) = entry.path() {
                // Another broll may have been quicker, and next time is early enough.
                let _ = fs_err::remove_file(path);
            }
        }
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests;
