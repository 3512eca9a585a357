//! Frames that wait to be rendered, handed out one at a time to whichever session is free.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The frames of a clip that are still missing, in order.
#[derive(Debug)]
pub(super) struct FrameQueue(Mutex<VecDeque<u32>>);

impl FrameQueue {
    /// All of these wait.
    pub(super) fn new(frames: &[u32]) -> Self {
        Self(Mutex::new(frames.iter().copied().collect()))
    }

    /// The next frame for a session that is free.
    pub(super) fn take(&self) -> Option<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}
