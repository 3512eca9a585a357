//! The jobs of the endpoint: in memory as they are told, on disk as they survive.
//!
//! A change is written first and told then. Whoever asks never waits for the disk: writers take turns at the store
//! and hold the memory for a moment only. Files of jobs are written before the record that needs them and removed
//! after the one that does not.

mod client;
mod files;
mod record;
mod store;
mod work;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

use super::notice::{Notice, Say};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::runpod::JobStatus;
pub(super) use client::{Refusal, Shown};
use files::Files;
use record::{Record, now};
use store::{Change, Store};
pub(super) use work::Owed;

/// The queue and everything that came out of it.
pub(super) struct Queue {
    /// `None` once the queue is closed; taken before `memory` by whoever changes something.
    store: Mutex<Option<Store>>,
    memory: Mutex<Memory>,
    /// Wakes the worker.
    work: Condvar,
    /// Wakes whoever waits for a job's end.
    changed: watch::Sender<()>,
    files: Files,
    /// Milliseconds that a finished job is kept.
    keep: u64,
    say: Arc<Say>,
}

struct Memory {
    jobs: HashMap<String, Record>,
    /// Ids of queued jobs in their order.
    line: BTreeMap<u64, String>,
    next_seq: u64,
    running: Option<Running>,
    open: bool,
}

/// The job at the worker.
struct Running {
    id: String,
    cancel: Cancel,
    began: Instant,
    /// The last snapshot.
    progress: Option<Value>,
    /// Whether its end is decided already, and what comes of it is of no interest.
    over: bool,
}

/// How a change is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Storing {
    /// What cannot be written does not happen.
    First,
    /// What happens anyway is written if the disk allows.
    IfPossible,
}

impl Queue {
    /// Opens the queue that lives in `folder`.
    ///
    /// # Errors
    /// `store_busy` when another process has it, `bad_store` when it is damaged, and those of the file system.
    pub(super) fn open(folder: &Path, keep: Duration, say: Arc<Say>) -> Result<Self> {
        let files = Files::open(folder.join("files"))?;
        let (mut store, mut records) = Store::open(&folder.join("jobs.redb"), files.any())?;
        let died: Vec<Record> = records
            .iter()
            .filter(|record| record.status == JobStatus::InProgress)
            .map(|record| record.survived_crash(now()))
            .collect();
        let change = Change { put: died, gone: Vec::new() };
        store.write(&change)?;
        records.retain(|record| record.status != JobStatus::InProgress);
        records.extend(change.put);
        files.sweep(&records.iter().flat_map(|record| needed(&files, record)).collect());
        let next_seq = records.iter().map(|record| record.seq.saturating_add(1)).max().unwrap_or(0);
        let mut memory =
            Memory { jobs: HashMap::new(), line: BTreeMap::new(), next_seq, running: None, open: true };
        records.into_iter().for_each(|record| memory.put(record));
        Ok(Self {
            store: Mutex::new(Some(store)),
            memory: Mutex::new(memory),
            work: Condvar::new(),
            changed: watch::Sender::new(()),
            files,
            keep: u64::try_from(keep.as_millis()).unwrap_or(u64::MAX),
            say,
        })
    }

    /// Jobs that wait, and jobs in all.
    pub(super) fn counts(&self) -> (usize, usize) {
        let memory = self.memory();
        (memory.line.len(), memory.jobs.len())
    }

    /// Hears of every change.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Whether jobs are taken.
    pub(super) fn is_open(&self) -> bool {
        self.memory().open
    }

    /// Takes no more jobs, ends every wait, and asks the one at work to end.
    pub(super) fn stop(&self) {
        let mut memory = self.memory();
        memory.open = false;
        if let Some(running) = &memory.running {
            running.cancel.cancel();
        }
        drop(memory);
        self.wake();
    }

    /// Puts the job at work back, if one still is, and lets go of the store.
    pub(super) fn close(&self) {
        self.put_back();
        *lock(&self.store) = None;
    }

    /// Makes a change that `plan` decides on, with its effects on files.
    fn change<T>(
        &self,
        storing: Storing,
        plan: impl FnOnce(&mut Memory) -> Result<(Change, T), Refusal>,
    ) -> Result<T, Refusal> {
        let mut store = lock(&self.store);
        let (change, value) = plan(&mut self.memory())?;
        if change.put.is_empty() && change.gone.is_empty() {
            return Ok(value);
        }
        let written = match &mut *store {
            Some(store) => store.write(&change),
            None => Err(Error::interrupted("the local endpoint stops")),
        };
        if let Err(error) = written {
            if storing == Storing::First {
                return Err(self.not_stored(&error));
            }
            (self.say)(&Notice::Warning(format!("a change could not be stored: {error}")));
        }
        let unneeded = self.apply(change);
        unneeded.iter().for_each(|path| drop(fs_err::remove_file(path)));
        self.wake();
        Ok(value)
    }

    /// Changes the memory, and says which files nobody needs any more.
    fn apply(&self, change: Change) -> Vec<PathBuf> {
        let mut memory = self.memory();
        let mut unneeded = Vec::new();
        for id in change.gone {
            unneeded.extend([self.files.job_path(&id), self.files.result_path(&id)]);
            memory.remove(&id);
        }
        for record in change.put {
            let needed = needed(&self.files, &record);
            let all = [self.files.job_path(&record.id), self.files.result_path(&record.id)];
            unneeded.extend(all.into_iter().filter(|path| !needed.contains(path)));
            memory.put(record);
        }
        unneeded
    }

    /// Clients are not told of this machine's folders.
    fn not_stored(&self, error: &Error) -> Refusal {
        (self.say)(&Notice::Warning(format!("a job could not be stored: {error}")));
        Refusal::NotStored
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    fn wake(&self) {
        self.work.notify_all();
        self.changed.send_replace(());
    }
}

impl Memory {
    fn put(&mut self, record: Record) {
        match record.status {
            JobStatus::InQueue => drop(self.line.insert(record.seq, record.id.clone())),
            _ => drop(self.line.remove(&record.seq)),
        }
        self.jobs.insert(record.id.clone(), record);
    }

    fn remove(&mut self, id: &str) {
        if let Some(record) = self.jobs.remove(id) {
            self.line.remove(&record.seq);
        }
    }

    /// The job at work if it is this one and its end is not decided yet.
    fn at_work(&mut self, id: &str) -> Option<&mut Running> {
        self.running.as_mut().filter(|running| running.id == id && !running.over)
    }

    /// Decides the end of a job that may be at work: whatever comes of it now is of no interest.
    fn give_up(&mut self, id: &str) {
        if let Some(running) = self.at_work(id) {
            running.over = true;
            running.cancel.cancel();
        }
    }

    fn seq(&mut self) -> u64 {
        self.next_seq += 1;
        self.next_seq - 1
    }
}

/// The files that a job needs: what the client sent while it can still be carried out, what came of it afterwards.
fn needed(files: &Files, record: &Record) -> Vec<PathBuf> {
    let job = !matches!(record.status, JobStatus::Completed | JobStatus::Cancelled);
    let both =
        [job.then(|| files.job_path(&record.id)), record.in_file.then(|| files.result_path(&record.id))];
    both.into_iter().flatten().collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
