//! One job after the other: taken, carried out, reported.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::held::{Delivery, Flags, Held};
use super::progress::Progress;
use super::report::Reporter;
use super::take::Taker;
use super::{Handler, Outcome, Platform, RunEnd, TakenJob, WorkerLog, guard};
use crate::interrupt::Cancel;
use crate::ui::fmt::duration;

/// What a client hears whose job was cut short by a second signal.
const TOLD_TO_STOP: &str = "the worker was told to stop before the job was done; frames that are finished are kept, run the job again";
/// What a client hears whose job came together with one that spoiled the worker.
const REPLACED: &str = "the worker is being replaced before it could begin the job: run the job again";

/// Everything that a shift needs.
pub(super) struct Shift<'a> {
    pub(super) platform: &'a Platform,
    pub(super) handler: &'a dyn Handler,
    pub(super) held: &'a Held,
    pub(super) log: &'a WorkerLog,
    pub(super) reporter: Reporter<'a>,
    pub(super) taker: Taker<'a>,
}

impl Shift<'_> {
    /// Works until nothing is held and nothing more is to be taken, or until the worker is to be replaced.
    pub(super) fn work(&mut self) -> RunEnd {
        loop {
            if let Some((delivery, flags)) = self.held.next() {
                let fit = self.settle(&delivery, &flags);
                self.held.done();
                if !fit {
                    self.give_up();
                    return RunEnd::Unfit;
                }
            } else if self.platform.draining().requested() {
                return RunEnd::Drained;
            } else {
                self.taker.poll();
            }
        }
    }

    /// Carries a job out and posts what came of it; whether the worker can go on.
    fn settle(&self, delivery: &Delivery, flags: &Flags) -> bool {
        let id = delivery.id.as_str();
        let start = Instant::now();
        let mut outcome = match &delivery.job {
            Err(why) => failed(why),
            Ok(_) if flags.work.requested() => failed(TOLD_TO_STOP),
            Ok(job) => {
                self.log.info(Some(id), "begins");
                self.carry_out(job, flags)
            }
        };
        let took = duration(start.elapsed());
        if flags.stopped.requested() {
            self.log.info(Some(id), &format!("ended after {took} because the platform stopped it"));
            return !outcome.unfit;
        }
        if flags.work.requested() && outcome.result.is_err() {
            outcome.result = Err(TOLD_TO_STOP.to_owned());
        }
        match &outcome.result {
            Ok(_) => self.log.info(Some(id), &format!("done in {took}")),
            Err(error) => self.log.warn(Some(id), &format!("failed after {took}: {error}")),
        }
        self.reporter.result(id, &outcome.result, &flags.stopped);
        !outcome.unfit
    }

    /// Runs the handler with its progress beside it. When this returns, nothing is posted any more.
    fn carry_out(&self, job: &TakenJob, flags: &Flags) -> Outcome {
        let waits = &self.platform.waits;
        let progress = Progress::new(&flags.stopped);
        let done = Cancel::deaf();
        let first_sample = Once::new();
        let tell = |snapshot: Value| {
            if let Some(after) = snapshot["sampling_after"].as_f64() {
                first_sample.call_once(|| {
                    self.log.info(Some(&job.id), &format!("first sample after {after:.2} s"));
                });
            }
            progress.tell(snapshot);
        };
        let outcome = thread::scope(|scope| {
            scope.spawn(|| {
                progress.forward(waits.progress_every, |snapshot, cancel| {
                    self.reporter.progress(&job.id, snapshot, cancel);
                });
            });
            scope.spawn(|| {
                guard::watch(&job.id, flags, &done, waits, self.log, || self.last_words(job, flags));
            });
            let outcome = catch_unwind(AssertUnwindSafe(|| self.handler.handle(job, &flags.work, &tell)));
            done.cancel();
            let stopped = flags.stopped.requested();
            progress.close(if stopped { Duration::ZERO } else { waits.progress_at_end });
            outcome
        });
        outcome.unwrap_or_else(|panic| failed(&format!("this is a bug in broll: {}", text(&*panic))))
    }

    /// The worker exits while the handler still holds the job.
    fn last_words(&self, job: &TakenJob, flags: &Flags) {
        if !flags.stopped.requested() {
            self.reporter.result(&job.id, &Err(TOLD_TO_STOP.to_owned()), &flags.stopped);
        }
    }

    /// What came together with the job that spoiled the worker is not tried here.
    fn give_up(&self) {
        self.log.error(None, "this worker is no longer fit and exits, so that the platform replaces it");
        while let Some((delivery, flags)) = self.held.next() {
            self.reporter.result(&delivery.id, &Err(REPLACED.to_owned()), &flags.stopped);
            self.held.done();
        }
    }
}

fn failed(why: &str) -> Outcome {
    Outcome { result: Err(why.to_owned()), unfit: false }
}

/// What a panic says.
fn text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it panicked")
}
