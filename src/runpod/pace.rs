//! Every waiting time of the client in one place.

use std::time::Duration;

use crate::net::{Backoff, Limits};

/// How often the endpoint is asked, and how long anything is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between the first questions about a job.
    pub poll_first: Duration,
    /// Between the later ones.
    pub poll_longest: Duration,
    /// Before the first repetition of a request that failed.
    pub retry_first: Duration,
    /// Before the later ones.
    pub retry_longest: Duration,
    /// How long a single question is repeated.
    pub patience: Duration,
    /// How long a watched job's endpoint may be out of reach before watching ends.
    pub outage: Duration,
    /// How long after its submission a job may be unknown to the endpoint: its parts learn of a job one after another.
    pub fresh: Duration,
    /// How long a job waits before the reason is looked for, and how often it is looked for again.
    pub health: Duration,
    /// How long the answer to a job's submission is waited for after Ctrl-C.
    pub grace: Duration,
    /// Of one request.
    pub limits: Limits,
}

impl Default for Pace {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            poll_first: seconds(1),
            poll_longest: seconds(5),
            retry_first: Duration::from_millis(500),
            retry_longest: seconds(20),
            patience: seconds(45),
            outage: seconds(15 * 60),
            fresh: seconds(30),
            health: seconds(15),
            grace: seconds(5),
            limits: Limits::default(),
        }
    }
}

impl Pace {
    pub(super) fn polls(&self) -> Backoff {
        Backoff::new(self.poll_first, self.poll_longest)
    }

    pub(super) fn retries(&self) -> Backoff {
        Backoff::new(self.retry_first, self.retry_longest)
    }

    /// The limits of a request with such a body: time for it to go out at 32 KiB a second.
    pub(super) fn limits(&self, body: usize) -> Limits {
        let upload = Duration::from_secs((body / (32 * 1024)) as u64);
        Limits { head: self.limits.head.saturating_add(upload), idle: self.limits.idle }
    }
}
