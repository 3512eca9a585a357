//! A job as people and scripts see it. Pure.

use std::path::Path;

use serde_json::{Value, json};

use super::super::Context;
use super::super::remote::{cost, seconds};
use crate::paths::display;
use crate::runpod::{Entry, JobStatus, Standing};
use crate::ui::fmt;

/// Where a job stands, in a word or two.
pub(super) fn state(standing: &Standing) -> String {
    let word = match standing {
        Standing::Sending => "sending",
        Standing::Unknown(_) => "unknown",
        Standing::Refused(_) => "not sent",
        Standing::Gone => "expired",
        Standing::Fetched(_) => "fetched",
        Standing::Remote(status) => match status {
            JobStatus::InQueue => "queued",
            JobStatus::InProgress => "running",
            JobStatus::Completed => "completed",
            JobStatus::Failed => "failed",
            JobStatus::Cancelled => "cancelled",
            JobStatus::TimedOut => "timed out",
            JobStatus::Other(word) => return word.to_lowercase(),
        },
    };
    word.to_owned()
}

/// Why it stands there.
pub(super) fn note(entry: &Entry) -> Option<String> {
    match entry.standing() {
        Standing::Unknown(why) | Standing::Refused(why) => Some(why),
        _ => entry.error().map(str::to_owned),
    }
}

/// Where the clip is, or will be.
fn output(entry: &Entry) -> Option<std::path::PathBuf> {
    match entry.standing() {
        Standing::Fetched(fetched) => fetched.output,
        _ => entry.output().map(Path::to_owned),
    }
}

/// The output as short as it can be said from the folder `here`.
pub(super) fn place(entry: &Entry, here: &Path) -> String {
    let path = output(entry);
    path.map_or_else(String::new, |path| display(path.strip_prefix(here).unwrap_or(&path)))
}

/// The costs, empty where they are not known.
pub(super) fn price(context: &Context, entry: &Entry) -> String {
    cost(context, entry).map(fmt::dollars).unwrap_or_default()
}

/// The job for scripts.
pub(super) fn json(context: &Context, entry: &Entry) -> Value {
    let endpoint = entry.endpoint().ok();
    json!({
        "id": entry.id(),
        "endpoint": endpoint.as_ref().map(|endpoint| endpoint.id()),
        "endpoint_base_url": endpoint.as_ref().map(|endpoint| endpoint.base()),
        "state": state(&entry.standing()),
        "status": entry.status(),
        "note": note(entry),
        "template": Some(entry.template()).filter(|name| !name.is_empty()),
        "submitted": entry.is_journaled().then(|| entry.submitted()),
        "age_seconds": entry.is_journaled().then(|| entry.age().as_secs()),
        "delay_seconds": seconds(entry.delay_ms()),
        "execution_seconds": seconds(entry.execution_ms()),
        "cost_usd": cost(context, entry),
        "worker": entry.worker_id(),
        "output": output(entry).map(|path| path.to_string_lossy().into_owned()),
    })
}

/// As much of each id as tells it from the others, at least eight characters.
pub(super) fn short_ids(ids: &[&str]) -> Vec<String> {
    let alike = |left: &str, right: &str| left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
    ids.iter()
        .enumerate()
        .map(|(at, id)| {
            let others = ids.iter().enumerate().filter(|(other, _)| *other != at);
            let least = others.map(|(_, other)| alike(id, other) + 1).max().unwrap_or(0).max(8);
            id.chars().take(least).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_short_as_they_can_be() {
        let ids = ["60902e6c-08a1-u1", "60902e6c-08b2-u1", "f9-u1", "local-00a1b2c3d4e5"];
        assert_eq!(short_ids(&ids), ["60902e6c-08a", "60902e6c-08b", "f9-u1", "local-00"]);
        assert_eq!(short_ids(&["ä".repeat(20).as_str()]), ["ä".repeat(8)]);
        assert_eq!(short_ids(&["abc", "abcdefghijkl"]), ["abc", "abcdefgh"]);
        assert!(short_ids(&[]).is_empty());
    }

    #[test]
    fn states_are_words() {
        for (status, word) in [("IN_QUEUE", "queued"), ("TIMED_OUT", "timed out"), ("RUNNING", "running")] {
            let Ok(status) = status.parse::<JobStatus>();
            assert_eq!(state(&Standing::Remote(status)), word);
        }
        assert_eq!(state(&Standing::Unknown("x".to_owned())), "unknown");
    }
}
