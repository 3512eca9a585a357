//! What is known of a job: one record in the store. Its input and its result lie in files beside it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::runpod::{JobState, JobStatus};
use crate::serve::order::Order;

/// Who takes the jobs, as a job tells it.
const WORKER: &str = "local";
/// A job that took the whole process down more often than this is not tried again.
const MOST_CRASHES: u32 = 4;

/// A job. Times are milliseconds since 1970. No `Debug`: the webhook's URL may hold a secret.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    /// Its place in the queue.
    pub(super) seq: u64,
    pub(super) status: JobStatus,
    pub(super) queued_at: u64,
    started_at: Option<u64>,
    pub(super) ended_at: Option<u64>,
    /// Milliseconds it may be at work.
    pub(super) execution_timeout: Option<u64>,
    /// Milliseconds from submission until an unfinished job is forgotten.
    ttl: Option<u64>,
    pub(super) webhook: Option<String>,
    /// Whether the webhook got its due, or all its tries.
    told: bool,
    /// How often it started anew, for whatever reason.
    pub(super) retries: u32,
    /// How often the process died while it was at work.
    crashes: u32,
    error: Option<String>,
    /// Whether its whole status body, output included, lies in a file.
    pub(super) in_file: bool,
}

impl Record {
    pub(super) fn new(id: String, seq: u64, order: &Order, now: u64) -> Self {
        Self {
            id,
            seq,
            status: JobStatus::InQueue,
            queued_at: now,
            started_at: None,
            ended_at: None,
            execution_timeout: order.execution_timeout,
            ttl: order.ttl,
            webhook: order.webhook.clone(),
            told: false,
            retries: 0,
            crashes: 0,
            error: None,
            in_file: false,
        }
    }

    /// As the API tells it, without an output.
    pub(super) fn state(&self) -> JobState {
        JobState {
            id: self.id.clone(),
            status: self.status.clone(),
            delay_time: self.started_at.map(|started| started.saturating_sub(self.queued_at)),
            execution_time: self
                .started_at
                .zip(self.ended_at)
                .map(|(started, ended)| ended.saturating_sub(started)),
            worker_id: self.started_at.map(|_| WORKER.to_owned()),
            output: None,
            error: self.error.clone().map(Into::into),
        }
    }

    pub(super) fn started(&self, now: u64) -> Self {
        Self { status: JobStatus::InProgress, started_at: Some(now), ..self.clone() }
    }

    pub(super) fn ended(&self, status: JobStatus, error: Option<String>, now: u64) -> Self {
        Self { status, error, ended_at: Some(now), told: false, in_file: false, ..self.clone() }
    }

    /// Back where it stood in the queue: the server stops while it is at work.
    pub(super) fn put_back(&self) -> Self {
        Self { status: JobStatus::InQueue, started_at: None, ended_at: None, ..self.clone() }
    }

    /// What a new process makes of a job that the last one was at work on when it died.
    pub(super) fn survived_crash(&self, now: u64) -> Self {
        if self.crashes >= MOST_CRASHES {
            let times = self.crashes + 1;
            let why = format!("the local endpoint died {times} times while this job was at work");
            return self.ended(JobStatus::Failed, Some(why), now);
        }
        Self { crashes: self.crashes + 1, retries: self.retries + 1, ..self.put_back() }
    }

    /// The same job from the start at the end of the queue: its time to live begins anew.
    pub(super) fn retried(&self, seq: u64, now: u64) -> Self {
        let anew = Self { seq, queued_at: now, error: None, told: false, in_file: false, ..self.put_back() };
        Self { retries: self.retries + 1, crashes: 0, ..anew }
    }

    /// Whether its time is over: a finished one's after `keep` milliseconds, another's with its `ttl`.
    pub(super) fn expired(&self, now: u64, keep: u64) -> bool {
        let (since, kept) = match self.ended_at {
            Some(ended) => (ended, keep),
            None => (self.queued_at, self.ttl.unwrap_or(u64::MAX)),
        };
        now >= since.saturating_add(kept)
    }

    /// Why it failed.
    pub(super) fn error(&self) -> Option<String> {
        self.error.clone()
    }

    /// Nothing is owed to its webhook any more.
    pub(super) fn told(&self) -> Self {
        Self { told: true, ..self.clone() }
    }

    /// Whether a webhook is still owed for its end.
    pub(super) fn owes_webhook(&self) -> bool {
        self.status.is_final() && !self.told && self.webhook.is_some()
    }
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(policy: &str) -> Record {
        let order = Order::parse(format!(r#"{{"input":{{}},"policy":{policy}}}"#).as_bytes()).unwrap();
        Record::new("a-u1".to_owned(), 7, &order, 1_000)
    }

    #[test]
    fn times_are_told_as_the_platform_does() {
        let body = |record: &Record| serde_json::to_string(&record.state()).unwrap();
        let queued = record("{}");
        assert_eq!(body(&queued), r#"{"id":"a-u1","status":"IN_QUEUE"}"#);
        let running = queued.started(3_500);
        assert_eq!(
            body(&running),
            r#"{"id":"a-u1","status":"IN_PROGRESS","delayTime":2500,"workerId":"local"}"#
        );
        // A clock that was set back makes no time negative.
        let failed = running.ended(JobStatus::Failed, Some("no GPU".to_owned()), 3_000);
        let told = r#"{"id":"a-u1","status":"FAILED","delayTime":2500,"executionTime":0,"workerId":"local","error":"no GPU"}"#;
        assert_eq!(body(&failed), told);
        let again = failed.retried(9, 4_000);
        assert_eq!((body(&again), again.seq), (body(&queued), 9));
    }

    #[test]
    fn an_unfinished_job_lives_as_long_as_its_ttl_and_a_finished_one_is_kept() {
        let job = record(r#"{"ttl":500}"#);
        assert!(!job.expired(1_499, 30) && job.expired(1_500, 30));
        let done = job.ended(JobStatus::Completed, None, 1_400);
        assert!(!done.expired(1_500, 200) && done.expired(1_600, 200));
        assert!(!record("{}").expired(u64::MAX - 1, 0));
    }

    #[test]
    fn a_job_that_kills_the_process_is_given_up() {
        let mut job = record("{}");
        for crashes in 1..=MOST_CRASHES {
            job = job.started(0).survived_crash(0);
            assert_eq!((job.status.as_str(), job.crashes, job.seq), ("IN_QUEUE", crashes, 7));
        }
        let given_up = job.started(0).survived_crash(0);
        assert_eq!(given_up.status, JobStatus::Failed);
        assert!(given_up.error.clone().unwrap().contains("5 times"));
        // Whoever asks for it again gets all tries again.
        assert_eq!(given_up.retried(8, 0).started(0).survived_crash(0).status, JobStatus::InQueue);
    }
}
