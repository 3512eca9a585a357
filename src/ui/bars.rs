//! A reporter that redraws a few lines at the bottom of a terminal.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::event::{Event, Reporter};

use super::Clock;
use super::screen::{LiveBar, Screen};
use super::ticker::Ticker;
use super::view::View;

/// Between two pictures.
const INTERVAL: Duration = Duration::from_millis(100);

/// Events only change what will be shown; a thread draws it, so that reporting costs next to nothing.
pub(super) struct Bars {
    ticker: Option<Ticker>,
    drawing: Arc<Drawing>,
}

struct Drawing {
    screen: Screen,
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    view: View,
    /// All lines are one bar's message, so that they change together; none once the clip is finished.
    bar: Option<LiveBar>,
    shown: String,
}

impl Bars {
    /// Bars on the screen, moving by themselves.
    pub(super) fn new(screen: Screen) -> Self {
        let mut bars = Self::still(screen, Arc::new(Instant::now));
        let drawing = Arc::clone(&bars.drawing);
        bars.ticker = Some(Ticker::start(INTERVAL, move || drawing.draw()));
        bars
    }

    /// Bars that move when told to.
    fn still(screen: Screen, clock: Clock) -> Self {
        let style =
            ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = screen.add(ProgressBar::no_length().with_style(style));
        let state = State { view: View::new(clock()), bar: Some(bar), shown: String::new() };
        Self { ticker: None, drawing: Arc::new(Drawing { screen, clock, state: Mutex::new(state) }) }
    }
}

impl Drawing {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws the lines if they have changed.
    fn draw(&self) {
        let state = &mut *self.lock();
        let Some(bar) = &state.bar else { return };
        let picture = state.view.lines((self.clock)(), self.screen.width()).join("\n");
        if picture != state.shown {
            bar.set_message(picture.clone());
            state.shown = picture;
        }
    }
}

impl Reporter for Bars {
    fn report(&self, event: &Event) {
        let mut state = self.drawing.lock();
        let above = state.view.apply(event, (self.drawing.clock)());
        if matches!(event, Event::Finished { .. }) {
            state.bar = None;
        }
        drop(state);
        if let Some(text) = above {
            self.drawing.screen.line(&text);
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        drop(self.ticker.take());
        self.drawing.lock().bar = None;
    }
}

#[cfg(test)]
#[path = "tests/bars.rs"]
mod tests;
