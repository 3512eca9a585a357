//! Progress of something that tells nothing on its way: the time it has taken, beside the time it should take.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::fmt;
use super::layout::fit;
use super::screen::{LiveBar, Screen};
use super::text::sanitize;
use super::ticker::Ticker;

/// The time that has passed; it disappears when finished or dropped.
#[derive(Debug)]
pub struct Timer {
    // The order of dropping: first nobody draws, then the bar goes.
    _ticker: Option<Ticker>,
    _bar: Option<LiveBar>,
}

/// Steps of a bar; more than a terminal has columns.
const STEPS: u64 = 1000;
/// As full as a bar gets while the work goes on.
const FULLEST: f64 = 0.98;

impl Timer {
    /// A bar that is redrawn. It fills with the time that is expected, and stays nearly full when that is over.
    pub(super) fn drawn(screen: &Screen, message: &str, expected: Duration) -> Self {
        // The longest time is 22 columns wide, and some bar should be left.
        let columns = screen.width().saturating_sub(34).clamp(12, 60);
        let style = ProgressStyle::with_template("{msg}  {wide_bar:.cyan/dim}  {prefix}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(STEPS)
            .with_style(style.progress_chars("━╸─"))
            .with_message(fit(&sanitize(message), columns))
            .with_prefix(words(Duration::ZERO, expected));
        let bar = screen.add(bar);
        bar.tick();
        let (began, drawn) = (Instant::now(), bar.clone());
        let ticker = Ticker::start(Duration::from_millis(200), move || {
            let elapsed = began.elapsed();
            drawn.set_prefix(words(elapsed, expected));
            drawn.set_position((share(elapsed, expected) * STEPS as f64) as u64);
        });
        Self { _ticker: Some(ticker), _bar: Some(bar) }
    }

    /// One line at the start.
    pub(super) fn line(screen: &Screen, message: &str, expected: Duration) -> Self {
        screen.line(&format!("{}, about {}", sanitize(message), rounded(expected)));
        Self::hidden()
    }

    /// Nothing at all.
    pub(super) fn hidden() -> Self {
        Self { _ticker: None, _bar: None }
    }
}

fn share(elapsed: Duration, expected: Duration) -> f64 {
    let share = elapsed.as_secs_f64() / expected.as_secs_f64();
    if share.is_finite() { share.min(FULLEST) } else { 0.0 }
}

/// `42 s of about 3 min`: an expectation is not told to the second.
fn words(elapsed: Duration, expected: Duration) -> String {
    let whole = fmt::duration(Duration::from_secs(elapsed.as_secs()));
    let whole = whole.replace(".0 s", " s");
    format!("{whole} of about {}", rounded(expected))
}

fn rounded(expected: Duration) -> String {
    match expected.as_secs() {
        0..=1 => "a second".to_owned(),
        seconds @ 2..=90 => format!("{seconds} s"),
        seconds => format!("{} min", (seconds + 30) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    #[test]
    fn time_is_told_beside_what_is_expected() {
        let three = Duration::from_secs(193);
        assert_eq!(words(Duration::from_millis(42_700), three), "42 s of about 3 min");
        assert_eq!(words(Duration::from_millis(4_700), three), "4 s of about 3 min");
        assert_eq!(words(Duration::from_secs(250), three), "4m 10s of about 3 min");
        assert_eq!(rounded(Duration::ZERO), "a second");
        assert!((share(three / 2, three) - 0.5).abs() < 1e-9);
        assert!(share(three * 5, three) < 1.0 && share(three, Duration::ZERO) == 0.0);
    }

    #[test]
    fn it_is_drawn_in_one_line_and_goes_away() {
        for width in [40, 80, 120] {
            let term = InMemoryTerm::new(8, width);
            let screen = Screen::memory(&term);
            let timer = Timer::drawn(&screen, "compiling sm_80, sm_90\u{1b}", Duration::from_secs(193));
            screen.line("above");
            let seen = term.contents();
            assert!(seen.starts_with("above\ncompiling s") && seen.contains("of about 3 min"), "{seen}");
            assert_eq!(seen.lines().count(), 2, "{seen}");
            drop(timer);
            assert_eq!(term.contents(), "above");
        }
    }
}
