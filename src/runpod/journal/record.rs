//! What stands in a file of the journal.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{Endpoint, JobStatus};
use super::{now, os_path};

/// The form of the files. Fields may be added to it; a form that older brolls would misread gets the next number.
pub(super) const VERSION: u32 = 1;

/// A job before it is sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// The template's name, for people.
    pub template: String,
    /// SHA-256 of the .blend that travels along, in hexadecimal; none where the endpoint has its own.
    pub content: Option<String>,
    /// Where the clip goes, absolute.
    pub output: Option<PathBuf>,
    /// Whether nobody named the clip: the extension of `output` may follow what arrives.
    pub unnamed: bool,
    /// Whether the clip may replace another one.
    pub force: bool,
    /// The body of the request without secrets and without what it carries.
    pub request: Value,
}

/// What is known of a job's submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Sending {
    /// The process with this id is at it, or was when it ended.
    Open {
        /// Its process id.
        pid: i32,
    },
    /// The endpoint has the job.
    Accepted,
    /// The endpoint may have it or not.
    Lost {
        /// What happened, in one sentence.
        why: String,
    },
    /// The endpoint does not have it.
    Refused {
        /// What happened, in one sentence.
        why: String,
    },
}

/// A clip that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// Where it went.
    #[serde(with = "os_path")]
    pub output: Option<PathBuf>,
    /// Its size.
    pub bytes: u64,
    /// Its hash, in hexadecimal.
    pub sha256: String,
}

/// One job. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) version: u32,
    pub(super) local_id: String,
    pub(super) endpoint_base: String,
    pub(super) endpoint_id: String,
    pub(super) template: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<String>,
    #[serde(with = "os_path")]
    pub(super) output: Option<PathBuf>,
    #[serde(default)]
    pub(super) unnamed: bool,
    pub(super) force: bool,
    pub(super) submitted: u64,
    pub(super) request: Value,
    pub(super) sending: Sending,
    pub(super) job_id: Option<String>,
    pub(super) status: Option<JobStatus>,
    pub(super) changed: u64,
    pub(super) delay_ms: Option<u64>,
    pub(super) execution_ms: Option<u64>,
    pub(super) worker_id: Option<String>,
    /// Why the job failed, in one sentence.
    pub(super) error: Option<String>,
    /// Whether the endpoint has forgotten it.
    pub(super) gone: bool,
    pub(super) fetched: Option<Fetched>,
}

impl Record {
    pub(super) fn new(local_id: String, draft: &Draft, endpoint: &Endpoint) -> Self {
        Self {
            version: VERSION,
            local_id,
            endpoint_base: endpoint.base().to_owned(),
            endpoint_id: endpoint.id().to_owned(),
            template: draft.template.clone(),
            content: draft.content.clone(),
            output: draft.output.clone(),
            unnamed: draft.unnamed,
            force: draft.force,
            submitted: now(),
            request: draft.request.clone(),
            sending: Sending::Open { pid: own_pid() },
            job_id: None,
            status: None,
            changed: now(),
            delay_ms: None,
            execution_ms: None,
            worker_id: None,
            error: None,
            gone: false,
            fetched: None,
        }
    }
}

/// The id of this process.
pub(super) fn own_pid() -> i32 {
    nix::unistd::getpid().as_raw()
}
