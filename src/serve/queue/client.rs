//! What clients do with jobs.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::record::{Record, now};
use super::store::Change;
use super::{Queue, Storing};
use crate::error::{Error, Result};
use crate::runpod::{JobState, JobStatus};
use crate::serve::order::Order;

/// Jobs that may wait or run at once.
const MOST_UNFINISHED: usize = 10_000;

/// Why a client does not get what it asks for.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::serve) enum Refusal {
    /// No such job, or no longer.
    Unknown,
    /// What was asked cannot be done with this job.
    NotNow(String),
    /// Too many jobs wait.
    Full,
    /// The disk does not take it; why is told to whoever runs the endpoint.
    NotStored,
}

/// A job as a client sees it.
#[derive(Debug)]
pub(in crate::serve) enum Shown {
    /// The job.
    Job(Box<JobState>),
    /// Its whole body in a file of JSON.
    File(PathBuf),
}

impl Queue {
    /// Takes a job in; `prefix` stands before its id.
    pub(in crate::serve) fn submit(&self, order: &Order, prefix: &str) -> Result<String, Refusal> {
        let id = new_id(prefix).map_err(|error| self.not_stored(&error))?;
        let room = {
            let memory = self.memory();
            memory.jobs.values().filter(|job| !job.status.is_final()).count() < MOST_UNFINISHED
        };
        if !room {
            return Err(Refusal::Full);
        }
        self.files.put_job(&id, &order.job).map_err(|error| self.not_stored(&error))?;
        let stored = self.change(Storing::First, |memory| {
            let record = Record::new(id.clone(), memory.seq(), order, now());
            Ok((Change::put(record), ()))
        });
        if stored.is_err() {
            let _ = fs_err::remove_file(self.files.job_path(&id));
        }
        stored.map(|()| id)
    }

    /// The job as it stands.
    pub(in crate::serve) fn show(&self, id: &str) -> Result<Shown, Refusal> {
        let mut memory = self.memory();
        let record = memory.jobs.get(id).ok_or(Refusal::Unknown)?;
        if record.in_file {
            return Ok(Shown::File(self.files.result_path(id)));
        }
        let mut state = record.state();
        if state.status == JobStatus::InProgress {
            state.output = memory.at_work(id).and_then(|running| running.progress.clone());
        }
        Ok(Shown::Job(Box::new(state)))
    }

    /// Its status alone.
    pub(in crate::serve) fn status(&self, id: &str) -> Result<JobStatus, Refusal> {
        self.memory().jobs.get(id).map(|record| record.status.clone()).ok_or(Refusal::Unknown)
    }

    /// Whether nobody need wait for this job any more.
    pub(in crate::serve) fn is_over(&self, id: &str) -> bool {
        let memory = self.memory();
        !memory.open || memory.jobs.get(id).is_none_or(|record| record.status.is_final())
    }

    /// Cancels a job; a finished one stays as it is. The status it then has.
    pub(in crate::serve) fn cancel(&self, id: &str) -> Result<JobStatus, Refusal> {
        self.change(Storing::IfPossible, |memory| {
            let record = memory.jobs.get(id).ok_or(Refusal::Unknown)?;
            if record.status.is_final() {
                return Ok((Change::default(), record.status.clone()));
            }
            let cancelled = record.ended(JobStatus::Cancelled, None, now());
            memory.give_up(id);
            Ok((Change::put(cancelled), JobStatus::Cancelled))
        })
    }

    /// Puts a job that failed or timed out to the end of the queue, with the same id and input.
    pub(in crate::serve) fn retry(&self, id: &str) -> Result<(), Refusal> {
        self.change(Storing::First, |memory| {
            let seq = memory.seq();
            let record = memory.jobs.get(id).ok_or(Refusal::Unknown)?;
            if !matches!(record.status, JobStatus::Failed | JobStatus::TimedOut) {
                let status = &record.status;
                let why = format!("the job is {status}: only FAILED and TIMED_OUT ones can be tried again");
                return Err(Refusal::NotNow(why));
            }
            Ok((Change::put(record.retried(seq, now())), ()))
        })
    }

    /// Removes all queued jobs and says how many there were.
    pub(in crate::serve) fn purge(&self) -> Result<usize, Refusal> {
        self.change(Storing::First, |memory| {
            let gone: Vec<String> = memory.line.values().cloned().collect();
            let count = gone.len();
            Ok((Change { put: Vec::new(), gone }, count))
        })
    }

    /// What `/health` answers. There is one worker and it is always there.
    pub(in crate::serve) fn health(&self) -> Value {
        let memory = self.memory();
        let count = |status: JobStatus| memory.jobs.values().filter(|job| job.status == status).count();
        let retried = memory.jobs.values().filter(|job| job.retries > 0).count();
        let running = usize::from(memory.running.is_some());
        json!({
            "jobs": {
                "completed": count(JobStatus::Completed),
                "failed": count(JobStatus::Failed) + count(JobStatus::TimedOut),
                "inProgress": count(JobStatus::InProgress),
                "inQueue": count(JobStatus::InQueue),
                "retried": retried,
            },
            "workers": {
                "idle": 1 - running, "initializing": 0, "ready": 1, "running": running,
                "throttled": 0, "unhealthy": 0,
            },
        })
    }
}

/// A random id in the platform's form: a UUID and the mark of a region.
fn new_id(prefix: &str) -> Result<String> {
    let mut bytes = [0; 16];
    rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| Error::environment("no_random", "the system gives no random numbers"))?;
    // Version 4 and variant 1 of RFC 9562.
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = crate::paths::hex(&bytes);
    let (a, b, c, d, e) = (&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
    Ok(format!("{prefix}{a}-{b}-{c}-{d}-{e}-u1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_the_platform() {
        let (one, other) = (new_id("sync-").unwrap(), new_id("sync-").unwrap());
        assert_ne!(one, other);
        let bare = one.strip_prefix("sync-").unwrap().strip_suffix("-u1").unwrap();
        let lengths: Vec<usize> = bare.split('-').map(str::len).collect();
        assert_eq!((lengths.as_slice(), &bare[14..15]), (&[8, 4, 4, 4, 12][..], "4"));
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    }
}
