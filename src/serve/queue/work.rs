//! What the worker and the clock do with jobs.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::record::{Record, now};
use super::store::Change;
use super::{Memory, Notice, Queue, Running, Storing};
use crate::interrupt::Cancel;
use crate::runpod::{JobState, JobStatus};
use crate::worker::TakenJob;

/// A job at the worker.
pub(in crate::serve) struct Taken {
    /// The job, or why it cannot be carried out.
    pub(in crate::serve) job: Result<TakenJob, String>,
    /// Ends it.
    pub(in crate::serve) cancel: Cancel,
}

/// A webhook that should hear of a job's end.
pub(in crate::serve) struct Owed {
    pub(in crate::serve) id: String,
    pub(in crate::serve) url: String,
    /// When the job ended, in milliseconds since 1970: which of its ends this is.
    pub(in crate::serve) ended_at: Option<u64>,
}

impl Queue {
    /// Waits for the next job and takes it; `None` once no more are taken. Every job ends with `whole`.
    pub(in crate::serve) fn take(&self, whole: &Cancel) -> Option<Taken> {
        loop {
            let mut memory = self.memory();
            while memory.open && memory.line.is_empty() {
                memory = self.work.wait(memory).unwrap_or_else(PoisonError::into_inner);
            }
            if !memory.open {
                return None;
            }
            drop(memory);
            // It may have been cancelled meanwhile.
            if let Some((id, cancel)) = self.start_first(whole) {
                return Some(Taken { job: self.files.job(&id), cancel });
            }
        }
    }

    fn start_first(&self, whole: &Cancel) -> Option<(String, Cancel)> {
        let started = self.change(Storing::IfPossible, |memory| {
            let Some(record) = memory.line.values().next().and_then(|id| memory.jobs.get(id)) else {
                return Ok((Change::default(), None));
            };
            let (record, cancel) = (record.started(now()), whole.child());
            let (id, queued) = (record.id.clone(), memory.line.len() - 1);
            memory.running = Some(Running {
                id: id.clone(),
                cancel: cancel.clone(),
                began: Instant::now(),
                progress: None,
                over: false,
            });
            Ok((Change::put(record), Some((id, cancel, queued))))
        });
        let (id, cancel, queued) = started.ok()??;
        (self.say)(&Notice::Started { id: id.clone(), queued });
        Some((id, cancel))
    }

    /// Takes a snapshot of the job at work.
    pub(in crate::serve) fn progress(&self, snapshot: Value) {
        if let Some(running) = &mut self.memory().running {
            running.progress = Some(snapshot);
        }
    }

    /// Ends the job at work with what came of it, unless its end was decided meanwhile.
    pub(in crate::serve) fn finish(&self, result: Result<Value, String>) {
        let ended = self.current().map(|record| self.end(&record, result));
        let finished = self.change(Storing::IfPossible, |memory| {
            let running = memory.running.take();
            Ok(match (running.filter(|running| !running.over), ended.clone()) {
                (Some(running), Some(ended)) => (Change::put(ended), Some(running)),
                _ => (Change::default(), None),
            })
        });
        match (finished, ended) {
            (Ok(Some(running)), Some(ended)) => {
                let error = ended.error();
                let (status, time) = (ended.status, running.began.elapsed());
                (self.say)(&Notice::Ended { id: running.id, status, time, error });
            }
            // The result came too late.
            (_, Some(ended)) => drop(fs_err::remove_file(self.files.result_path(&ended.id))),
            (_, None) => {}
        }
    }

    /// Puts the job at work back to where it stood, if there is one.
    pub(in crate::serve) fn put_back(&self) {
        let back = self.change(Storing::IfPossible, |memory| {
            let running = memory.running.take().filter(|running| !running.over);
            let record = running.as_ref().and_then(|running| memory.jobs.get(&running.id));
            Ok((record.map(|record| Change::put(record.put_back())).unwrap_or_default(), running))
        });
        if let Ok(Some(running)) = back {
            let (status, time) = (JobStatus::InQueue, running.began.elapsed());
            (self.say)(&Notice::Ended { id: running.id, status, time, error: None });
        }
    }

    /// Ends what has run for too long and forgets what is too old.
    pub(in crate::serve) fn tidy(&self) {
        let now = now();
        let timed_out = self.change(Storing::IfPossible, |memory| {
            let expired = memory.jobs.values().filter(|job| job.expired(now, self.keep));
            let gone: Vec<String> = expired.map(|job| job.id.clone()).collect();
            gone.iter().for_each(|id| memory.give_up(id));
            let late = memory.late(now);
            late.iter().for_each(|record| memory.give_up(&record.id));
            let told = late.clone().map(|record| (record.id, record.execution_timeout, record.status));
            Ok((Change { put: late.into_iter().collect(), gone }, told))
        });
        if let Ok(Some((id, limit, status))) = timed_out {
            let time = Duration::from_millis(limit.unwrap_or_default());
            (self.say)(&Notice::Ended { id, status, time, error: None });
        }
    }

    /// Webhooks that have not heard of a job's end.
    pub(in crate::serve) fn owed(&self) -> Vec<Owed> {
        let memory = self.memory();
        let owing = memory.jobs.values().filter(|job| job.owes_webhook());
        owing
            .filter_map(|job| {
                Some(Owed { id: job.id.clone(), url: job.webhook.clone()?, ended_at: job.ended_at })
            })
            .collect()
    }

    /// A webhook has heard of this end, or had all its tries.
    pub(in crate::serve) fn told(&self, owed: &Owed) {
        let _ = self.change(Storing::IfPossible, |memory| {
            let job = memory.jobs.get(&owed.id).filter(|job| job.ended_at == owed.ended_at);
            let told = job.map(|job| Change::put(job.told()));
            Ok((told.unwrap_or_default(), ()))
        });
    }

    /// The job at work, unless its end is decided.
    fn current(&self) -> Option<Record> {
        let memory = self.memory();
        let running = memory.running.as_ref().filter(|running| !running.over)?;
        memory.jobs.get(&running.id).cloned()
    }

    /// The record of a finished job, its result in place.
    fn end(&self, record: &Record, result: Result<Value, String>) -> Record {
        let failed = |why: String| record.ended(JobStatus::Failed, Some(why), now());
        let output = match result {
            Ok(output) => output,
            Err(why) => return failed(why),
        };
        let mut ended = record.ended(JobStatus::Completed, None, now());
        // As on the platform, nothing and an empty object are no output.
        if output.is_null() || output.as_object().is_some_and(serde_json::Map::is_empty) {
            return ended;
        }
        match self.files.put_result(&JobState { output: Some(output), ..ended.state() }) {
            Ok(()) => {
                ended.in_file = true;
                ended
            }
            Err(error) => {
                (self.say)(&Notice::Warning(format!("a result could not be kept: {error}")));
                failed(
                    "the job went well, but its result cannot be kept; the endpoint's own messages say why"
                        .to_owned(),
                )
            }
        }
    }
}

impl Memory {
    /// What becomes of the job at work when it has run for longer than it may.
    fn late(&self, now: u64) -> Option<Record> {
        let running = self.running.as_ref().filter(|running| !running.over)?;
        let record = self.jobs.get(&running.id)?;
        let limit = record.execution_timeout?;
        let why = format!("it was not done within its executionTimeout of {limit} ms");
        let late = running.began.elapsed() >= Duration::from_millis(limit);
        late.then(|| record.ended(JobStatus::TimedOut, Some(why), now))
    }
}
