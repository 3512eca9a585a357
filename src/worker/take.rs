//! Taking jobs: one long poll after the other while nothing is held.

use std::time::{Duration, Instant};

use super::channel::Channel;
use super::envelope::{self, Mail};
use super::held::Held;
use super::log::{Level, Trouble};
use super::{Platform, WorkerLog};
use crate::interrupt::Cancel;
use crate::net::{Backoff, Limits, Reached, sleep};

/// Bytes of an answer: the largest input that the API accepts is 20 MiB.
const LONGEST: usize = 64 << 20;
/// A `Retry-After` beyond this is not believed: the endpoint would pay for a worker that sleeps.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// Asks for jobs.
pub(super) struct Taker<'a> {
    pub(super) platform: &'a Platform,
    pub(super) channel: &'a Channel,
    pub(super) held: &'a Held,
    pub(super) log: &'a WorkerLog,
    pub(super) trouble: Trouble<'a>,
    pub(super) backoff: Backoff,
}

impl Taker<'_> {
    /// Polls once, and waits as long as its answer asks for. What came is held.
    pub(super) fn poll(&mut self) {
        let waits = &self.platform.waits;
        let start = Instant::now();
        let (answer, asked) = self.ask();
        let rest = match answer {
            Answer::Jobs(came) => {
                self.trouble.is_over();
                self.backoff.reset();
                if came.lost > 0 {
                    let text = format!("job-take: {} of what came with jobs has no usable id", came.lost);
                    self.log.error(None, &text);
                }
                for id in self.held.arrived(came.jobs) {
                    self.log.info(Some(&id), "stopped by the platform before it began");
                }
                return;
            }
            Answer::Nothing => {
                self.trouble.is_over();
                self.backoff.reset();
                waits.floor.saturating_sub(start.elapsed())
            }
            Answer::Busy => {
                self.trouble.is(Level::Warn, "HTTP 429, too many requests");
                asked.map_or(waits.busy, |asked| asked.max(waits.busy))
            }
            Answer::Failed(why) => {
                self.trouble.is(Level::Error, &why);
                let own = self.backoff.next_wait();
                asked.map_or(own, |asked| asked.max(own))
            }
        };
        // Draining ends the wait, and the caller sees it.
        let _ = sleep(rest.min(LONGEST_REST), self.platform.draining());
    }

    /// The answer and how long the platform wants to be left alone.
    fn ask(&self) -> (Answer, Option<Duration>) {
        let limits = Limits { head: self.platform.waits.poll, idle: self.platform.waits.poll_body };
        let reply = match self.channel.poll(self.platform.take_url(), limits, self.platform.draining()) {
            Ok(reply) => reply,
            // A long poll that comes to nothing.
            Err(failure) if failure.cancelled || failure.timed_out && failure.reached == Reached::Sent => {
                return (Answer::Nothing, None);
            }
            Err(failure) => return (Answer::Failed(failure.why), None),
        };
        // What comes now may be a job. It is read to its end whatever happens: the platform counts it as taken.
        let reply = reply.under(&Cancel::deaf());
        let (status, asked) = (reply.status(), reply.retry_after());
        match reply.bytes(LONGEST) {
            Ok(body) => (read(status, &body), asked),
            Err(failure) if status == 200 => (Answer::Failed(failure.why), asked),
            Err(_) => (read(status, b""), asked),
        }
    }
}

/// What the platform answered.
#[derive(Debug, PartialEq)]
enum Answer {
    /// At least one.
    Jobs(Mail),
    /// There is none now.
    Nothing,
    /// Ask again later.
    Busy,
    /// Something is wrong.
    Failed(String),
}

fn read(status: u16, body: &[u8]) -> Answer {
    match status {
        // 400 is what FlashBoot answers while it puts the worker to sleep.
        204 | 400 => Answer::Nothing,
        429 => Answer::Busy,
        401 | 403 => Answer::Failed(format!("HTTP {status}, the platform does not accept RUNPOD_AI_API_KEY")),
        200..300 => read_jobs(body),
        _ => Answer::Failed(format!("HTTP {status}")),
    }
}

/// Whatever its type is called: a job that is not recognised is lost.
fn read_jobs(body: &[u8]) -> Answer {
    match envelope::open(body) {
        Ok(mail) if mail.jobs.is_empty() => Answer::Nothing,
        Ok(mail) => Answer::Jobs(mail),
        Err(why) => Answer::Failed(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_job() {
        for (status, body) in [
            (204, ""),
            (400, "{\"id\":\"a\",\"input\":1}"),
            (200, ""),
            (200, "null"),
            (200, "[]"),
            (200, " \n"),
        ] {
            assert_eq!(read(status, body.as_bytes()), Answer::Nothing, "{status} {body}");
        }
        assert_eq!(read(429, b"slow down"), Answer::Busy);
    }

    #[test]
    fn answers_that_make_no_sense_are_failures() {
        let bodies: [&[u8]; 8] = [
            b"<html>",
            b"{\"id\":\"a\",",
            b"7",
            b"[1]",
            b"{}",
            b"{\"id\":\"\"}",
            b"{\"id\":\"..\"}",
            b"\xff\xfe",
        ];
        for body in bodies {
            assert!(matches!(read(200, body), Answer::Failed(_)), "{}", String::from_utf8_lossy(body));
        }
        for status in [301, 401, 403, 404, 500, 502] {
            assert!(matches!(read(status, b""), Answer::Failed(_)), "{status}");
        }
    }
}
