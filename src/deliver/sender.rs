//! Sends requests that carry parts of a clip: watches that they move, repeats those that may succeed next time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;

use super::guard::Resolver;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::{Backoff, Failure, Http, Limits, Reached, Redirects};

/// How uploads are cut and how patient they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// Largest clip in bytes that goes to S3 in one request.
    pub single: u64,
    /// Size in bytes of the parts of a larger one, but for the last; S3 demands 5 MiB or more.
    pub part: u64,
    /// How often a request is tried, 1 or more.
    pub tries: u32,
    /// About how long the first wait between two tries is; later ones double up to 20 s.
    pub first_wait: Duration,
    /// How long a connection may take nothing and answer nothing before it is given up.
    pub stall: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            single: 64 << 20,
            part: 16 << 20,
            tries: 6,
            first_wait: Duration::from_secs(1),
            stall: Duration::from_secs(60),
        }
    }
}

const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// The most that a server's own wish to wait is heeded.
const LONGEST_ASKED: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(100);
/// The whole of one request; that it moves is watched apart from this.
const LONGEST_REQUEST: Duration = Duration::from_secs(24 * 3600);
/// Answers are a few hundred bytes of XML.
const LONGEST_ANSWER: usize = 256 * 1024;
/// Codes of S3 that mean: not now. With 200 too, in the answer to the completion of an upload.
const TRANSIENT: [&str; 5] =
    ["InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "OperationAborted"];

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
    /// Whether an earlier try failed in a way that leaves open what the server did.
    pub(super) repeated: bool,
    /// Bytes of the body that had left when it came.
    pub(super) sent: u64,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What is between an XML tag and its end, the first time.
    pub(super) fn element(&self, tag: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("<{tag}>"))?;
        let (text, _) = rest.split_once(&format!("</{tag}>"))?;
        let named = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&apos;", "'"),
            ("&#34;", "\""),
            ("&amp;", "&"),
        ];
        Some(named.iter().fold(text.trim().to_owned(), |text, (name, own)| text.replace(name, own)))
    }

    /// The code of an error document, whatever the status.
    pub(super) fn fault(&self) -> Option<String> {
        self.body.contains("<Error").then(|| self.element("Code")).flatten()
    }

    pub(super) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status) && self.fault().is_none()
    }

    fn may_succeed_later(&self) -> bool {
        let passing = matches!(self.status, 408 | 425 | 429 | 500 | 502 | 503 | 504);
        passing || self.fault().is_some_and(|code| TRANSIENT.contains(&code.as_str()))
    }

    fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header("retry-after")?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds).min(LONGEST_ASKED))
    }
}

/// Counts what has left.
pub(super) type Sent = Arc<AtomicU64>;

/// A client and its patience.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub(super) http: Http,
    pub(super) tuning: Tuning,
}

impl Sender {
    /// # Errors
    /// Those of [`Http::build`].
    pub(super) fn new(tuning: Tuning) -> Result<Self> {
        let http = Http::build(Redirects::Refuse, |builder| builder.dns_resolver(Arc::new(Resolver)))?;
        Ok(Self { http, tuning })
    }

    /// Sends what `build` makes, anew for each try, until an answer says yes or no. `progress` hears the bytes of the
    /// present try. Without any answer: the last [`Failure`].
    ///
    /// # Errors
    /// `interrupted`, and what `build` says.
    pub(super) fn send(
        &self,
        build: &dyn Fn(&Sent) -> Result<RequestBuilder>,
        cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<Result<Answer, Failure>> {
        let mut backoff = Backoff::new(self.tuning.first_wait, LONGEST_WAIT);
        let mut repeated = false;
        for tries in 1.. {
            cancel.check()?;
            let sent = Sent::default();
            let last = tries >= self.tuning.tries;
            match self.once(build(&sent)?, &sent, self.tuning.stall, cancel, progress) {
                Ok(answer) if last || !answer.may_succeed_later() => {
                    return Ok(Ok(Answer { repeated, ..answer }));
                }
                Ok(answer) => backoff.wait(answer.retry_after(), cancel)?,
                Err(failure) if failure.cancelled => cancel.check()?,
                Err(failure) if last => return Ok(Err(failure)),
                Err(_) => backoff.wait(None, cancel)?,
            }
            repeated = true;
        }
        Err(Error::interrupted("interrupted"))
    }

    /// One try. It is given up when for `patience` nothing was taken and nothing answered.
    fn once(
        &self,
        request: RequestBuilder,
        sent: &Sent,
        patience: Duration,
        cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<Answer, Failure> {
        let own = cancel.child();
        let limits = Limits { head: LONGEST_REQUEST, idle: patience };
        thread::scope(|scope| {
            let (done, end) = channel();
            let (http, given_up) = (&self.http, own.clone());
            scope.spawn(move || {
                let answer = http.send(request, limits, &given_up).and_then(|reply| {
                    let (status, headers) = (reply.status(), reply.headers().clone());
                    let body = match reply.bytes(LONGEST_ANSWER) {
                        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
                        // Who refuses an upload may not wait for its end: the status alone says no.
                        Err(failure) if status >= 400 && !failure.cancelled => String::new(),
                        Err(failure) => return Err(failure),
                    };
                    Ok(Answer { status, headers, body, repeated: false, sent: 0 })
                });
                let _ = done.send(answer);
            });
            let (mut taken, mut moved, mut stalled) = (0, Instant::now(), false);
            loop {
                match end.recv_timeout(TICK) {
                    Ok(Err(failure)) if failure.cancelled && stalled => return Err(stall(patience)),
                    Ok(answer) => {
                        let sent = sent.load(Ordering::Relaxed);
                        progress(sent);
                        return answer.map(|answer| Answer { sent, ..answer });
                    }
                    Err(RecvTimeoutError::Disconnected) => return Err(stall(patience)),
                    Err(RecvTimeoutError::Timeout) => {}
                }
                let now = sent.load(Ordering::Relaxed);
                if now != taken {
                    (taken, moved) = (now, Instant::now());
                    progress(taken);
                } else if moved.elapsed() > patience {
                    stalled = true;
                    own.cancel();
                }
            }
        })
    }
}

fn stall(patience: Duration) -> Failure {
    let why = format!("nothing moved for {} s", patience.as_secs_f64());
    Failure { timed_out: true, ..Failure::new(Reached::Sent, why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: body.to_owned(), repeated: false, sent: 0 }
    }

    #[test]
    fn an_error_document_is_an_error_with_any_status() {
        let document = "<?xml version=\"1.0\"?>\n\n<Error><Code>InternalError</Code><Message>a &lt;b&gt; &amp;lt;</Message></Error>";
        let late = answer(200, document);
        assert!(!late.succeeded() && late.may_succeed_later());
        assert_eq!(late.element("Message").as_deref(), Some("a <b> &lt;"));
        assert!(answer(400, "<Error><Code>RequestTimeout</Code></Error>").may_succeed_later());
        assert!(!answer(403, "<Error><Code>AccessDenied</Code></Error>").may_succeed_later());
    }

    #[test]
    fn answers_that_are_no_xml_are_taken_by_their_status() {
        for body in ["", "<html><Code>x</Code>", "<Error", "<Error><Code>", "<Code></Code>"] {
            assert!(answer(204, body).fault().is_none() && answer(503, body).may_succeed_later(), "{body}");
            assert!(!answer(301, body).succeeded());
        }
    }
}
