//! Ctrl-C and SIGTERM: the first asks to stop cleanly, the second ends everything at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::process;

static STOP: AtomicBool = AtomicBool::new(false);

/// Installs the handler; a second call changes nothing.
pub fn install() {
    // A failure means that a handler is there already, or that the default one stays: Ctrl-C still ends broll.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            process::kill_all();
            #[expect(clippy::exit, reason = "the second Ctrl-C must not wait for anything")]
            std::process::exit(130);
        }
    });
}

/// Whether someone asked broll to stop.
pub fn requested() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// An `interrupted` error once someone asked to stop.
///
/// # Errors
/// See above.
pub fn check() -> Result<()> {
    if requested() { Err(Error::interrupted("interrupted")) } else { Ok(()) }
}

/// Ends one piece of work: by its own flag, or with everything else on Ctrl-C.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Ends the work that holds a clone of this.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the work should end.
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::SeqCst) || requested()
    }

    /// An `interrupted` error once the work should end.
    ///
    /// # Errors
    /// See above.
    pub fn check(&self) -> Result<()> {
        if self.requested() { Err(Error::interrupted("interrupted")) } else { Ok(()) }
    }
}
