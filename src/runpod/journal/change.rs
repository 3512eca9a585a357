//! What happens to a job, and how it comes onto the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::super::{JobState, verdict::reason};
use super::record::{Fetched, Record, Sending};
use super::{Entry, now, read};
use crate::error::{Error, Result};
use crate::paths::{display, write_durable, write_held};

impl Entry {
    /// The endpoint has the job: what it said is on the disk when this returns.
    ///
    /// # Errors
    /// Those of the file system; the entry itself knows the job in any case.
    pub fn accepted(&mut self, state: &JobState) -> Result<()> {
        self.accepted = Some(Instant::now());
        self.change(|record| {
            record.sending = Sending::Accepted;
            record.job_id = Some(state.id.clone());
            take(record, state);
        })
    }

    /// The job was not sent, or is not known to have been (`lost`).
    ///
    /// # Errors
    /// Those of the file system.
    pub fn not_accepted(&mut self, why: &str, lost: bool) -> Result<()> {
        self.change(|record| {
            let why = why.to_owned();
            record.sending = if lost { Sending::Lost { why } } else { Sending::Refused { why } };
        })
    }

    /// The endpoint told where the job is; nothing is written when that is nothing new.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn update(&mut self, state: &JobState) -> Result<()> {
        let mut told = self.record.clone();
        take(&mut told, state);
        if told == self.record { Ok(()) } else { self.change(|record| take(record, state)) }
    }

    /// The endpoint has forgotten the job.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn forgotten(&mut self) -> Result<()> {
        self.change(|record| record.gone = true)
    }

    /// The clip is here.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn fetched(&mut self, fetched: &Fetched) -> Result<()> {
        self.change(|record| record.fetched = Some(fetched.clone()))
    }

    /// The job will run once more.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn restarted(&mut self, state: &JobState) -> Result<()> {
        self.change(|record| {
            (record.fetched, record.gone) = (None, false);
            take(record, state);
        })
    }

    /// Sees what another broll has written about it since; what cannot be read changes nothing.
    pub fn reread(&mut self) {
        if let Some(Ok(Some(mut record))) = self.path.as_deref().map(read) {
            // An id that could not be written down is known here alone.
            if record.job_id.is_none() && self.record.job_id.is_some() {
                record.job_id = self.record.job_id.take();
                record.sending = self.record.sending.clone();
            }
            self.record = record;
        }
    }

    /// Changes the entry as it stands on the disk now: another broll may have written it since.
    fn change(&mut self, change: impl Fn(&mut Record)) -> Result<()> {
        let _lock = self.path.as_deref().and_then(Path::parent).and_then(lock);
        self.reread();
        change(&mut self.record);
        self.record.changed = now();
        self.save()
    }

    /// Writes the entry.
    fn save(&mut self) -> Result<()> {
        self.path.as_deref().map_or(Ok(()), |path| write_durable(path, &text(&self.record, path)?))
    }

    /// Writes it for the first time. It is locked until this process is done with it: as long as it is, it is being sent.
    pub(super) fn begin(&mut self) -> Result<()> {
        if let Some(path) = self.path.as_deref() {
            self.held = Some(Arc::new(write_held(path, &text(&self.record, path)?)?));
        }
        Ok(())
    }
}

fn text(record: &Record, path: &Path) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(record).map_err(|error| {
        Error::bug("journal", format!("{} cannot be written", display(path))).source(error)
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What the endpoint says of a job, as far as it is kept.
fn take(record: &mut Record, state: &JobState) {
    record.status = Some(state.status.clone());
    record.delay_ms = state.delay_time.or(record.delay_ms);
    record.execution_ms = state.execution_time.or(record.execution_ms);
    record.worker_id = state.worker_id.clone().or_else(|| record.worker_id.take());
    record.error = reason(state);
    record.gone = false;
}

/// Held while an entry is read and written. A file system without locks does without: only two brolls at the same job,
/// at the same moment, could then lose what one of them saw of it.
fn lock(folder: &Path) -> Option<fs_err::File> {
    let file = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(".lock"))
        .ok()?;
    file.file().lock().ok()?;
    Some(file)
}
