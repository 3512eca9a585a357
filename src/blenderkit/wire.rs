//! A question and its answer: asked again while that may help, and answered behind redirects that are followed one by
//! one, with the key for the service's own origin alone.

use std::time::Duration;

use super::Key;
use super::client::{Client, Pace};
use super::refusal::{self, Refusal};
use crate::error::{Error, Result};
use crate::event::{Event, Reporter};
use crate::interrupt::Cancel;
use crate::net::{Answer, Backoff, Failure, Method, Reply, Url, sleep};

/// The largest answer that is read: a page of fifteen results has about 300 kB.
const LARGEST: usize = 16 << 20;
/// Redirects in a row; the service's old domain has one.
const HOPS: u32 = 5;

/// What an answer that is not the wanted one came to.
pub(super) enum Outcome {
    Missing,
    Forbidden(Option<String>),
    Error(Error),
}

impl Client {
    /// Asks until there is an answer that `parse` takes, or no further try can help.
    pub(super) fn ask<T>(
        &self,
        url: &Url,
        parse: impl Fn(&[u8]) -> Option<T>,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<T, Outcome> {
        let mut patience = Patience::new(self.pace);
        loop {
            let refusal = match self.answer(url, cancel) {
                Ok(answer) => {
                    if answer.is_whole()
                        && let Some(wanted) = parse(&answer.body)
                    {
                        return Ok(wanted);
                    }
                    refusal::judge(&answer, self.has_key())
                }
                Err(refusal) => refusal,
            };
            let (error, asked) = match refusal {
                Refusal::Passing { error, asked } => (error, asked),
                Refusal::Lasting(error) => return Err(Outcome::Error(error)),
                Refusal::Missing => return Err(Outcome::Missing),
                Refusal::Forbidden(why) => return Err(Outcome::Forbidden(why)),
            };
            patience.wait(error, asked, reporter, cancel).map_err(Outcome::Error)?;
        }
    }

    /// One request and all of its answer.
    fn answer(&self, url: &Url, cancel: &Cancel) -> Result<Answer, Refusal> {
        let reply = self.follow(url, self.key.as_ref(), &[], cancel)?;
        let mut answer = Answer::read(reply, LARGEST);
        if answer.broken.as_ref().is_some_and(|failure| failure.cancelled) {
            return Err(Refusal::Lasting(refusal::interrupted()));
        }
        if let Some(key) = &self.key {
            answer.hide(key.secret());
        }
        Ok(answer)
    }

    /// The answer to a GET, behind all redirects. The key is shown to the service's own origin alone.
    pub(super) fn follow(
        &self,
        url: &Url,
        key: Option<&Key>,
        headers: &[(&'static str, String)],
        cancel: &Cancel,
    ) -> Result<Reply, Refusal> {
        let lost = |why: &str| {
            Refusal::Lasting(
                Error::remote("bad_answer", "BlenderKit leads nowhere")
                    .because(why)
                    .hint("check BROLL_BLENDERKIT_URL, then run the same command again"),
            )
        };
        let mut at = url.clone();
        for _ in 0..=HOPS {
            if !self.site.admits(&at) {
                return Err(lost(&format!("it leads to {}, which is not https", origin(&at))));
            }
            let mut request = self.http.request(Method::GET, at.clone());
            if let Some(key) = key.filter(|_| self.site.owns(&at)) {
                request = request.bearer_auth(key.secret());
            }
            for (name, value) in headers {
                request = request.header(*name, value);
            }
            let reply =
                self.http.send(request, self.pace.limits, cancel).map_err(|failure| passing(&failure))?;
            if !matches!(reply.status(), 301 | 302 | 303 | 307 | 308) {
                return Ok(reply);
            }
            let target = reply.header("location").and_then(|target| at.join(target).ok());
            at = target.ok_or_else(|| lost("it redirects without a place to go"))?;
        }
        Err(lost(&format!("more than {HOPS} redirects in a row")))
    }
}

/// Scheme, host and port: what may be shown of a URL whose path and query are signed.
pub(super) fn origin(url: &Url) -> String {
    format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
}

pub(super) fn passing(failure: &Failure) -> Refusal {
    if failure.cancelled {
        return Refusal::Lasting(refusal::interrupted());
    }
    Refusal::Passing { error: refusal::unreachable().because(failure), asked: None }
}

/// How many tries are left, and the waits between them.
pub(super) struct Patience {
    backoff: Backoff,
    pace: Pace,
    left: u32,
}

impl Patience {
    pub(super) fn new(pace: Pace) -> Self {
        Self { backoff: Backoff::new(pace.first, pace.longest), pace, left: pace.tries }
    }

    /// All tries are there again.
    pub(super) fn renew(&mut self) {
        *self = Self::new(self.pace);
    }

    /// Waits for the next try, or gives the error back when there is none.
    pub(super) fn wait(
        &mut self,
        error: Error,
        asked: Option<Duration>,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<()> {
        self.left = self.left.saturating_sub(1);
        let asked = asked.unwrap_or_default();
        if self.left == 0 || asked > self.pace.longest {
            return Err(error);
        }
        let wait = self.backoff.next_wait().max(asked);
        let reason = error.causes().last().cloned().unwrap_or_else(|| error.message().to_owned());
        reporter.report(&Event::Retrying { reason, seconds: wait.as_secs_f64() });
        sleep(wait, cancel)
    }
}
