//! What an endpoint tells of its queue and its workers, and why a job waits.

use serde::{Deserialize, Deserializer, Serialize};

use crate::ui::fmt::count;

/// The answer of `/health`. Whatever is missing there counts as 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// Jobs by state.
    pub jobs: Jobs,
    /// Workers by state.
    pub workers: Workers,
}

/// Jobs of an endpoint, by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Jobs {
    /// Waiting for a worker.
    #[serde(deserialize_with = "number")]
    pub in_queue: u32,
    /// At a worker.
    #[serde(deserialize_with = "number")]
    pub in_progress: u32,
    /// Done.
    #[serde(deserialize_with = "number")]
    pub completed: u32,
    /// Failed.
    #[serde(deserialize_with = "number")]
    pub failed: u32,
    /// Given to another worker.
    #[serde(deserialize_with = "number")]
    pub retried: u32,
}

/// Workers of an endpoint, by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Workers {
    /// Up, without a job.
    #[serde(deserialize_with = "number")]
    pub idle: u32,
    /// With a job.
    #[serde(deserialize_with = "number")]
    pub running: u32,
    /// Can take a job: idle ones, and those that only sleep.
    #[serde(deserialize_with = "number")]
    pub ready: u32,
    /// Coming up.
    #[serde(deserialize_with = "number")]
    pub initializing: u32,
    /// Wanted, but there is no machine for them.
    #[serde(deserialize_with = "number")]
    pub throttled: u32,
    /// Their container does not come up.
    #[serde(deserialize_with = "number")]
    pub unhealthy: u32,
}

/// A number of workers or jobs; anything else there counts as 0.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_u64().map_or(0, |number| u32::try_from(number).unwrap_or(u32::MAX)))
}

impl Health {
    /// Reads an answer; `None` for what is none.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_slice(body).ok()?;
        (value.get("jobs").is_some() || value.get("workers").is_some())
            .then(|| serde_json::from_value(value).ok())
            .flatten()
    }

    /// Why a job waits in the queue, in one sentence. The order of the rules is that of RunPod's own tools: a container
    /// that crashes looks like missing capacity otherwise.
    pub fn why_queued(&self) -> String {
        let Workers { idle, running, ready, initializing, throttled, unhealthy } = self.workers;
        let free = idle.max(ready);
        let noun = |number, what: &str| count(number, what);
        if unhealthy > 0 && running == 0 && free == 0 {
            format!("{} unhealthy: the container fails as it starts, see its log", noun(unhealthy, "worker"))
        } else if free == 0 && running == 0 && initializing == 0 && throttled == 0 {
            "there is no worker yet: the endpoint scales up from zero, or may have none".to_owned()
        } else if throttled > 0 && running == 0 && free == 0 && initializing == 0 {
            format!("{} throttled: no machine with such a GPU is free", noun(throttled, "worker"))
        } else if initializing > 0 && free == 0 {
            format!("{} starting", noun(initializing, "worker"))
        } else if free > 0 {
            format!("{} free, and should take it soon", noun(free, "worker"))
        } else {
            format!("{} at work, {} in the queue", noun(running, "worker"), noun(self.jobs.in_queue, "job"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Health {
        Health::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn everything_is_optional() {
        let health = parse(
            r#"{"jobs":{"completed":1,"inProgress":2,"inQueue":3,"failed":"x","retried":null},"workers":{"idle":4}}"#,
        );
        assert_eq!((health.jobs.in_progress, health.jobs.in_queue, health.jobs.failed), (2, 3, 0));
        assert_eq!((health.workers.idle, health.workers.running), (4, 0));
        assert_eq!(parse(r#"{"workers":{}}"#), Health::default());
        assert_eq!(parse(r#"{"jobs":{"inQueue":99999999999}}"#).jobs.in_queue, u32::MAX);
        for foreign in ["", "[]", "{}", "<html>", "null", r#"{"jobs":3}"#] {
            assert_eq!(Health::parse(foreign.as_bytes()), None, "{foreign}");
        }
    }

    #[test]
    fn the_reason_is_told_from_the_workers() {
        for (workers, reason) in [
            ("", "no worker yet"),
            (r#""unhealthy":2,"throttled":1"#, "2 workers unhealthy"),
            (r#""throttled":1"#, "1 worker throttled"),
            (r#""initializing":1,"throttled":3"#, "1 worker starting"),
            (r#""running":2"#, "2 workers at work, 7 jobs in the queue"),
            (r#""running":2,"unhealthy":1"#, "2 workers at work"),
            (r#""ready":1"#, "1 worker free"),
        ] {
            let health = parse(&format!(r#"{{"jobs":{{"inQueue":7}},"workers":{{{workers}}}}}"#));
            assert!(health.why_queued().contains(reason), "{workers}: {}", health.why_queued());
        }
    }
}
