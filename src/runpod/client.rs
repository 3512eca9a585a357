//! The verbs of an endpoint's job API. Each says how often it asks, and what an answer that is none means.

use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::endpoint::Operation;
use super::key::KeyOrigin;
use super::refusal::{self, Asked};
use super::retry::{End, Step, after_question, after_submission};
use super::{ApiKey, Endpoint, Health, JobState, JobStatus, Pace};
use crate::error::{Error, Result};
use crate::event::{Event, Reporter};
use crate::interrupt::Cancel;
use crate::net::Answer;
use crate::net::{Failure, Http, Limits, Redirects, sleep};

/// The longest that a server may ask a submission to wait beyond all patience.
const LONGEST_INVITATION: Duration = Duration::from_secs(5 * 60);
/// The largest answer to `/status` that is read: results are at most 20 MB by RunPod's limits, but a local endpoint has
/// none.
const LARGEST_JOB: usize = 128 * 1024 * 1024;
/// The largest answer to anything else.
const LARGEST: usize = 1024 * 1024;

/// How a question is asked.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// How long failures are put up with; none: the question is asked once.
    pub patience: Duration,
    /// Hears of repetitions.
    pub reporter: &'a dyn Reporter,
    /// Ends it.
    pub cancel: &'a Cancel,
}

/// A job that was not sent, or is not known to have been.
#[derive(Debug)]
pub struct Unsent {
    /// Why.
    pub error: Error,
    /// Whether the endpoint may have it all the same.
    pub lost: bool,
}

/// Talks to one endpoint.
#[derive(Debug, Clone)]
pub struct Client {
    endpoint: Endpoint,
    key: Option<(ApiKey, KeyOrigin)>,
    pace: Pace,
    /// Questions follow redirects, without the key on another host.
    questions: Http,
    /// A submission does not: it would be sent twice, and to whom is not known.
    submissions: Http,
}

impl Client {
    /// A client of `endpoint`. An endpoint on this machine needs no key.
    ///
    /// # Errors
    /// `no_key`, and `no_tls` when HTTP cannot be used.
    pub fn new(endpoint: Endpoint, key: Option<(ApiKey, KeyOrigin)>, pace: Pace) -> Result<Self> {
        if key.is_none() && !endpoint.is_loopback() {
            return Err(Error::environment(
                "no_key",
                format!("no API key is known for {}", endpoint.origin()),
            )
            .hint("run `broll login`, or set RUNPOD_API_KEY"));
        }
        // A proxy could read the key of a request that is not encrypted.
        let plain = endpoint.base().starts_with("http://");
        let questions =
            Http::build(Redirects::Follow, |builder| if plain { builder.no_proxy() } else { builder })?;
        // A kept connection that the server has just closed would make it unknown whether a job was accepted.
        let submissions = Http::build(Redirects::Refuse, |builder| {
            let builder = builder.pool_max_idle_per_host(0);
            if plain { builder.no_proxy() } else { builder }
        })?;
        Ok(Self { endpoint, key, pace, questions, submissions })
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The waiting times.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Sends a job. It is sent again only when the endpoint has provably not accepted it.
    ///
    /// # Errors
    /// [`Unsent`], which tells whether the endpoint may have the job all the same.
    pub fn run(&self, body: &Value, asking: &Asking<'_>) -> Result<JobState, Unsent> {
        let bytes = body.to_string().into_bytes();
        // Whoever presses Ctrl-C while the answer is on its way should not lose the job's id.
        let patient = asking.cancel.delayed(self.pace.grace);
        let end = match self
            .repeat(Operation::Run, &bytes, asking, &patient, |outcome| after_submission(outcome, accepted))
        {
            Ok(job) => return Ok(job),
            Err(end) => end,
        };
        let lost = matches!(end, End::Lost(_));
        Err(Unsent { error: self.error(Asked::Run, end), lost })
    }

    /// The state of a job and the bytes of the answer; `None` when the endpoint does not know it. For as long as
    /// `forgiving` an unknown job is asked for again: the endpoint may just not know it yet.
    ///
    /// # Errors
    /// Those of the endpoint, after all repetitions.
    pub fn status(
        &self,
        id: &str,
        forgiving: Duration,
        asking: &Asking<'_>,
    ) -> Result<Option<(JobState, Vec<u8>)>> {
        let began = Instant::now();
        let judge = |outcome: Result<Answer, Failure>| match after_question(outcome, |body| job(body, id)) {
            Step::Over(End::Refused(answer)) if answer.status == 404 && began.elapsed() < forgiving => {
                Step::Again { why: "it does not know the job yet".to_owned(), asked: None }
            }
            step => step,
        };
        // Whoever forgives has to be patient, until the last repetition that may still be forgiven.
        let limited = !asking.patience.is_zero() && asking.patience < self.pace.patience;
        let least =
            if forgiving.is_zero() || limited { forgiving } else { forgiving + self.pace.retry_longest };
        let asking = Asking { patience: asking.patience.max(least), ..*asking };
        self.known(Asked::Job, self.repeat(Operation::Status(id), &[], &asking, asking.cancel, judge))
    }

    /// Ends a job; `None` when the endpoint does not know it.
    ///
    /// # Errors
    /// Those of the endpoint, after all repetitions.
    pub fn cancel(&self, id: &str, asking: &Asking<'_>) -> Result<Option<JobState>> {
        self.known(Asked::Job, self.question(Operation::Cancel(id), asking, parse))
    }

    /// Puts a job that failed or timed out back into the queue, with the same id; `None` when the endpoint does not
    /// know it. Sent again only when it provably had no effect.
    ///
    /// # Errors
    /// Those of the endpoint.
    pub fn retry(&self, id: &str, asking: &Asking<'_>) -> Result<Option<JobState>> {
        let judge = |outcome| after_submission(outcome, accepted);
        self.known(Asked::Job, self.repeat(Operation::Retry(id), &[], asking, asking.cancel, judge))
    }

    /// Removes all jobs that wait in the queue; says how many.
    ///
    /// # Errors
    /// Those of the endpoint, after all repetitions.
    pub fn purge(&self, asking: &Asking<'_>) -> Result<u64> {
        let removed = |body: &[u8]| parse::<Value>(body)?.get("removed")?.as_u64();
        self.question(Operation::Purge, asking, removed).map_err(|end| self.error(Asked::Endpoint, end))
    }

    /// The endpoint's queue and workers.
    ///
    /// # Errors
    /// Those of the endpoint, after all repetitions.
    pub fn health(&self, asking: &Asking<'_>) -> Result<Health> {
        self.question(Operation::Health, asking, Health::parse)
            .map_err(|end| self.error(Asked::Endpoint, end))
    }

    fn question<T>(
        &self,
        operation: Operation<'_>,
        asking: &Asking<'_>,
        parse: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, End> {
        self.repeat(operation, &[], asking, asking.cancel, |outcome| after_question(outcome, &parse))
    }

    fn known<T>(&self, asked: Asked, outcome: Result<T, End>) -> Result<Option<T>> {
        match outcome {
            Ok(wanted) => Ok(Some(wanted)),
            Err(End::Refused(answer)) if answer.status == 404 => Ok(None),
            Err(end) => Err(self.error(asked, end)),
        }
    }

    fn error(&self, asked: Asked, end: End) -> Error {
        let secret = self.key.as_ref().map(|(key, _)| key.secret());
        refusal::explain(asked, end, &self.endpoint, self.key.as_ref().map(|(_, origin)| origin), secret)
    }

    /// Asks until `judge` sees an end, or patience has one.
    fn repeat<T>(
        &self,
        operation: Operation<'_>,
        body: &[u8],
        asking: &Asking<'_>,
        cancel: &Cancel,
        judge: impl Fn(Result<Answer, Failure>) -> Step<T>,
    ) -> Result<T, End> {
        let (began, mut waits) = (Instant::now(), self.pace.retries());
        loop {
            asking.cancel.check().map_err(|_| End::Cancelled)?;
            let (why, asked) = match judge(self.exchange(operation, body, asking.patience, cancel)) {
                Step::Done(wanted) => return Ok(wanted),
                Step::Over(end) => return Err(end),
                Step::Again { why, asked } => (why, asked),
            };
            let wait = waits.next_wait().max(asked.unwrap_or_default());
            // A server that says when to come back is believed once, for a submission is worth a minute or five.
            let invited = matches!(operation, Operation::Run)
                && asked.is_some_and(|asked| asked <= LONGEST_INVITATION)
                && began.elapsed() < asking.patience;
            if began.elapsed().saturating_add(wait) > asking.patience && !invited {
                let why = match asked.filter(|asked| *asked > Duration::ZERO) {
                    Some(asked) => format!("{why}, and asks to wait for {} s", asked.as_secs()),
                    None => why,
                };
                return Err(End::GaveUp(why));
            }
            asking.reporter.report(&Event::Retrying { reason: why, seconds: wait.as_secs_f64() });
            sleep(wait, asking.cancel).map_err(|_| End::Cancelled)?;
        }
    }

    /// One request and all of its answer.
    fn exchange(
        &self,
        operation: Operation<'_>,
        body: &[u8],
        patience: Duration,
        cancel: &Cancel,
    ) -> Result<Answer, Failure> {
        let http = if operation.repeatable() { &self.questions } else { &self.submissions };
        let request = http.request(operation.method(), self.endpoint.url(operation));
        // An endpoint on this machine takes any token; the header marks itself as sensitive.
        let request = request.bearer_auth(self.key.as_ref().map_or("local", |(key, _)| key.secret()));
        let request = match operation {
            Operation::Run => request.header("Content-Type", "application/json").body(body.to_vec()),
            Operation::Status(_) | Operation::Health => request,
            Operation::Cancel(_) | Operation::Retry(_) | Operation::Purge => {
                request.header("Content-Length", "0")
            }
        };
        let most = if matches!(operation, Operation::Status(_)) { LARGEST_JOB } else { LARGEST };
        let mut limits: Limits = self.pace.limits(body.len());
        if operation.repeatable() && !patience.is_zero() {
            limits = Limits { head: limits.head.min(patience), idle: limits.idle.min(patience) };
        }
        let mut answer = Answer::read(http.send(request, limits, cancel)?, most);
        if let Some((key, _)) = &self.key {
            answer.hide(key.secret());
        }
        Ok(answer)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}

/// The job that was asked for, with the bytes that told of it. Another job's answer is none.
fn job(body: &[u8], id: &str) -> Option<(JobState, Vec<u8>)> {
    let state = parse::<JobState>(body)?;
    (state.id == id).then(|| (state, body.to_vec()))
}

/// The job that an answer to a submission tells of, which may be torn behind its id.
fn accepted(answer: &Answer) -> Option<JobState> {
    let whole = parse::<JobState>(&answer.body).filter(|job| !matches!(job.id.as_str(), "" | "." | ".."));
    whole.or_else(|| {
        let id = answer.torn_id()?;
        Some(JobState::queued(id))
    })
}

impl JobState {
    /// A job of which only the id is known.
    fn queued(id: String) -> Self {
        let (delay_time, execution_time) = (None, None);
        Self {
            id,
            status: JobStatus::InQueue,
            delay_time,
            execution_time,
            worker_id: None,
            output: None,
            error: None,
        }
    }
}
