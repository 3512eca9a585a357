//! What the commands that talk to an endpoint share.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Context;
use crate::error::{Error, Result};
use crate::paths::display;
use crate::receive::Arrived;
use crate::runpod::{ApiKey, Client, Endpoint, Entry, Journal, Pace, estimate, is_id, kept};

/// A client of an endpoint, with the key that is for it.
///
/// # Errors
/// `no_key`, `bad_key`, `key_exposed`.
pub(super) fn client(context: &Context, endpoint: Endpoint, pace: Pace) -> Result<Client> {
    let key = ApiKey::find(&context.paths, &context.config, &endpoint)?;
    Client::new(endpoint, key, pace)
}

/// A job: from the journal, or, when it was sent from elsewhere, by its whole id at the endpoint that is named.
///
/// # Errors
/// `ambiguous_job`, `no_job`, `no_endpoint_id`.
pub(super) fn entry(context: &Context, id: &str, endpoint: Option<&str>) -> Result<Entry> {
    if let Some(entry) = Journal::open(&context.paths).find(id)? {
        return Ok(entry);
    }
    if !is_id(id) || id.starts_with("local-") {
        return Err(Error::bad_input("no_job", format!("there is no job {id:?}"))
            .hint("`broll jobs list` shows the jobs sent from here"));
    }
    Ok(Entry::foreign(&Endpoint::configured(&context.config, endpoint)?, id))
}

/// A time as a flag gives it.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "a time is such as 90s, 30m or 2h".to_owned())
}

/// What a job has cost so far, where a rate is configured.
pub(super) fn cost(context: &Context, entry: &Entry) -> Option<f64> {
    Some(estimate(entry.execution_ms()?, context.config.rate_per_second()?))
}

/// Milliseconds as seconds.
pub(super) fn seconds(millis: Option<u64>) -> Value {
    millis.map_or(Value::Null, |millis| json!(millis as f64 / 1000.0))
}

/// Prints what came home: its path, or with `--json` the response of the worker with what this machine knows above it.
///
/// # Errors
/// Those of stdout.
pub(super) fn answer_arrived(context: &Context, entry: &Entry, arrived: &Arrived) -> Result<()> {
    tell_arrived(context, entry, arrived)
        .map_err(|error| kept(error.because(format!("the clip is {}", display(&arrived.output))), entry.id()))
}

fn tell_arrived(context: &Context, entry: &Entry, arrived: &Arrived) -> Result<()> {
    if !context.ui.json {
        return context.ui.answer(&display(&arrived.output));
    }
    let mut answer = match &arrived.response {
        Value::Object(fields) => fields.clone(),
        _ => Map::new(),
    };
    let output = std::path::absolute(&arrived.output).unwrap_or_else(|_| arrived.output.clone());
    let own = json!({
        "output": output.to_string_lossy(),
        "file_size_bytes": arrived.file_size_bytes,
        "duration": arrived.duration,
        "sha256": arrived.sha256,
        "checked": if arrived.decoded { "decoded" } else { "structure" },
        "job": {
            "id": entry.id(),
            "endpoint": entry.endpoint()?.id(),
            "delay_seconds": seconds(entry.delay_ms()),
            "execution_seconds": seconds(entry.execution_ms()),
            "cost_usd": cost(context, entry),
            "worker": entry.worker_id(),
        },
    });
    if let Value::Object(own) = own {
        answer.extend(own);
    }
    if let Some(frames) = arrived.frames {
        answer.insert("frames".to_owned(), frames.into());
    }
    context.ui.answer_json(&Value::Object(answer))
}
