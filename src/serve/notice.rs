//! What the operator of the endpoint should see: one line each.

use std::fmt;
use std::time::Duration;

use super::address::Address;
use crate::runpod::JobStatus;
use crate::ui::fmt::duration;

/// Takes notices; called from several threads.
pub type Say = dyn Fn(&Notice) + Send + Sync;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The server listens; the first notice of all.
    Listening(Address),
    /// What an earlier run left.
    Kept {
        /// Jobs that wait.
        queued: usize,
        /// Jobs in all.
        jobs: usize,
    },
    /// The worker took a job.
    Started {
        /// Its id.
        id: String,
        /// Jobs that wait behind it.
        queued: usize,
    },
    /// A job has come to an end at the worker.
    Ended {
        /// Its id.
        id: String,
        /// How; `IN_QUEUE` when it was put back.
        status: JobStatus,
        /// Time at the worker.
        time: Duration,
        /// Why it failed.
        error: Option<String>,
    },
    /// What should be known.
    Warning(String),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listening(address) => write!(f, "listening on {}", address.socket),
            Self::Kept { queued, jobs } => {
                write!(f, "kept from an earlier run: {jobs} in all, {queued} in the queue")
            }
            Self::Started { id, queued } => write!(f, "job {id}: started, {queued} in the queue"),
            Self::Ended { id, status: JobStatus::InQueue, .. } => {
                write!(f, "job {id}: put back to the queue")
            }
            Self::Ended { id, status, time, error } => {
                write!(f, "job {id}: {status} after {}", duration(*time))?;
                error.iter().try_for_each(|error| write!(f, ": {error}"))
            }
            Self::Warning(text) => f.write_str(text),
        }
    }
}
