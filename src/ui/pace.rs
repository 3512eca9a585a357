//! How far a clip is and how long it will take. Pure: the clock is handed in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Frames whose times are remembered.
const WINDOW: usize = 20;
/// A frame that takes longer than the others did waits here for its end.
const NEARLY: f64 = 0.97;
/// What the first and the second frame count for: they load kernels and fill caches.
const WEIGHTS: [f64; 2] = [0.1, 0.5];

/// Counts whole frames, and moves by the clock within a frame. Reused frames are done but say nothing about time.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    total: u32,
    done: u32,
    /// Frames rendered here.
    finished: u32,
    in_flight: u32,
    /// Sessions side by side: the first round of each is the slow one.
    sessions: u32,
    /// When the last frame finished, or the first one started.
    since: Option<Instant>,
    /// Seconds between finished frames, with their weights.
    spacings: VecDeque<(f64, f64)>,
    fraction: f64,
    floor: f64,
}

impl Pace {
    /// A clip of `total` frames, `reused` of which are there already.
    pub(crate) fn new(total: u32, reused: u32) -> Self {
        Self {
            total,
            done: reused.min(total),
            finished: 0,
            in_flight: 0,
            sessions: 1,
            since: None,
            spacings: VecDeque::with_capacity(WINDOW + 1),
            fraction: 0.0,
            floor: 0.0,
        }
    }

    /// Frames in the clip.
    pub(crate) fn total(&self) -> u32 {
        self.total
    }

    /// Whole frames.
    pub(crate) fn done(&self) -> u32 {
        self.done
    }

    /// A session, counted from 0, took a frame. The end of its last one may become known later.
    pub(crate) fn frame_started(&mut self, now: Instant, session: usize) {
        self.in_flight = self.in_flight.saturating_add(1);
        self.sessions = self.sessions.max(u32::try_from(session).unwrap_or(u32::MAX).saturating_add(1));
        self.fraction = 0.0;
        self.since.get_or_insert(now);
    }

    /// A frame in flight is known to be this far; it counts until a first frame has told how long frames take.
    pub(crate) fn frame_progress(&mut self, fraction: f64) {
        self.fraction = if fraction.is_finite() { fraction } else { 0.0 };
    }

    /// A session lost its frame.
    pub(crate) fn frame_lost(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.fraction = 0.0;
    }

    /// A frame is whole, and `done` are.
    pub(crate) fn frame_finished(&mut self, now: Instant, done: u32) {
        if let Some(since) = self.since {
            let round = (self.finished / self.sessions) as usize;
            let weight = WEIGHTS.get(round).copied().unwrap_or(1.0);
            self.spacings.push_back((now.saturating_duration_since(since).as_secs_f64(), weight));
            if self.spacings.len() > WINDOW {
                self.spacings.pop_front();
            }
        }
        self.frame_lost();
        self.finished = self.finished.saturating_add(1);
        self.since = Some(now);
        self.done = self.done.max(done).min(self.total);
    }

    /// Frames are rendered elsewhere, and only their number is told.
    pub(super) fn in_work(&mut self, now: Instant) {
        self.in_flight = 1;
        self.since.get_or_insert(now);
    }

    /// Of frames rendered elsewhere `done` are whole; they came evenly since the last were told of.
    pub(super) fn frames_finished(&mut self, now: Instant, done: u32) {
        let more = done.min(self.total).saturating_sub(self.done);
        let Some(since) = self.since.filter(|_| more > 0) else {
            self.done = self.done.max(done).min(self.total);
            return;
        };
        let each = now.saturating_duration_since(since) / more;
        // Those that the window would forget again are not looked at one by one.
        let skipped = more.saturating_sub(WINDOW as u32);
        self.since = Some(since + each * skipped);
        for number in skipped + 1..=more {
            self.frame_finished(since + each * number, self.done + 1);
        }
        self.done = self.done.max(done).min(self.total);
        self.in_flight = u32::from(self.done < self.total);
        self.since = Some(now);
    }

    /// Frames done, with the part of the one in work that the clock suggests: never falling, never beyond the total.
    pub(crate) fn position(&mut self, now: Instant) -> f64 {
        let (done, total) = (f64::from(self.done), f64::from(self.total));
        let elapsed = self.since.map_or(0.0, |since| now.saturating_duration_since(since).as_secs_f64());
        let inside = match self.mean() {
            _ if self.in_flight == 0 => 0.0,
            Some(mean) if mean > 0.0 => (elapsed / mean).min(NEARLY),
            Some(_) => 0.0,
            None => self.fraction.clamp(0.0, NEARLY),
        };
        self.floor = self.floor.max(done + inside).min(total);
        self.floor
    }

    /// Time to the last frame, once a frame was rendered.
    pub(crate) fn eta(&mut self, now: Instant) -> Option<Duration> {
        if self.done == self.total {
            return Some(Duration::ZERO);
        }
        let rest = f64::from(self.total) - self.position(now);
        Duration::try_from_secs_f64(self.mean()? * rest).ok()
    }

    /// Seconds a frame.
    fn mean(&self) -> Option<f64> {
        let (time, weight) = self
            .spacings
            .iter()
            .fold((0.0, 0.0), |(time, sum), (spacing, weight)| (time + spacing * weight, sum + weight));
        (weight > 0.0).then(|| time / weight)
    }
}

#[cfg(test)]
#[path = "tests/pace.rs"]
mod tests;
