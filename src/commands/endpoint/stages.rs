//! A reporter that passes events on and takes the time of each stage.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::event::{Event, Reporter};
use crate::request::Stage;

/// What a stage is called, and how long it took.
pub(super) type Timed = (&'static str, Duration);

/// Takes times from when it is made. They are seen from here, so they are as exact as the job is asked for often.
pub(super) struct Stages<'a> {
    next: &'a dyn Reporter,
    times: Mutex<Times>,
}

struct Times {
    done: Vec<Timed>,
    now: &'static str,
    since: Instant,
}

impl<'a> Stages<'a> {
    /// Begins with the submission.
    pub(super) fn new(next: &'a dyn Reporter) -> Self {
        Self { next, times: Mutex::new(Times { done: Vec::new(), now: "submission", since: Instant::now() }) }
    }

    fn lock(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All stages, the one that is going on included.
    pub(super) fn finish(&self) -> Vec<Timed> {
        let mut times = self.lock();
        times.enter("", Instant::now());
        std::mem::take(&mut times.done)
    }
}

impl Times {
    fn enter(&mut self, stage: &'static str, now: Instant) {
        if stage == self.now {
            return;
        }
        let time = now.saturating_duration_since(self.since);
        // A job that was given to another worker goes through its stages again.
        match self.done.iter_mut().find(|(name, _)| *name == self.now) {
            Some((_, sum)) => *sum += time,
            None => self.done.push((self.now, time)),
        }
        (self.now, self.since) = (stage, now);
    }
}

impl Reporter for Stages<'_> {
    fn report(&self, event: &Event) {
        let stage = match event {
            Event::Submitted { .. } | Event::Queued { .. } => Some("queue and cold start"),
            Event::Remote(progress) => match progress.stage {
                Stage::Preparing => Some("preparation"),
                Stage::Rendering => Some("rendering"),
                Stage::Encoding => Some("encoding"),
                Stage::Checking => Some("check by the worker"),
                Stage::Delivering => Some("delivery"),
                Stage::Other => None,
            },
            Event::Downloading { .. } => Some("download"),
            Event::Verifying => Some("check here"),
            _ => None,
        };
        if let Some(stage) = stage {
            self.lock().enter(stage, Instant::now());
        }
        self.next.report(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Silent;
    use crate::request::Progress;

    #[test]
    fn a_stage_that_comes_again_is_counted_once() {
        let stages = Stages::new(&Silent);
        let remote = |stage| Event::Remote(Progress { stage, ..Progress::default() });
        let queued = Event::Queued { seconds: 0.0, note: None };
        for event in
            [&queued, &remote(Stage::Rendering), &queued, &remote(Stage::Rendering), &remote(Stage::Other)]
        {
            stages.report(event);
        }
        let names: Vec<_> = stages.finish().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["submission", "queue and cold start", "rendering"]);
    }
}
