//! The only room that prints. Answers go to stdout; progress and everything else goes to stderr.
//!
//! [`Ui`] prints answers and diagnostics, and makes the [`Reporter`] that shows a render, here or elsewhere: redrawn bars on a
//! terminal, a few plain lines elsewhere, or JSON lines for scripts.

mod bars;
mod download;
mod fields;
pub mod fmt;
mod gallery;
mod halfblocks;
mod json;
mod layout;
mod mode;
mod pace;
mod plain;
mod remote;
mod screen;
mod secret;
mod table;
mod text;
mod ticker;
mod timer;
mod trouble;
mod view;
pub(crate) mod words;
mod wrap;

#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use download::Bar;
pub use fields::fields;
pub use mode::ProgressMode;
pub use table::Table;
pub use text::{is_unsafe, sanitize, sanitize_lines};
pub use timer::Timer;

pub(crate) use layout::wrap;
pub(crate) use pace::Pace;

use crate::error::{Error, Result};
use crate::event::{Event, Reporter};
use crate::sheet::Picture;
use halfblocks::Palette;
use mode::Show;
use screen::Screen;
use text::Label;
use trouble::Trouble;

/// Tells the time; tests have their own.
type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;
/// Takes lines without their line break.
type Sink = Box<dyn Fn(&str) + Send + Sync>;

/// Where answers and diagnostics go. Clones share one screen.
#[derive(Debug, Clone)]
pub struct Ui {
    /// Whether stdout carries exactly one JSON object.
    pub json: bool,
    /// How progress is shown.
    pub progress: ProgressMode,
    screen: Screen,
}

impl Ui {
    /// The process's stdout and stderr.
    pub fn new(json: bool, progress: ProgressMode) -> Self {
        Self { json, progress, screen: Screen::stderr() }
    }

    /// Prints an answer for people to stdout, with one line break at its end. On a terminal, control characters that
    /// may come from files are escaped; scripts get them as they are.
    ///
    /// # Errors
    /// Those of stdout, such as a full disk; a reader that has gone away is none.
    pub fn answer(&self, text: &str) -> Result<()> {
        if io::stdout().is_terminal() { to_stdout(&sanitize_lines(text)) } else { to_stdout(text) }
    }

    /// Prints an answer that brings colours of its own; what it holds of files must be sanitized.
    ///
    /// # Errors
    /// As for [`Ui::answer`].
    pub fn answer_styled(&self, text: &str) -> Result<()> {
        to_stdout(text)
    }

    /// Prints an answer for scripts to stdout: one JSON object on one line.
    ///
    /// # Errors
    /// As for [`Ui::answer`].
    pub fn answer_json(&self, value: &serde_json::Value) -> Result<()> {
        to_stdout(&text::json_line(value))
    }

    /// A picture for stdout, as lines, where that is a terminal with colours and not for a script; else nobody asks for it.
    pub fn drawn(&self, picture: impl FnOnce() -> Option<Picture>) -> Option<String> {
        let palette = Palette::of(|name| crate::paths::env(name)?.into_string().ok());
        let palette = palette.filter(|_| !self.json && io::stdout().is_terminal())?;
        let width = console::Term::stdout().size().1.into();
        Some(gallery::gallery(&[(picture()?, String::new())], width, palette).join("\n"))
    }

    /// Shows pictures, with a text beneath each, on stderr, where that is a terminal with colours and progress is shown to
    /// people. What the texts hold of files must be sanitized.
    pub fn show(&self, pictures: &[(Picture, String)]) {
        let palette = Palette::of(|name| crate::paths::env(name)?.into_string().ok());
        let people = matches!(self.progress, ProgressMode::Auto | ProgressMode::Plain) && !self.json;
        if let Some(palette) = palette.filter(|_| people && io::stderr().is_terminal()) {
            self.screen.line(&gallery::gallery(pictures, self.screen.width(), palette).join("\n"));
        }
    }

    /// Tells on stderr what is going on.
    pub fn status(&self, text: &str) {
        self.screen.line(&sanitize_lines(text));
    }

    /// Tells on stderr what should be known.
    pub fn warn(&self, text: &str) {
        self.screen.line(&text::labelled(Label::Warning, text));
    }

    /// Tells on stderr what can be done.
    pub fn hint(&self, text: &str) {
        self.screen.line(&text::labelled(Label::Hint, text));
    }

    /// Tells on stderr what failed, why, and what to do (as one more line where progress is JSON lines); with `json`
    /// also as the one object on stdout.
    pub fn error(&self, error: &Error) {
        if self.progress == ProgressMode::Json {
            let mut event = serde_json::json!({"event": "failed"});
            event["error"] = error.to_json()["error"].take();
            self.screen.line(&text::json_line(&event));
        } else {
            self.screen.line(&text::error_block(error));
        }
        if self.json {
            // There is nobody left to tell when this fails, and the exit code says it as well.
            let _ = self.answer_json(&error.to_json());
        }
    }

    /// Shows a render for as long as it lives.
    pub fn reporter(&self) -> Box<dyn Reporter> {
        match self.way() {
            Show::Bars => Box::new(bars::Bars::new(self.screen.clone())),
            Show::Plain => Box::new(plain::Plain::new(self.sink())),
            Show::Json => Box::new(json::Json::new(self.sink(), Arc::new(Instant::now))),
            Show::Nothing => Box::new(WarningsOnly::new(self.sink())),
        }
    }

    /// Shows progress over `total` bytes, or over an unknown number of them when that is 0.
    pub fn bytes_bar(&self, total: u64, message: &str) -> Bar {
        match self.way() {
            Show::Bars => Bar::drawn(&self.screen, total, message),
            Show::Plain => Bar::lines(&self.screen, total, message),
            Show::Json | Show::Nothing => Bar::hidden(),
        }
    }

    /// Shows the time of something that tells nothing on its way.
    pub fn timer(&self, message: &str, expected: Duration) -> Timer {
        match self.way() {
            Show::Bars => Timer::drawn(&self.screen, message, expected),
            Show::Plain => Timer::line(&self.screen, message, expected),
            Show::Json | Show::Nothing => Timer::hidden(),
        }
    }

    fn way(&self) -> Show {
        let term = crate::paths::env("TERM");
        self.progress.show(io::stderr().is_terminal(), term.as_ref().and_then(|term| term.to_str()))
    }

    /// Takes the lines of a log of its own form to stderr, as they are.
    pub fn log_sink(&self) -> impl Fn(&str) + Send + Sync + 'static {
        self.sink()
    }

    fn sink(&self) -> Sink {
        let screen = self.screen.clone();
        Box::new(move |line| screen.line(line))
    }
}

/// Shows what went wrong and nothing else.
struct WarningsOnly {
    sink: Sink,
    trouble: Mutex<Trouble>,
}

impl WarningsOnly {
    fn new(sink: Sink) -> Self {
        Self { sink, trouble: Mutex::default() }
    }
}

impl Reporter for WarningsOnly {
    fn report(&self, event: &Event) {
        let line = match event {
            Event::Warning(warning) => Some(text::labelled(Label::Warning, &warning.message)),
            Event::FrameRetried { frame, reason } => {
                Some(text::labelled(Label::Warning, &words::retried(*frame, reason)))
            }
            _ => self.trouble.lock().unwrap_or_else(PoisonError::into_inner).news(event, Instant::now()),
        };
        if let Some(line) = line {
            (self.sink)(&line);
        }
    }
}

fn to_stdout(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.write_all(end.as_bytes()))
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let text = format!("cannot write to stdout: {error}");
            Err(io::Error::new(error.kind(), text).into())
        }
        _ => Ok(()),
    }
}
