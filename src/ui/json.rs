//! A reporter for scripts: one JSON object a line.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::blender::log::Phase;
use crate::event::{Event, Reporter};

use super::text::json_line;
use super::{Clock, Sink};

/// Between two lines about one session's frame, unless something new happens.
const INTERVAL: Duration = Duration::from_millis(100);

/// Every event as it is, with `elapsed` in seconds; only the progress within a frame is thinned out.
pub(super) struct Json {
    sink: Sink,
    clock: Clock,
    began: Instant,
    /// The last frame, phase and time that each session told of.
    told: Mutex<HashMap<usize, (u32, Phase, Instant)>>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event,
    elapsed: f64,
}

impl Json {
    /// Lines with times counted from now.
    pub(super) fn new(sink: Sink, clock: Clock) -> Self {
        Self { sink, began: clock(), clock, told: Mutex::default() }
    }

    /// Whether this is worth a line.
    fn is_news(&self, event: &Event, now: Instant) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::FrameProgress { session, frame, phase, .. } => {
                let stale = told.get(session).is_some_and(|(last_frame, last_phase, at)| {
                    last_frame == frame
                        && same(*last_phase, *phase)
                        && now.saturating_duration_since(*at) < INTERVAL
                });
                if !stale {
                    told.insert(*session, (*frame, *phase, now));
                }
                !stale
            }
            Event::FrameStarted { session, .. } => {
                told.remove(session);
                true
            }
            _ => true,
        }
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
