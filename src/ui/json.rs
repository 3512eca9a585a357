//! A reporter for scripts: one JSON object a line.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::blender::log::Phase;
use crate::event::{Event, Reporter};
use crate::request::Stage;

use super::text::json_line;
use super::{Clock, Sink};

/// Between two lines about the same thing, unless something new happens.
const INTERVAL: Duration = Duration::from_millis(100);

/// Every event as it is, with `elapsed` in seconds; only what moves all the time is thinned out.
pub(super) struct Json {
    sink: Sink,
    clock: Clock,
    began: Instant,
    /// What was last told of each thing that moves, and when.
    told: Mutex<HashMap<Mover, (Gist, Instant)>>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event,
    elapsed: f64,
}

/// What moves all the time.
#[derive(PartialEq, Eq, Hash)]
enum Mover {
    Session(usize),
    Queue,
    Worker,
    Download,
}

/// What is always worth a line when it changes.
#[derive(PartialEq)]
enum Gist {
    Frame(u32, Phase),
    Queue(Option<String>),
    Worker(Stage, u32, u32),
    Download { complete: bool },
}

impl Gist {
    /// Whether another gist differs in numbers alone.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Frame(left_frame, left), Self::Frame(right_frame, right)) => {
                left_frame == right_frame && same(*left, *right)
            }
            (left, right) => left == right,
        }
    }
}

/// What moves with an event, if anything does.
fn moves(event: &Event) -> Option<(Mover, Gist)> {
    match event {
        Event::FrameProgress { session, frame, phase, .. } => {
            Some((Mover::Session(*session), Gist::Frame(*frame, *phase)))
        }
        Event::Queued { note, .. } => Some((Mover::Queue, Gist::Queue(note.clone()))),
        Event::Remote(progress) => {
            Some((Mover::Worker, Gist::Worker(progress.stage, progress.done, progress.frames)))
        }
        Event::Downloading { bytes, total } => {
            Some((Mover::Download, Gist::Download { complete: Some(*bytes) == *total }))
        }
        _ => None,
    }
}

impl Json {
    /// Lines with times counted from now.
    pub(super) fn new(sink: Sink, clock: Clock) -> Self {
        Self { sink, began: clock(), clock, told: Mutex::default() }
    }

    /// Whether this is worth a line.
    fn is_news(&self, event: &Event, now: Instant) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Event::FrameStarted { session, .. } = event {
            told.remove(&Mover::Session(*session));
        }
        let Some((mover, gist)) = moves(event) else { return true };
        let stale = told
            .get(&mover)
            .is_some_and(|(last, at)| last.is_like(&gist) && now.saturating_duration_since(*at) < INTERVAL);
        if !stale {
            told.insert(mover, (gist, now));
        }
        !stale
    }
}

/// Whether two phases differ in numbers alone.
fn same(left: Phase, right: Phase) -> bool {
    match (left, right) {
        (Phase::Kernels { which: left }, Phase::Kernels { which: right }) => left == right,
        _ => std::mem::discriminant(&left) == std::mem::discriminant(&right),
    }
}

impl Reporter for Json {
    fn report(&self, event: &Event) {
        let now = (self.clock)();
        if self.is_news(event, now) {
            let elapsed = now.saturating_duration_since(self.began).as_millis() as f64 / 1000.0;
            (self.sink)(&json_line(&Line { event, elapsed }));
        }
    }
}

#[cfg(test)]
#[path = "tests/json.rs"]
mod tests;
