//! A reporter that appends a line now and then: for logs, and for terminals that cannot be redrawn.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::event::{Event, Reporter};

use super::pace::Pace;
use super::remote::RemoteJob;
use super::text::{Label, labelled, sanitize};
use super::ticker::Ticker;
use super::trouble::Trouble;
use super::{Clock, Sink, fmt, words};

/// When the first line about progress is due; each later one is due at twice the time.
const FIRST: Duration = Duration::from_secs(15);

/// Lines at the start, at 15 s, 30 s, 1 min, 2 min and so on, and at the end; warnings at once.
pub(super) struct Plain {
    _ticker: Option<Ticker>,
    log: Arc<Log>,
}

struct Log {
    sink: Sink,
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    began: Instant,
    due: Duration,
    pace: Option<Pace>,
    remote: RemoteJob,
    trouble: Trouble,
    /// What is going on, where frames cannot tell.
    doing: String,
    over: bool,
}

impl Plain {
    /// Writes lines also while no events come.
    pub(super) fn new(sink: Sink) -> Self {
        let mut plain = Self::still(sink, Arc::new(Instant::now));
        let log = Arc::clone(&plain.log);
        plain._ticker = Some(Ticker::start(Duration::from_secs(1), move || log.tick()));
        plain
    }

    /// Writes lines when told to.
    fn still(sink: Sink, clock: Clock) -> Self {
        let state = State {
            began: clock(),
            due: FIRST,
            pace: None,
            remote: RemoteJob::default(),
            trouble: Trouble::default(),
            doing: "starting".to_owned(),
            over: false,
        };
        Self { _ticker: None, log: Arc::new(Log { sink, clock, state: Mutex::new(state) }) }
    }
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line if one is due.
    fn tick(&self) {
        let mut state = self.lock();
        let now = (self.clock)();
        let elapsed = now.saturating_duration_since(state.began);
        if elapsed < state.due || state.over {
            return;
        }
        while state.due <= elapsed {
            state.due = state.due.saturating_mul(2);
        }
        (self.sink)(&state.line(now, elapsed));
    }
}

impl State {
    fn line(&mut self, now: Instant, elapsed: Duration) -> String {
        let elapsed = fmt::duration(elapsed);
        let doing = self.remote.doing(now).unwrap_or_else(|| self.doing.clone());
        let counted = match &mut self.pace {
            Some(pace) => Some((pace.done(), pace.total(), pace.eta(now))),
            None => self.remote.standing(now).map(|at| (at.done, at.total, at.eta)),
        };
        let Some((done, total, eta)) = counted else { return format!("{doing}, {elapsed} elapsed") };
        let percent = (u64::from(done) * 100).checked_div(total.into()).unwrap_or(100);
        let rest = match eta {
            Some(eta) if done < total => format!("about {} left", fmt::duration(eta)),
            _ => doing,
        };
        format!("{done}/{} ({percent}%), {elapsed} elapsed, {rest}", fmt::count(total, "frame"))
    }

    /// Takes an event; returns a line that is due at once.
    fn apply(&mut self, event: &Event, now: Instant) -> Option<String> {
        match event {
            Event::Preparing(step) => {
                self.doing = words::step(step);
                // Whoever waits for someone else should know at once.
                return matches!(step, crate::event::Step::WaitForLock { .. }).then(|| self.doing.clone());
            }
            Event::Started {
                template, frames, reused, resolution: [width, height], samples, device, ..
            } => {
                self.pace = Some(Pace::new(*frames, *reused));
                "waiting for the first frame".clone_into(&mut self.doing);
                let again = if *reused > 0 { format!(", {reused} reused") } else { String::new() };
                return Some(format!(
                    "rendering {}: {} at {width}x{height}, {}, {}{again}",
                    sanitize(template),
                    fmt::count(*frames, "frame"),
                    fmt::count(*samples, "sample"),
                    words::device(device),
                ));
            }
            Event::FrameProgress { frame, phase, .. } => {
                self.doing = format!("{}: {}", words::frame(*frame), words::phase(*phase));
            }
            Event::FrameStarted { session, .. } => self.pace(|pace| pace.frame_started(now, *session)),
            Event::FrameFinished { done, .. } => {
                self.pace(|pace| pace.frame_finished(now, *done));
                "encoding".clone_into(&mut self.doing);
            }
            Event::FrameRetried { frame, reason } => {
                self.pace(Pace::frame_lost);
                return Some(labelled(Label::Warning, &words::retried(*frame, reason)));
            }
            Event::Encoded { .. } => {}
            Event::Verifying if self.pace.is_some() => "checking the clip".clone_into(&mut self.doing),
            Event::Submitted { id, endpoint } => {
                self.remote.apply(event, now);
                return Some(words::submitted(id, endpoint).join("; "));
            }
            Event::Retrying { .. } => {
                self.remote.apply(event, now);
                return self.trouble.news(event, now);
            }
            Event::Queued { .. } | Event::Remote(_) | Event::Downloading { .. } | Event::Verifying => {
                return self.remote.apply(event, now);
            }
            Event::Warning(warning) => return Some(labelled(Label::Warning, &warning.message)),
            Event::Finished { output, file_size_bytes, seconds } => {
                self.over = true;
                let name = Path::new(output)
                    .file_name()
                    .map_or_else(|| output.into(), |name| name.to_string_lossy());
                let (size, time) = (fmt::bytes(*file_size_bytes), fmt::seconds(*seconds));
                return Some(format!("finished {} ({size}) in {time}", sanitize(&name)));
            }
        }
        None
    }

    fn pace(&mut self, change: impl FnOnce(&mut Pace)) {
        if let Some(pace) = &mut self.pace {
            change(pace);
        }
    }
}

impl Reporter for Plain {
    fn report(&self, event: &Event) {
        let line = self.log.lock().apply(event, (self.log.clock)());
        if let Some(line) = line {
            (self.log.sink)(&line);
        }
        self.log.tick();
    }
}

#[cfg(test)]
#[path = "tests/plain.rs"]
mod tests;
