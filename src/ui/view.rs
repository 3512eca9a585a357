//! What the bars show: events in, lines out. Pure.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::blender::log::Phase;
use crate::encode::Encoder;
use crate::event::Event;

use super::layout::{Clip, fit, spinner};
use super::pace::Pace;
use super::remote::RemoteJob;
use super::text::{Label, dim, labelled, sanitize};
use super::{fmt, words};

/// Sessions shown one by one.
const SESSIONS: usize = 8;

/// The state behind the bars.
#[derive(Debug)]
pub(super) struct View {
    began: Instant,
    preparing: Option<(String, Instant)>,
    clip: Option<ClipState>,
    frames: BTreeMap<usize, InWork>,
    encoded: Option<u32>,
    verifying: bool,
    remote: Option<RemoteJob>,
}

#[derive(Debug)]
struct ClipState {
    name: String,
    encoder: Option<Encoder>,
    pace: Pace,
}

/// What a session is at.
#[derive(Debug)]
struct InWork {
    gpu: Option<String>,
    frame: u32,
    since: Instant,
    words: String,
}

impl View {
    /// Before the first event.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            began: now,
            preparing: None,
            clip: None,
            frames: BTreeMap::new(),
            encoded: None,
            verifying: false,
            remote: None,
        }
    }

    /// Takes an event; returns what is to stand above the bars for good.
    pub(super) fn apply(&mut self, event: &Event, now: Instant) -> Option<String> {
        match event {
            Event::Preparing(step) => self.preparing = Some((words::step(step), now)),
            Event::Started { template, frames, reused, encoder, .. } => {
                let pace = Pace::new(*frames, *reused);
                self.clip = Some(ClipState { name: sanitize(template), encoder: *encoder, pace });
                self.preparing = None;
                self.frames.clear();
                (self.encoded, self.verifying) = (None, false);
            }
            Event::FrameStarted { session, frame, gpu } => {
                self.preparing = None;
                let words = words::phase(Phase::Loading);
                self.frames.insert(*session, InWork { gpu: gpu.clone(), frame: *frame, since: now, words });
                self.pace(|pace| pace.frame_started(now, *session));
            }
            Event::FrameProgress { session, frame, fraction, phase } => {
                if let Some(work) = self.frames.get_mut(session).filter(|work| work.frame == *frame) {
                    work.words = words::phase(*phase);
                }
                self.pace(|pace| pace.frame_progress(*fraction));
            }
            Event::FrameFinished { frame, done, .. } => {
                self.pace(|pace| pace.frame_finished(now, *done));
                // Its session may have begun another one by now.
                if let Some(work) = self.frames.values_mut().find(|work| work.frame == *frame) {
                    "saved".clone_into(&mut work.words);
                }
                if self.clip.as_ref().is_some_and(|clip| clip.pace.done() == clip.pace.total()) {
                    self.frames.clear();
                }
            }
            Event::FrameRetried { frame, reason } => {
                self.frames.retain(|_, work| work.frame != *frame);
                self.pace(Pace::frame_lost);
                return Some(labelled(Label::Warning, &words::retried(*frame, reason)));
            }
            Event::Encoded { frames } => self.encoded = Some(*frames),
            Event::Verifying if self.clip.is_some() => self.verifying = true,
            Event::Submitted { .. }
            | Event::Queued { .. }
            | Event::Remote(_)
            | Event::Retrying { .. }
            | Event::Downloading { .. }
            | Event::Verifying => {
                self.remote.get_or_insert_default().apply(event, now);
                if let Event::Submitted { id, endpoint } = event {
                    let [job, back] = words::submitted(id, endpoint);
                    return Some(format!("{job}\n{}", dim(&format!("  {back}"))));
                }
            }
            Event::Warning(warning) => return Some(labelled(Label::Warning, &warning.message)),
            Event::Finished { .. } => {}
        }
        None
    }

    fn pace(&mut self, change: impl FnOnce(&mut Pace)) {
        if let Some(clip) = &mut self.clip {
            change(&mut clip.pace);
        }
    }

    /// The lines as they are now, none wider than `width`.
    pub(super) fn lines(&mut self, now: Instant, width: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let elapsed = now.saturating_duration_since(self.began);
        if let Some(ClipState { name, pace, encoder }) = &mut self.clip {
            let (position, eta) = (pace.position(now), pace.eta(now));
            lines.push(
                Clip { name, done: pace.done(), total: pace.total(), position, elapsed, eta }.line(width),
            );
            let several = self.frames.len() > 1;
            lines.extend(self.frames.values().take(SESSIONS).map(|work| {
                let time = fmt::duration(now.saturating_duration_since(work.since));
                let gpu = work.gpu.as_deref().filter(|_| several);
                let gpu = gpu.map_or_else(String::new, |gpu| format!("GPU {}   ", sanitize(gpu)));
                fit(&format!("  {gpu}{}   {}   {}", words::frame(work.frame), work.words, dim(&time)), width)
            }));
            if self.frames.len() > SESSIONS {
                lines.push(fit(&format!("  and {} more", self.frames.len() - SESSIONS), width));
            }
            if self.verifying {
                lines.push(fit("  checking the clip", width));
            } else if let Some(frames) = self.encoded {
                lines.push(fit(
                    &format!(
                        "  encoding {}   {}",
                        encoder.map_or("", Encoder::name),
                        fmt::count(frames, "frame")
                    ),
                    width,
                ));
            }
        }
        if let Some(remote) = &mut self.remote {
            lines.extend(remote.lines(now, elapsed, width));
        }
        if let Some((words, since)) = &self.preparing {
            let time = fmt::duration(now.saturating_duration_since(*since));
            lines.push(fit(&format!("{} {words}…   {}", spinner(elapsed), dim(&time)), width));
        }
        lines
    }
}
