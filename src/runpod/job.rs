//! A job as the API tells it. Everything but id and status is optional, and both sets are open.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The `status` of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobStatus {
    /// No worker has taken it yet.
    InQueue,
    /// A worker has it.
    InProgress,
    /// Done; whether there is an output is another question.
    Completed,
    /// The worker gave an error back.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// It ran for longer than its `executionTimeout`.
    TimedOut,
    /// A word that this version does not know: not an end.
    Other(String),
}

impl JobStatus {
    /// Whether nothing more will happen.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled | Self::TimedOut)
    }

    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InQueue => "IN_QUEUE",
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::TimedOut => "TIMED_OUT",
            Self::Other(word) => word,
        }
    }
}

impl FromStr for JobStatus {
    type Err = Infallible;

    fn from_str(word: &str) -> Result<Self, Infallible> {
        let known =
            [Self::InQueue, Self::InProgress, Self::Completed, Self::Failed, Self::Cancelled, Self::TimedOut];
        Ok(known
            .into_iter()
            .find(|status| status.as_str() == word)
            .unwrap_or_else(|| Self::Other(word.to_owned())))
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for JobStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for JobStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What `/run`, `/runsync`, `/status`, `/cancel` and `/retry` answer, and what a webhook gets. Times are milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobState {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub status: JobStatus,
    /// From submission until a worker took it, cold start included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_time: Option<u64>,
    /// On the worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_time: Option<u64>,
    /// Who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<String>,
    /// The result, or the last progress while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Why it failed; often a JSON text in a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_an_open_set() {
        for word in ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT", "RUNNING"] {
            assert_eq!(word.parse::<JobStatus>().unwrap().to_string(), word);
        }
        assert!(!"RUNNING".parse::<JobStatus>().unwrap().is_final());
        assert!(JobStatus::TimedOut.is_final());
    }

    #[test]
    fn a_job_needs_an_id_and_a_status_only() {
        let job: JobState = serde_json::from_str(r#"{"id":"a-u1","status":"IN_QUEUE","extra":[1]}"#).unwrap();
        assert_eq!(serde_json::to_string(&job).unwrap(), r#"{"id":"a-u1","status":"IN_QUEUE"}"#);
    }
}
