//! What an answer of the API says, once its clip is taken out of the text: where the clip is, or why there is none.

use serde_json::{Map, Value};

use super::job_error::job_error;
use super::json_text::CLIP;
use super::magic;
use crate::error::{Error, Kind, Result};
use crate::runpod::JobStatus;

/// Characters that are shown of a text where a clip should be.
const WORDS: usize = 300;

/// Where the clip is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// It stood in the text and is decoded already.
    Inline,
    /// Behind this link.
    Link(String),
}

/// A good answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// Where the clip is.
    pub(super) source: Source,
    /// The object it stood in, without it.
    pub(super) response: Map<String, Value>,
}

/// Reads any wrapping: a job (`/status`, `/runsync`, a webhook's body), its output alone, or the clip alone.
///
/// # Errors
/// `job_failed`, `job_cancelled`, `no_output` (exit 5), `job_timed_out` (exit 6), `not_finished`, `not_a_clip` and
/// `no_video` (exit 1).
pub(super) fn interpret(mut document: Value) -> Result<Answer> {
    let status = document.get("status").and_then(Value::as_str).map(status_of);
    if let Some(status) = &status {
        ended(status, &document)?;
    }
    if let Some(response) = take_clip(&mut document) {
        return Ok(Answer { source: Source::Inline, response });
    }
    if let Some((url, response)) = take_link(&mut document) {
        return Ok(Answer { source: Source::Link(url), response });
    }
    Err(missing(status.as_ref(), &document))
}

fn status_of(word: &str) -> JobStatus {
    word.parse().unwrap_or_else(|never| match never {})
}

/// The job's name in a sentence.
fn job(document: &Value) -> String {
    let id = document.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
    id.map_or_else(|| "the job".to_owned(), |id| format!("job {}", short(id)))
}

/// The id in a command that is to be typed.
fn id(document: &Value) -> String {
    document.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map_or("ID".to_owned(), short)
}

/// A word of the answer, fit for a sentence.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Ends that have no clip, and no end yet.
fn ended(status: &JobStatus, document: &Value) -> Result<()> {
    let (job, id) = (job(document), id(document));
    Err(match status {
        JobStatus::Failed => {
            let told = [&document["error"], &document["output"]["error"]];
            let told = told.into_iter().find(|error| is_something(error));
            failed(&format!("{job} failed"), told.unwrap_or(&Value::Null))
        }
        JobStatus::Cancelled => {
            Error::remote("job_cancelled", format!("{job} was cancelled")).hint("submit it again")
        }
        JobStatus::TimedOut => {
            Error::new(Kind::TimedOut, "job_timed_out", format!("{job} timed out on the endpoint"))
                .because("it waited or ran for longer than its request or the endpoint allows")
                .hint("allow more time, ask for fewer frames or samples, or see `broll endpoint health`")
        }
        JobStatus::InQueue | JobStatus::InProgress => unfinished(&job, &id, status),
        JobStatus::Completed | JobStatus::Other(_) => return Ok(()),
    })
}

fn failed(what: &str, error: &Value) -> Error {
    Error::remote("job_failed", what)
        .because(job_error(error))
        .hint("correct what the worker complains about, then send the job again")
}

fn unfinished(job: &str, id: &str, status: &JobStatus) -> Error {
    Error::bad_input("not_finished", format!("{job} is not finished yet"))
        .because(format!("its status is {}", short(status.as_str())))
        .hint(format!("`broll jobs watch {id}` waits for it and takes the clip in"))
}

/// The object that holds the clip, without it; an empty one for a clip that stands alone.
fn take_clip(value: &mut Value) -> Option<Map<String, Value>> {
    match value {
        Value::String(text) if text == CLIP => Some(Map::new()),
        Value::Array(items) => items.iter_mut().find_map(take_clip),
        Value::Object(fields) => {
            let here =
                fields.iter().find(|(_, value)| value.as_str() == Some(CLIP)).map(|(key, _)| key.clone());
            let Some(key) = here else { return fields.values_mut().find_map(take_clip) };
            fields.shift_remove(&key);
            // The clip under its fixed name belongs to a response; under any other, as `output`, it is all there is.
            let is_response = key != "output";
            Some(if is_response { without_video(fields) } else { Map::new() })
        }
        _ => None,
    }
}

/// The first link to a clip and the object that holds it, without it. What the request said is not looked at.
fn take_link(value: &mut Value) -> Option<(String, Map<String, Value>)> {
    match value {
        Value::Array(items) => items.iter_mut().find_map(take_link),
        Value::Object(fields) => {
            let url = fields.get("video_url").and_then(Value::as_str).filter(|url| !url.trim().is_empty());
            if let Some(url) = url.map(|url| url.trim().to_owned()) {
                return Some((url, without_video(fields)));
            }
            fields.iter_mut().filter(|(key, _)| *key != "input").find_map(|(_, value)| take_link(value))
        }
        _ => None,
    }
}

/// A link may be signed, so it is no less a part of the clip than its bytes.
pub(super) fn without_video(fields: &mut Map<String, Value>) -> Map<String, Value> {
    let mut fields = std::mem::take(fields);
    for key in ["video_base64", "video_url"] {
        fields.shift_remove(key);
    }
    fields
}

/// Why there is no clip.
fn missing(status: Option<&JobStatus>, document: &Value) -> Error {
    let output = document.get("output");
    for holder in [Some(document), output].into_iter().flatten() {
        if let Some(error) = holder.get("error").filter(|error| is_something(error)) {
            // Without a status it may be a worker's answer or the API's.
            let of_job = status.is_some() || document.get("id").is_some();
            let what = if of_job {
                format!("{} failed", job(document))
            } else {
                "the answer is an error".to_owned()
            };
            return failed(&what, error);
        }
    }
    if status == Some(&JobStatus::Completed) && !output.is_some_and(is_something) {
        let name = job(document);
        return Error::remote("no_output", format!("{name} is completed, but it has no output"))
            .because("its result was larger than the platform takes, or its handler returned nothing")
            .hint(
                "let the worker deliver to S3 or to a network volume, or ask for a shorter or smaller clip",
            );
    }
    if let Some(what) = other_data(document) {
        let error = Error::bad_input("not_a_clip", "the video is no MP4 or MOV");
        return error.because(what).hint("see what the endpoint's handler returns");
    }
    if let (Some(other @ JobStatus::Other(_)), Some(_), None) = (status, document.get("id"), output) {
        return unfinished(&job(document), &id(document), other);
    }
    let keys = document.as_object().into_iter().chain(output.and_then(Value::as_object)).flatten();
    let keys: Vec<String> = keys.map(|(key, _)| short(key)).take(12).collect();
    let error = Error::bad_input("no_video", "there is no video in the input");
    let error = if keys.is_empty() { error } else { error.because(format!("it holds {}", keys.join(", "))) };
    error.hint(
        "give the answer of a render job: its /status or /runsync body, or its output with `video_base64`",
    )
}

/// What stands where the clip should, when that is anything else.
fn other_data(value: &Value) -> Option<String> {
    let here = match value {
        Value::Object(fields) => fields.get("video_base64").or_else(|| fields.get("output")),
        other => Some(other),
    };
    match here? {
        Value::String(text) if text.trim().is_empty() => Some("it is empty".to_owned()),
        Value::String(text) => Some(match magic::name(&magic::behind_base64(text)) {
            Some(name) => format!("it is {name}"),
            None if !text.bytes().all(is_base64) => format!("it says {:?}", bounded(text)),
            None => format!("it begins {:?}", text.chars().take(24).collect::<String>()),
        }),
        Value::Object(fields) if fields.contains_key("video_base64") => other_data(here?),
        _ => None,
    }
}

/// Whether it may stand in base64, of either alphabet and on several lines.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/-_=".contains(&byte)
}

/// As much of a text as tells what it is about.
fn bounded(text: &str) -> String {
    match text.trim().char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", &text.trim()[..end]),
        None => text.trim().to_owned(),
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
#[path = "tests/answer.rs"]
mod tests;
