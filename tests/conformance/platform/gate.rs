//! One thread waits for what another one sees, however long a busy machine takes between.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::worker_side::PATIENCE;

/// Closed until something came about. Clones are the same gate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    pub(crate) fn is_open(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is open; whoever relies on that finds out by what follows, should it never be.
    pub(crate) fn wait(&self) {
        let open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.1.wait_timeout_while(open, PATIENCE, |open| !*open));
    }
}
