//! Waiting for a job: it is asked for at growing intervals, through whatever the network does meanwhile.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Asking, Client, Entry, JobState, JobStatus, missing};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Reporter, Silent};
use crate::interrupt::Cancel;
use crate::net::sleep;
use crate::request::{Progress, Stage};
use crate::ui::fmt;

/// A job that is over, and the bytes that told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Final {
    /// Its last state.
    pub state: JobState,
    /// The answer as it came: the clip is in it.
    pub body: Vec<u8>,
}

/// Waits until the job is over or `limit` has passed. Neither that nor Ctrl-C ends the job.
///
/// # Errors
/// `wait_timed_out` (exit 6), `interrupted`, [`missing`], and those of the endpoint, once it is out of reach for longer
/// than [`super::Pace::outage`].
pub fn watch(
    client: &Client,
    entry: &mut Entry,
    limit: Option<Duration>,
    reporter: &dyn Reporter,
    cancel: &Cancel,
) -> Result<Final> {
    let id = entry.job_id()?.to_owned();
    reporter.report(&Event::Submitted { id: id.clone(), endpoint: client.endpoint().id().to_owned() });
    let (began, mut polls) = (Instant::now(), client.pace().polls());
    let mut teller = Teller { client, reporter, cancel, shown: None, reason: None, asked: None };
    let (age, mut last, mut unknown): (_, Option<JobStatus>, _) = (entry.age(), None, false);
    let left = || limit.map_or(Duration::MAX, |limit| limit.saturating_sub(began.elapsed()));
    loop {
        let left_now = left();
        let patience = client.pace().outage.min(left_now);
        let asking = Asking { patience, reporter, cancel };
        let forgiving = entry.fresh_for(client.pace().fresh).min(left_now);
        let found = match client.status(&id, forgiving, &asking) {
            // It was the limit that patience ended with.
            Err(error) if error.code() == "endpoint_unreachable" && patience == left_now => {
                return Err(late(entry, client, began, error.causes().first().cloned()));
            }
            found => found.map_err(|error| goes_on(error, entry))?,
        };
        let Some((state, body)) = found else {
            // Once may be a mistake of one of the endpoint's many machines.
            if std::mem::replace(&mut unknown, true) {
                return Err(missing(client, entry, &asking));
            }
            sleep(polls.next_wait().min(left_now), cancel).map_err(|error| goes_on(error, entry))?;
            continue;
        };
        unknown = false;
        // A full disk is no reason to lose sight of the job.
        let _ = entry.update(&state);
        if state.status.is_final() {
            return Ok(Final { state, body });
        }
        drop(body);
        // A clock that is set meanwhile changes nothing about this.
        teller.tell(&state, age + began.elapsed());
        if last.as_ref() != Some(&state.status) {
            polls.reset();
        }
        let wait = polls.next_wait();
        if left() <= wait {
            sleep(left(), cancel).map_err(|error| goes_on(error, entry))?;
            return Err(late(entry, client, began, None));
        }
        last = Some(state.status);
        sleep(wait, cancel).map_err(|error| goes_on(error, entry))?;
    }
}

/// The time is over, and the job is not.
fn late(entry: &Entry, client: &Client, began: Instant, cause: Option<String>) -> Error {
    let text = format!("job {} was not finished after {}", entry.id(), fmt::duration(began.elapsed()));
    let error = Error::new(Kind::TimedOut, "wait_timed_out", text);
    let last = entry
        .status()
        .map_or_else(|| "nothing was heard of it".to_owned(), |status| format!("it is {status}"));
    let error = error.because(format!("{last} at endpoint {}", client.endpoint()));
    let error = cause.into_iter().fold(error, |error, cause| error.because(cause));
    goes_on(error, entry)
}

/// Says how to come back to a job that goes on without broll.
fn goes_on(error: Error, entry: &Entry) -> Error {
    let id = entry.id();
    let back = format!("`broll jobs watch {id}` waits for it, `broll jobs cancel {id}` ends it");
    match error.kind() {
        Kind::Interrupted => {
            Error::interrupted(format!("stopped waiting for job {id}, which goes on at the endpoint"))
                .hint(back)
        }
        Kind::TimedOut => error.hint(back),
        _ if error.code() == "endpoint_unreachable" => error.hint(format!("the job may go on: {back}")),
        _ => {
            let own = error.hint_text().to_owned();
            error.hint(format!("{own}; job {id} goes on: {back}"))
        }
    }
}

/// What a worker told: the output of a job in progress, when the worker is a broll. Others put anything there.
pub fn progress_of(state: &JobState) -> Option<Progress> {
    if state.status.is_final() {
        return None;
    }
    let output = state.output.as_ref()?;
    output.get("stage").and_then(Value::as_str)?;
    serde_json::from_value(output.clone()).ok()
}

/// Turns states into events.
struct Teller<'a> {
    client: &'a Client,
    reporter: &'a dyn Reporter,
    cancel: &'a Cancel,
    shown: Option<Progress>,
    /// Why the job waits, and when that was asked.
    reason: Option<String>,
    asked: Option<Instant>,
}

impl Teller<'_> {
    fn tell(&mut self, state: &JobState, age: Duration) {
        if state.status == JobStatus::InQueue {
            self.shown = None;
            self.ask(age);
            self.reporter.report(&Event::Queued { seconds: age.as_secs_f64(), note: self.reason.clone() });
            return;
        }
        let taken = || Progress { stage: Stage::Preparing, ..Progress::default() };
        let progress = progress_of(state).or_else(|| self.shown.clone()).unwrap_or_else(taken);
        if self.shown.as_ref() != Some(&progress) {
            self.reporter.report(&Event::Remote(progress.clone()));
            self.shown = Some(progress);
        }
    }

    /// Asks now and then why the job waits; what goes wrong here is of no interest.
    fn ask(&mut self, age: Duration) {
        let every = self.client.pace().health;
        let due = self.asked.map_or(age >= every, |asked| asked.elapsed() >= every);
        if due {
            let asking = Asking { patience: Duration::ZERO, reporter: &Silent, cancel: self.cancel };
            self.reason = self.client.health(&asking).ok().map(|health| health.why_queued());
            self.asked = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(status: &str, output: &Value) -> JobState {
        serde_json::from_value(serde_json::json!({"id": "a", "status": status, "output": output})).unwrap()
    }

    #[test]
    fn only_a_broll_tells_progress() {
        let told = progress_of(&state(
            "IN_PROGRESS",
            &serde_json::json!({"stage": "rendering", "done": 3, "frames": 9}),
        ));
        assert_eq!(told.map(|told| (told.stage, told.done, told.frames)), Some((Stage::Rendering, 3, 9)));
        let newer = progress_of(&state("RUNNING", &serde_json::json!({"stage": "polishing", "x": [1]})));
        assert_eq!(newer.map(|told| told.stage), Some(Stage::Other));
        for foreign in [
            serde_json::json!({}),
            serde_json::json!("half way"),
            serde_json::json!({"progress": 0.5}),
            serde_json::json!({"stage": 3}),
            serde_json::json!({"stage": "rendering", "done": -1}),
            Value::Null,
        ] {
            assert_eq!(progress_of(&state("IN_PROGRESS", &foreign)), None, "{foreign}");
        }
        assert_eq!(progress_of(&state("COMPLETED", &serde_json::json!({"stage": "rendering"}))), None);
    }
}
