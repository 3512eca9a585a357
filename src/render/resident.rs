//! A Blender that waits for the next job, its kernels and caches warm.

use std::sync::{Mutex, PoisonError};

use crate::blender::Session;

/// Holds the session between two jobs; every job opens its file anew.
#[derive(Debug, Default)]
pub struct Resident {
    keeps: bool,
    idle: Mutex<Option<Session>>,
}

impl Resident {
    /// Sessions stay after a job. Without this they are ended: a [`Default`] one keeps nothing.
    pub fn keeping() -> Self {
        Self { keeps: true, idle: Mutex::default() }
    }

    /// The session that waits, if one does.
    pub(super) fn take(&self) -> Option<Session> {
        self.idle().take()
    }

    /// A session that has nothing to do any more.
    pub(super) fn put(&self, session: Session) {
        let surplus = if self.keeps { self.idle().replace(session) } else { Some(session) };
        surplus.map(Session::quit);
    }

    /// Ends the session that waits.
    pub fn end(&self) {
        self.take().map(Session::quit);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Option<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
