//! Ctrl-C and SIGTERM: the first asks to stop cleanly, the second ends everything at once.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::process;

/// Signals so far.
static SIGNALS: AtomicU32 = AtomicU32::new(0);
/// Signals that ask to finish first: one for a worker, none for a command.
static PATIENCE: AtomicU32 = AtomicU32::new(0);

/// Installs the handler; a second call changes nothing.
pub fn install() {
    // A failure means that a handler is there already, or that the default one stays: Ctrl-C still ends broll.
    let _ = ctrlc::set_handler(|| {
        if SIGNALS.fetch_add(1, Ordering::SeqCst) > PATIENCE.load(Ordering::SeqCst) {
            process::kill_all();
            #[expect(clippy::exit, reason = "the last Ctrl-C must not wait for anything")]
            std::process::exit(130);
        }
    });
}

/// From now on the first signal asks to finish what is at work and take nothing new; the second one stops.
pub fn drain_first() {
    PATIENCE.store(1, Ordering::SeqCst);
}

/// Whether nothing new should be taken.
pub fn draining() -> bool {
    SIGNALS.load(Ordering::SeqCst) > 0
}

/// Whether someone asked broll to stop.
pub fn requested() -> bool {
    SIGNALS.load(Ordering::SeqCst) > PATIENCE.load(Ordering::SeqCst)
}

/// An `interrupted` error once someone asked to stop.
///
/// # Errors
/// See above.
pub fn check() -> Result<()> {
    if requested() { Err(Error::interrupted("interrupted")) } else { Ok(()) }
}

/// Ends one piece of work: by its own flag, with what it is part of, or with everything else on Ctrl-C.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    above: Above,
    grace: Option<Grace>,
}

/// What a piece of work ends with.
#[derive(Debug, Clone, Default)]
enum Above {
    /// The signal that stops broll.
    #[default]
    Stop,
    /// The first signal.
    Drain,
    /// No signal.
    Nothing,
    /// The work that it is part of.
    Whole(Arc<Cancel>),
}

/// How much longer a part may go on than the whole, and when it was first seen that the whole is to end.
#[derive(Debug, Clone)]
struct Grace {
    time: Duration,
    since: Arc<OnceLock<Instant>>,
}

impl Cancel {
    /// For what a worker does while it has nothing to finish: ends with the first signal already.
    pub fn when_draining() -> Self {
        Self { above: Above::Drain, ..Self::default() }
    }

    /// For what must be said even after the signal that stops everything else: ends by its own flag only.
    pub fn deaf() -> Self {
        Self { above: Above::Nothing, ..Self::default() }
    }

    /// For a part of the work: ends with the whole, and can be ended alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { flag: Arc::default(), above: Above::Whole(Arc::new(self.clone())), grace: None }
    }

    /// For a step that should not be torn: ends `time` later than the whole.
    #[must_use]
    pub fn delayed(&self, time: Duration) -> Self {
        Self { grace: Some(Grace { time, since: Arc::default() }), ..self.child() }
    }

    /// Ends the work that holds a clone of this, and its parts.
    pub fn cancel(&self) {
        self.flag.store(true, Ordering::SeqCst);
    }

    /// Whether the work should end.
    pub fn requested(&self) -> bool {
        let above = || match &self.above {
            Above::Stop => requested(),
            Above::Drain => draining(),
            Above::Nothing => false,
            Above::Whole(whole) => whole.requested(),
        };
        let past = |grace: &Grace| grace.since.get_or_init(Instant::now).elapsed() >= grace.time;
        self.flag.load(Ordering::SeqCst) || (above() && self.grace.as_ref().is_none_or(past))
    }

    /// An `interrupted` error once the work should end.
    ///
    /// # Errors
    /// See above.
    pub fn check(&self) -> Result<()> {
        if self.requested() { Err(Error::interrupted("interrupted")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_ends_with_the_whole_and_not_the_other_way_round() {
        let whole = Cancel::default();
        let (one, other) = (whole.child(), whole.child());
        one.cancel();
        assert!(one.requested() && !whole.requested() && !other.requested());
        whole.cancel();
        assert!(other.child().check().is_err());
    }

    #[test]
    fn a_step_with_grace_ends_later_than_the_whole() {
        let whole = Cancel::default();
        let (long, none) = (whole.delayed(Duration::from_secs(3600)), whole.delayed(Duration::ZERO));
        assert!(!long.requested() && !none.requested());
        whole.cancel();
        assert!(!long.requested() && none.requested());
        long.cancel();
        assert!(long.requested());
    }
}
