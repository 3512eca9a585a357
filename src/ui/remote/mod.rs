//! A job on somebody else's machine, as far as its events tell. Pure: the clock is handed in.
//!
//! Every snapshot stands for itself. A worker that was restarted begins anew, a job may go back to the queue, and any
//! stage may be missed; what is shown follows the last that was heard.

mod lines;
mod words;

use std::time::{Duration, Instant};

use crate::event::Event;
use crate::request::{Progress, Stage};

use super::pace::Pace;
use super::text::sanitize;
use super::words::asked_again;

/// What was heard of the job.
#[derive(Debug, Default)]
pub(super) struct RemoteJob {
    at: Option<At>,
    /// Whether a worker has had it.
    taken: bool,
    clip: Option<Counted>,
    /// What the last question met instead of an answer, and when it is asked again.
    trouble: Option<(String, Instant)>,
}

/// Where the job is.
#[derive(Debug)]
enum At {
    /// Accepted, and nothing more is known.
    Sent { since: Instant },
    /// Waiting for a worker.
    Queue { note: Option<String>, seconds: f64, heard: Instant },
    /// With a worker.
    Worker { stage: Stage, note: Option<String>, since: Instant },
    /// Its clip is on the way here.
    Download { bytes: u64, total: Option<u64>, since: Instant },
    /// Its clip is decoded here.
    Check { since: Instant },
}

/// A clip whose frames can be counted.
#[derive(Debug)]
struct Counted {
    name: String,
    device: Option<String>,
    encoded: u32,
    pace: Pace,
    /// What the worker estimates, and when it did.
    left: Option<(Duration, Instant)>,
}

/// How far the clip is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// Whole frames, never more than `total`.
    pub(super) done: u32,
    /// Frames in the clip.
    pub(super) total: u32,
    /// Whole frames with a part of the one in work.
    pub(super) position: f64,
    /// To the last frame.
    pub(super) eta: Option<Duration>,
}

impl RemoteJob {
    /// Takes an event; returns what deserves a line of its own in a log.
    pub(super) fn apply(&mut self, event: &Event, now: Instant) -> Option<String> {
        if let Event::Retrying { reason, seconds } = event {
            let wait = Duration::try_from_secs_f64(*seconds).unwrap_or_default();
            self.trouble = Some((sanitize(reason), now.checked_add(wait).unwrap_or(now)));
            return None;
        }
        let before = self.at.take();
        let (at, news) = match event {
            Event::Submitted { .. } => {
                (self.clip, self.taken) = (None, false);
                (At::Sent { since: now }, None)
            }
            Event::Queued { seconds, note } => {
                let note = note.as_deref().map(sanitize);
                let news = !matches!(before, Some(At::Queue { .. }));
                let news = news.then(|| words::queued(self.taken, note.as_deref()));
                (self.clip, self.taken) = (None, false);
                (At::Queue { note, seconds: *seconds, heard: now }, news)
            }
            Event::Remote(progress) => {
                let news = self.heard(progress, before.as_ref(), now);
                let since = match before {
                    Some(At::Worker { stage, since, .. }) if stage == progress.stage => since,
                    _ => now,
                };
                (
                    At::Worker { stage: progress.stage, note: progress.note.as_deref().map(sanitize), since },
                    news,
                )
            }
            Event::Downloading { bytes, total } => {
                let since = match before {
                    Some(At::Download { since, .. }) => since,
                    _ => now,
                };
                // There is nothing to download before the last frame, whether it was heard of or not.
                self.complete(now);
                let first = !matches!(before, Some(At::Download { .. }));
                let news = first.then(|| words::download_begins(*total));
                (At::Download { bytes: *bytes, total: *total, since }, news)
            }
            Event::Verifying => {
                self.complete(now);
                (At::Check { since: now }, None)
            }
            _ => {
                self.at = before;
                return None;
            }
        };
        (self.at, self.trouble) = (Some(at), None);
        news
    }

    /// Takes a snapshot.
    fn heard(&mut self, progress: &Progress, before: Option<&At>, now: Instant) -> Option<String> {
        let news = match before {
            Some(At::Queue { seconds, heard, .. }) if !self.taken => {
                Some(words::taken(*seconds + now.saturating_duration_since(*heard).as_secs_f64()))
            }
            _ => None,
        };
        self.taken = true;
        if progress.frames == 0 {
            // What is being prepared has no frames yet; a later stage that does not name them has not lost them.
            if progress.stage == Stage::Preparing {
                self.clip = None;
            }
            return news;
        }
        let known = self.clip.is_some();
        let clip = match self.clip.take() {
            Some(clip) if clip.pace.total() == progress.frames && clip.pace.done() <= progress.done => clip,
            old => Counted::new(progress, old.map(|old| old.name)),
        };
        let clip = self.clip.insert(clip);
        clip.take(progress, now);
        if known { None } else { Some(words::rendering(&clip.name, progress)) }
    }

    /// All frames are there.
    fn complete(&mut self, now: Instant) {
        if let Some(clip) = &mut self.clip {
            clip.pace.frames_finished(now, clip.pace.total());
            clip.left = None;
        }
    }

    /// How far the clip is, once its frames can be counted.
    pub(super) fn standing(&mut self, now: Instant) -> Option<Standing> {
        let rendering = matches!(self.at, Some(At::Worker { stage: Stage::Rendering | Stage::Other, .. }));
        let clip = self.clip.as_mut()?;
        let (done, total) = (clip.pace.done(), clip.pace.total());
        let told = clip.left.map(|(left, at)| left.saturating_sub(now.saturating_duration_since(at)));
        let eta = match clip.pace.eta(now) {
            own if done < total && rendering => told.or(own),
            own => own.filter(|_| done == total),
        };
        Some(Standing { done, total, position: clip.pace.position(now), eta })
    }

    /// What is going on, in a few words; trouble first.
    pub(super) fn doing(&self, now: Instant) -> Option<String> {
        if let Some((reason, again)) = &self.trouble {
            return Some(asked_again(reason, again.saturating_duration_since(now)));
        }
        Some(match self.at.as_ref()? {
            At::Sent { .. } => "the job is sent".to_owned(),
            At::Queue { note, .. } => words::queued(false, note.as_deref()),
            At::Worker { stage, note, .. } => words::stage(*stage, note.as_deref()),
            At::Download { bytes, total, .. } => words::download(*bytes, *total),
            At::Check { .. } => "checking the clip".to_owned(),
        })
    }
}

impl Counted {
    fn new(progress: &Progress, name: Option<String>) -> Self {
        Self {
            name: name.unwrap_or_else(|| "clip".to_owned()),
            device: None,
            encoded: 0,
            // Frames that were there when it was first heard of say nothing about time.
            pace: Pace::new(progress.frames, progress.done),
            left: None,
        }
    }

    fn take(&mut self, progress: &Progress, now: Instant) {
        if let Some(name) = &progress.template {
            self.name = sanitize(name);
        }
        if let Some(device) = &progress.device {
            self.device = Some(super::words::device(device));
        }
        self.encoded = progress.encoded.min(progress.frames);
        if progress.stage == Stage::Rendering {
            self.pace.in_work(now);
        }
        self.pace.frames_finished(now, progress.done);
        let left = progress.seconds_left.and_then(|left| Duration::try_from_secs_f64(left).ok());
        self.left = left.map(|left| (left, now));
    }
}

#[cfg(test)]
#[path = "../tests/remote.rs"]
mod tests;
