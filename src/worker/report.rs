//! Telling the platform what came of a job, until it has understood.

use std::time::Instant;

use serde_json::{Value, json};

use super::channel::{Channel, within};
use super::{Platform, WorkerLog};
use crate::interrupt::Cancel;
use crate::net::{Backoff, Reply};
use crate::ui::fmt::bytes;

/// Characters of an error: whoever needs more finds it in the log.
const LONGEST_ERROR: usize = 16 << 10;
/// Characters of what the platform says about a result that it refuses.
const LONGEST_REASON: usize = 300;

/// Posts what there is to say about jobs.
pub(super) struct Reporter<'a> {
    pub(super) platform: &'a Platform,
    pub(super) channel: &'a Channel,
    pub(super) log: &'a WorkerLog,
}

/// How the platform took a result.
#[derive(Debug, PartialEq)]
enum Verdict {
    Accepted,
    /// It knows the job no more: too late, or cancelled.
    Gone,
    /// It will never take this body.
    Refused,
    /// It may take it later.
    Again,
}

fn verdict(status: u16) -> Verdict {
    match status {
        200..300 => Verdict::Accepted,
        404 | 410 => Verdict::Gone,
        // A key that is refused now was good when the job was taken: that may pass.
        401 | 403 | 408 | 425 | 429 | 500.. => Verdict::Again,
        _ => Verdict::Refused,
    }
}

impl Reporter<'_> {
    /// Posts a snapshot once; whether it arrives does not matter.
    pub(super) fn progress(&self, job: &str, snapshot: &Value, cancel: &Cancel) {
        let Ok(url) = self.platform.done_url(job) else { return };
        let body = json!({"status": "IN_PROGRESS", "output": snapshot}).to_string().into_bytes();
        let posted = self.channel.post(url, job, body, within(self.platform.waits.progress), cancel);
        let why = match posted {
            Ok(reply) if verdict(reply.status()) == Verdict::Accepted => return,
            Ok(reply) => format!("HTTP {}", reply.status()),
            Err(failure) => failure.why,
        };
        self.log.debug(Some(job), &format!("progress was not posted: {why}"));
    }

    /// Posts a result, again and again if need be, unless the platform stops the job. A result that is refused
    /// becomes a failure that says so.
    pub(super) fn result(&self, job: &str, result: &Result<Value, String>, stopped: &Cancel) {
        let body = body(result);
        let size = body.len();
        let Some(why) = self.post(job, &body, stopped) else { return };
        self.log
            .error(Some(job), &format!("the platform refuses the result of {}: {why}", bytes(size as u64)));
        if result.is_ok() {
            let error = format!("result rejected by the platform: {why}; it had {}", bytes(size as u64));
            if let Some(why) = self.post(job, &self::body(&Err(error)), stopped) {
                self.log.error(Some(job), &format!("the platform refuses the failure as well: {why}"));
            }
        }
    }

    /// Why the platform does not want it, if it does not.
    fn post(&self, job: &str, body: &[u8], stopped: &Cancel) -> Option<String> {
        let waits = &self.platform.waits;
        let url = match self.platform.done_url(job) {
            Ok(url) => url,
            Err(why) => {
                self.log.error(Some(job), &format!("the result can be posted nowhere: {why}"));
                return None;
            }
        };
        let start = Instant::now();
        let mut backoff = Backoff::new(waits.first_retry, waits.longest_retry);
        loop {
            let posted = self.channel.post(url.clone(), job, body.to_vec(), waits.post, stopped);
            let (why, asked) = match posted {
                Ok(reply) => match verdict(reply.status()) {
                    Verdict::Accepted => {
                        self.log.info(Some(job), "the result is posted");
                        return None;
                    }
                    Verdict::Gone => {
                        self.log.warn(Some(job), "the platform knows the job no more, its result is dropped");
                        return None;
                    }
                    Verdict::Refused => return Some(reason(reply)),
                    Verdict::Again => (format!("HTTP {}", reply.status()), reply.retry_after()),
                },
                Err(failure) => (failure.why, None),
            };
            if stopped.requested() {
                self.log.info(Some(job), "stopped by the platform while its result was on the way");
                return None;
            }
            if start.elapsed() >= waits.post_again_for {
                self.log.error(Some(job), &format!("the result cannot be posted, it is given up: {why}"));
                return None;
            }
            self.log.warn(Some(job), &format!("the result is not posted yet: {why}"));
            // A long `Retry-After` must not be the end of it.
            let _ = backoff.wait(asked.map(|asked| asked.min(waits.longest_retry)), stopped);
        }
    }
}

/// The body of a result. An error is always a string that says something: the platform takes a job whose error is
/// anything else for done.
fn body(result: &Result<Value, String>) -> Vec<u8> {
    let value = match result {
        Ok(output) => json!({"output": output}),
        Err(error) if error.trim().is_empty() => json!({"error": "the job failed without saying why"}),
        Err(error) => json!({"error": cut(error, LONGEST_ERROR)}),
    };
    value.to_string().into_bytes()
}

/// The status, and the platform's own words when they are words.
fn reason(reply: Reply) -> String {
    let status = reply.status();
    let body = reply.bytes(64 << 10).unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.starts_with('<') {
        return format!("HTTP {status}");
    }
    format!("HTTP {status}, {}", cut(&text, LONGEST_REASON))
}

fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_always_a_string_that_says_something() {
        let text = |result| String::from_utf8(body(&result)).unwrap();
        assert_eq!(text(Ok(json!({"a": "ü"}))), r#"{"output":{"a":"ü"}}"#);
        assert_eq!(text(Ok(Value::Null)), r#"{"output":null}"#);
        assert_eq!(text(Err("no \"GPU\"".to_owned())), r#"{"error":"no \"GPU\""}"#);
        assert_eq!(text(Err(" \n".to_owned())), r#"{"error":"the job failed without saying why"}"#);
        assert!(text(Err("ü".repeat(1 << 20))).len() < 2 * LONGEST_ERROR + 20);
    }

    #[test]
    fn verdicts() {
        for status in [200, 201, 204] {
            assert_eq!(verdict(status), Verdict::Accepted);
        }
        for status in [400, 413, 422, 302] {
            assert_eq!(verdict(status), Verdict::Refused);
        }
        for status in [401, 408, 429, 500, 502, 503, 524] {
            assert_eq!(verdict(status), Verdict::Again);
        }
        assert_eq!(verdict(404), Verdict::Gone);
    }
}
