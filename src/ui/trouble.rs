//! Retries as warnings, where lines stay: an endpoint that is down for an hour must not fill a log.

use std::time::{Duration, Instant};

use crate::event::Event;

use super::text::{Label, labelled};
use super::words;

/// Between two warnings.
const QUIET: Duration = Duration::from_secs(60);

/// When the last warning was given.
#[derive(Debug, Default)]
pub(super) struct Trouble(Option<Instant>);

impl Trouble {
    /// The warning that a retry is worth.
    pub(super) fn news(&mut self, event: &Event, now: Instant) -> Option<String> {
        let Event::Retrying { reason, seconds } = event else { return None };
        if self.0.is_some_and(|told| now.saturating_duration_since(told) < QUIET) {
            return None;
        }
        self.0 = Some(now);
        let wait = Duration::try_from_secs_f64(*seconds).unwrap_or_default();
        Some(labelled(Label::Warning, &words::asked_again(reason, wait)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_retries_is_a_warning_a_minute() {
        let (mut trouble, mut now) = (Trouble::default(), Instant::now());
        let retry = Event::Retrying { reason: "HTTP 502\u{1b}[2J".to_owned(), seconds: f64::NAN };
        let mut told = Vec::new();
        for _ in 0..125 {
            told.extend(trouble.news(&retry, now));
            now += Duration::from_secs(1);
        }
        assert_eq!(told.len(), 3);
        assert!(told[0].ends_with("HTTP 502\\u{1b}[2J; trying again"), "{}", told[0]);
        assert_eq!(Trouble::default().news(&Event::Verifying, now), None);
    }
}
