//! Being told which jobs to stop: a long poll of its own, beside everything else.

use std::time::Instant;

use serde_json::Value;

use super::channel::{Channel, within};
use super::held::Held;
use super::log::{Level, Trouble};
use super::{Platform, WorkerLog};
use crate::interrupt::Cancel;
use crate::net::{Backoff, Reached, sleep};

/// Bytes of an answer.
const LONGEST: usize = 1 << 20;

/// Listens until `over`.
pub(super) fn listen(platform: &Platform, channel: &Channel, held: &Held, log: &WorkerLog, over: &Cancel) {
    let Some(url) = platform.stop_url() else {
        log.warn(None, "job-stop: the URL for jobs has no /job-take/, so no job can be stopped");
        return;
    };
    let waits = &platform.waits;
    let mut trouble = Trouble::new(log, "job-stop");
    let mut backoff = Backoff::new(waits.first_retry, waits.longest_retry);
    while !over.requested() {
        let start = Instant::now();
        let answer = channel.poll(url.clone(), within(waits.poll), over).and_then(|reply| {
            let (status, asked) = (reply.status(), reply.retry_after());
            Ok((status, asked, reply.bytes(LONGEST)?))
        });
        let rest = match answer {
            Ok((429, asked, _)) => asked.map_or(waits.busy, |asked| asked.max(waits.busy)),
            Ok((status, _, body)) => match read(status, &body) {
                Ok(ids) => {
                    trouble.is_over();
                    backoff.reset();
                    stop(held, log, &ids);
                    waits.floor.saturating_sub(start.elapsed())
                }
                Err(why) => {
                    trouble.is(Level::Warn, &why);
                    backoff.next_wait()
                }
            },
            Err(failure) if failure.cancelled || failure.timed_out && failure.reached == Reached::Sent => {
                waits.floor.saturating_sub(start.elapsed())
            }
            Err(failure) => {
                trouble.is(Level::Warn, &failure.why);
                backoff.next_wait()
            }
        };
        // A job that runs may have to be stopped soon, whatever `Retry-After` says.
        let _ = sleep(rest.min(waits.longest_retry), over);
    }
}

fn stop(held: &Held, log: &WorkerLog, ids: &[String]) {
    for id in ids {
        if held.stop(id) {
            log.info(Some(id), "the platform stops the job");
        } else {
            log.debug(Some(id), "the platform stops a job that is not held");
        }
    }
}

fn read(status: u16, body: &[u8]) -> Result<Vec<String>, String> {
    match status {
        204 => return Ok(Vec::new()),
        200..300 => {}
        _ => return Err(format!("HTTP {status}")),
    }
    if body.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let answer: Value = serde_json::from_slice(body).map_err(|_| "an answer that is not JSON".to_owned())?;
    let ids = match answer.get("jobsToStop") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(ids) => ids.as_array().ok_or("an answer whose jobsToStop is no list")?,
    };
    Ok(ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_and_rubbish_is_survived() {
        assert_eq!(read(200, br#"{"jobsToStop":["a",7,"b"]}"#).unwrap(), ["a", "b"]);
        for (status, body) in
            [(204, ""), (200, ""), (200, "{}"), (200, r#"{"jobsToStop":null}"#), (200, "[]")]
        {
            assert!(read(status, body.as_bytes()).unwrap().is_empty(), "{status} {body}");
        }
        for (status, body) in [(404, ""), (500, "{}"), (200, "<html>"), (200, r#"{"jobsToStop":"a"}"#)] {
            assert!(read(status, body.as_bytes()).is_err(), "{status} {body}");
        }
    }
}
