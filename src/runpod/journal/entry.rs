//! One job in the journal, and what happens to it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::{Endpoint, JobStatus};
use super::now;
use super::record::{Draft, Fetched, Record, Sending};
use crate::error::{Error, Result};

/// A job as far as this machine knows it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) record: Record,
    /// None for a job that was sent from elsewhere.
    pub(super) path: Option<PathBuf>,
    /// When this process saw it accepted: a clock that jumps changes nothing about that.
    pub(super) accepted: Option<Instant>,
    /// Its file as it was before the job was sent, locked: so that others see that it is being sent.
    pub(super) held: Option<Arc<File>>,
}

/// Where a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Another broll is sending it.
    Sending,
    /// The endpoint may have it or not: why.
    Unknown(String),
    /// The endpoint does not have it: why.
    Refused(String),
    /// The endpoint has it; this is what it said last.
    Remote(JobStatus),
    /// The endpoint has forgotten it, and its result.
    Gone,
    /// Its clip is here.
    Fetched(Fetched),
}

impl Entry {
    pub(super) fn new(record: Record, path: Option<PathBuf>) -> Self {
        Self { record, path, accepted: None, held: None }
    }

    /// A job of which only this is known. It is not kept in the journal.
    pub fn foreign(endpoint: &Endpoint, id: &str) -> Self {
        let mut record = Record::new(id.to_owned(), &Draft::default(), endpoint);
        record.job_id = Some(id.to_owned());
        record.sending = Sending::Accepted;
        Self::new(record, None)
    }

    /// Whether the journal has it.
    pub fn is_journaled(&self) -> bool {
        self.path.is_some()
    }

    /// Its id at the endpoint; as long as that is not known, its id in the journal.
    pub fn id(&self) -> &str {
        self.record.job_id.as_deref().unwrap_or(&self.record.local_id)
    }

    /// Its id at the endpoint.
    ///
    /// # Errors
    /// `no_job_id` while it has none, or none is known.
    pub fn job_id(&self) -> Result<&str> {
        self.record.job_id.as_deref().ok_or_else(|| {
            let failed = |what: String| Error::remote("no_job_id", what);
            match self.standing() {
                Standing::Unknown(why) => {
                    failed(format!("it is not known whether the endpoint has job {}", self.id()))
                        .because(why)
                        .hint(self.what_to_do())
                }
                Standing::Refused(why) => failed(format!("job {} was never accepted", self.id()))
                    .because(why)
                    .hint("submit it again"),
                _ => failed(format!("job {} is being sent", self.id()))
                    .hint("wait for the broll that sends it"),
            }
        })
    }

    /// What to do about a job whose submission is unknown.
    pub fn what_to_do(&self) -> String {
        format!(
            "look for it among the requests on the page of endpoint {}: if it is there, `broll jobs fetch ID` with the id of that page gets the clip; else submit it again",
            self.record.endpoint_id
        )
    }

    /// Its endpoint.
    ///
    /// # Errors
    /// `bad_endpoint` when somebody has changed the journal.
    pub fn endpoint(&self) -> Result<Endpoint> {
        Endpoint::new(&self.record.endpoint_base, &self.record.endpoint_id)
    }

    /// The template's name; empty when it is not known.
    pub fn template(&self) -> &str {
        &self.record.template
    }

    /// SHA-256 of the .blend that travelled along, in hexadecimal, where one did.
    pub fn content(&self) -> Option<&str> {
        self.record.content.as_deref()
    }

    /// Where the clip goes.
    pub fn output(&self) -> Option<&Path> {
        self.record.output.as_deref()
    }

    /// Whether nobody named the clip: its extension may follow what arrives.
    pub fn is_unnamed(&self) -> bool {
        self.record.unnamed
    }

    /// Whether the clip may replace another one.
    pub fn force(&self) -> bool {
        self.record.force
    }

    /// What was asked, without secrets.
    pub fn request(&self) -> &Value {
        &self.record.request
    }

    /// When it was submitted, in seconds since 1970.
    pub fn submitted(&self) -> u64 {
        self.record.submitted
    }

    /// How long ago that was. The clock may have been set since; then it is 0, or wrong.
    pub fn age(&self) -> Duration {
        Duration::from_secs(now().saturating_sub(self.record.submitted))
    }

    /// For how much longer the endpoint may not know the job, when it may not for `fresh` after its submission.
    pub fn fresh_for(&self, fresh: Duration) -> Duration {
        match self.accepted {
            Some(accepted) => fresh.saturating_sub(accepted.elapsed()),
            None if self.is_journaled() => fresh.saturating_sub(self.age()),
            None => Duration::ZERO,
        }
    }

    /// From submission to a worker, in milliseconds.
    pub fn delay_ms(&self) -> Option<u64> {
        self.record.delay_ms
    }

    /// At the worker, in milliseconds.
    pub fn execution_ms(&self) -> Option<u64> {
        self.record.execution_ms
    }

    /// The worker.
    pub fn worker_id(&self) -> Option<&str> {
        self.record.worker_id.as_deref()
    }

    /// Why it failed, in one sentence.
    pub fn error(&self) -> Option<&str> {
        self.record.error.as_deref()
    }

    /// What the endpoint said last.
    pub fn status(&self) -> Option<&JobStatus> {
        self.record.status.as_ref()
    }

    /// Where it stands.
    pub fn standing(&self) -> Standing {
        let record = &self.record;
        if let Some(fetched) = &record.fetched {
            return Standing::Fetched(fetched.clone());
        }
        match &record.sending {
            Sending::Refused { why } => Standing::Refused(why.clone()),
            _ if record.gone => Standing::Gone,
            Sending::Accepted => Standing::Remote(record.status.clone().unwrap_or(JobStatus::InQueue)),
            Sending::Open { .. } => Standing::Sending,
            Sending::Lost { why } => Standing::Unknown(why.clone()),
        }
    }

    /// Whether nothing more can come of it.
    pub(super) fn is_over(&self) -> bool {
        match self.standing() {
            Standing::Refused(_) | Standing::Gone | Standing::Fetched(_) | Standing::Unknown(_) => true,
            Standing::Remote(status) => status.is_final(),
            Standing::Sending => false,
        }
    }

    pub(super) fn since_change(&self) -> Duration {
        Duration::from_secs(now().saturating_sub(self.record.changed))
    }

    /// Newest last.
    pub(super) fn order(&self) -> (u64, &str) {
        (self.record.submitted, &self.record.local_id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.record.job_id.as_deref().into_iter().chain([self.record.local_id.as_str()])
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}
