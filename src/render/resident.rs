//! Blenders that wait for the next job, their kernels and caches warm.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::blender::Session;

/// Holds sessions between two jobs, by the GPU that each may use; every job opens its file anew.
#[derive(Debug, Default)]
pub struct Resident {
    keeps: bool,
    idle: Mutex<Vec<(Option<String>, Session)>>,
}

impl Resident {
    /// Sessions stay after a job. Without this they are ended: a [`Default`] one keeps nothing.
    pub fn keeping() -> Self {
        Self { keeps: true, idle: Mutex::default() }
    }

    /// A session for this GPU that waits, if one does.
    pub(super) fn take(&self, visible: Option<&str>) -> Option<Session> {
        let mut idle = self.idle();
        let place = idle.iter().position(|(own, _)| own.as_deref() == visible)?;
        Some(idle.swap_remove(place).1)
    }

    /// A session that has nothing to do any more.
    pub(super) fn put(&self, visible: Option<String>, session: Session) {
        if self.keeps {
            self.idle().push((visible, session));
        } else {
            session.quit();
        }
    }

    /// Ends the sessions that wait.
    pub fn end(&self) {
        let idle = std::mem::take(&mut *self.idle());
        for (_, session) in idle {
            session.quit();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Option<String>, Session)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
