//! A job elsewhere, as the lines beneath each other that bars are.

use std::time::{Duration, Instant};

use super::{At, RemoteJob, Standing, words};
use crate::request::Stage;
use crate::ui::fmt;
use crate::ui::layout::{Clip, fit, spinner, wrap};
use crate::ui::text::dim;
use crate::ui::words::asked_again;

/// Lines for the reason of a wait.
const REASON: usize = 3;

impl RemoteJob {
    /// The lines as they are now, none wider than `width`.
    pub(in crate::ui) fn lines(&mut self, now: Instant, elapsed: Duration, width: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let standing = self.standing(now);
        match (&self.clip, standing) {
            (Some(clip), Some(Standing { done, total, position, eta })) => {
                lines.push(Clip { name: &clip.name, done, total, position, elapsed, eta }.line(width));
                lines.extend(self.beneath(width));
            }
            _ => lines.extend(self.alone(now, elapsed, width)),
        }
        if let Some((reason, again)) = &self.trouble {
            let text = asked_again(reason, again.saturating_duration_since(now));
            lines.extend(indented(&text, width));
        }
        lines
    }

    /// What stands beneath the clip's bar.
    fn beneath(&self, width: usize) -> Vec<String> {
        let (Some(clip), Some(at)) = (&self.clip, &self.at) else { return Vec::new() };
        let mut lines = Vec::new();
        match at {
            At::Worker { stage: Stage::Rendering, note, .. } => {
                let device = clip.device.as_ref().map(|device| format!(" on {device}")).unwrap_or_default();
                let note = note.as_ref().map(|note| format!("   {note}")).unwrap_or_default();
                lines.push(fit(&format!("  rendering{device}{note}"), width));
            }
            At::Worker { stage: Stage::Encoding, .. } => {}
            At::Worker { stage, note, .. } => {
                lines.push(fit(&format!("  {}", words::stage(*stage, note.as_deref())), width));
            }
            At::Download { bytes, total, .. } => {
                lines.push(fit(&format!("  {}", words::download(*bytes, *total)), width));
            }
            At::Check { .. } => lines.push(fit("  checking the clip", width)),
            At::Sent { .. } | At::Queue { .. } => {}
        }
        let encoding = matches!(at, At::Worker { stage: Stage::Rendering, .. }) && clip.encoded > 0;
        if encoding || matches!(at, At::Worker { stage: Stage::Encoding, .. }) {
            lines.push(fit(&format!("  encoding   {}", fmt::count(clip.encoded, "frame")), width));
        }
        lines
    }

    /// What stands there while no frames can be counted.
    fn alone(&self, now: Instant, elapsed: Duration, width: usize) -> Vec<String> {
        let Some(at) = &self.at else { return Vec::new() };
        let since = |since: &Instant| now.saturating_duration_since(*since).as_secs_f64();
        let (text, seconds, note) = match at {
            At::Sent { since: at } => ("waiting for the endpoint".to_owned(), since(at), None),
            At::Queue { note, seconds, heard } => {
                ("in the queue".to_owned(), seconds + since(heard), note.as_deref())
            }
            At::Worker { stage, note, since: at } => (words::stage(*stage, None), since(at), note.as_deref()),
            At::Download { bytes, total, since: at } => (words::download(*bytes, *total), since(at), None),
            At::Check { since: at } => ("checking the clip".to_owned(), since(at), None),
        };
        let time = fmt::seconds(seconds);
        let mut lines = vec![fit(&format!("{} {text}…   {}", spinner(elapsed), dim(&time)), width)];
        lines.extend(note.into_iter().flat_map(|note| indented(note, width)));
        lines
    }
}

/// A text in lines beneath another.
fn indented(text: &str, width: usize) -> Vec<String> {
    let lines = wrap(text, width.saturating_sub(2), REASON);
    lines.into_iter().map(|line| fit(&format!("  {line}"), width)).collect()
}
