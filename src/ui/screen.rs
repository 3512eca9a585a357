//! stderr as a screen: lines that stay, above bars that move.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};

/// Shared by everything that writes to stderr, so that a line never tears a bar.
#[derive(Debug, Clone)]
pub(super) struct Screen {
    bars: MultiProgress,
    live: Arc<AtomicUsize>,
    /// Columns, where no terminal can be asked.
    fixed_width: Option<usize>,
}

impl Screen {
    /// The process's stderr.
    pub(super) fn stderr() -> Self {
        // Bars are redrawn ten times a second; a higher limit never holds the last one back.
        Self::new(ProgressDrawTarget::stderr_with_hz(20), None)
    }

    fn new(target: ProgressDrawTarget, fixed_width: Option<usize>) -> Self {
        Self { bars: MultiProgress::with_draw_target(target), live: Arc::default(), fixed_width }
    }

    /// A terminal in memory.
    #[cfg(test)]
    pub(super) fn memory(term: &indicatif::InMemoryTerm) -> Self {
        use indicatif::TermLike;
        let target = ProgressDrawTarget::term_like(Box::new(term.clone()));
        Self::new(target, Some(term.width().into()))
    }

    /// Columns of the terminal.
    pub(super) fn width(&self) -> usize {
        self.fixed_width.unwrap_or_else(|| Term::stderr().size().1.into())
    }

    /// Writes a line, or several, above whatever bars there are. A stderr that is gone is no reason to stop.
    pub(super) fn line(&self, text: &str) {
        if self.live.load(Ordering::SeqCst) > 0 {
            let _ = self.bars.println(text);
        } else {
            // One write, so that lines of several processes on one terminal do not mix.
            let _ = std::io::stderr().lock().write_all(format!("{text}\n").as_bytes());
        }
    }

    /// Shows a bar until the handle is dropped.
    pub(super) fn add(&self, bar: ProgressBar) -> LiveBar {
        self.live.fetch_add(1, Ordering::SeqCst);
        LiveBar { bar: self.bars.add(bar), live: Arc::clone(&self.live) }
    }
}

/// A bar on the screen; dropping it takes it away.
#[derive(Debug)]
pub(super) struct LiveBar {
    bar: ProgressBar,
    live: Arc<AtomicUsize>,
}

impl std::ops::Deref for LiveBar {
    type Target = ProgressBar;

    fn deref(&self) -> &ProgressBar {
        &self.bar
    }
}

impl Drop for LiveBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        self.live.fetch_sub(1, Ordering::SeqCst);
    }
}
