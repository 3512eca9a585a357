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
    #[serde(default, deserialize_with = "count", skip_serializing_if = "Option::is_none")]
    pub delay_time: Option<u64>,
    /// On the worker.
    #[serde(default, deserialize_with = "count", skip_serializing_if = "Option::is_none")]
    pub execution_time: Option<u64>,
    /// Who took it.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<String>,
    /// The result, or the last progress while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Why it failed; often a JSON text in a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
}

/// A whole number; anything else there is as good as nothing there, and no reason to lose sight of a job.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    // A cast from a float saturates, and NaN is no JSON.
    Ok(value.as_u64().or_else(|| value.as_f64().filter(|number| *number >= 0.0).map(|number| number as u64)))
}

/// A text; anything else there is as good as nothing there.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Value::deserialize(deserializer)?.as_str().map(str::to_owned))
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
        let odd =
            r#"{"id":"a","status":"FAILED","delayTime":12.9,"executionTime":-1,"workerId":7,"error":null}"#;
        let job: JobState = serde_json::from_str(odd).unwrap();
        assert_eq!((job.delay_time, job.execution_time, job.worker_id), (Some(12), None, None));
        for broken in [r#"{"status":"FAILED"}"#, r#"{"id":1,"status":"FAILED"}"#, r#"{"id":"a"}"#, "[]"] {
            assert!(serde_json::from_str::<JobState>(broken).is_err(), "{broken}");
        }
    }
}
