//! Frames that wait to be rendered, handed out one at a time to whichever session is free.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The frames of a clip that are still missing, in order.
#[derive(Debug)]
pub(super) struct FrameQueue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<u32>,
    in_work: u32,
    closed: bool,
}

impl FrameQueue {
    /// All of these wait.
    pub(super) fn new(frames: &[u32]) -> Self {
        let waiting = frames.iter().copied().collect();
        Self { state: Mutex::new(State { waiting, in_work: 0, closed: false }), changed: Condvar::new() }
    }

    /// The next frame for a session that is free. While others still work it waits, since one of them may give its
    /// frame back; `None` when no frame will come any more.
    pub(super) fn take(&self) -> Option<u32> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(index) = state.waiting.pop_front() {
                state.in_work += 1;
                return Some(index);
            }
            if state.in_work == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A frame that was taken is whole.
    pub(super) fn finish(&self) {
        self.leave(None);
    }

    /// A frame that was taken is for somebody else, before all others.
    pub(super) fn give_back(&self, index: u32) {
        self.leave(Some(index));
    }

    /// Nobody gets another frame.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Frames that nobody has taken yet.
    pub(super) fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    fn leave(&self, back: Option<u32>) {
        let mut state = self.state();
        state.in_work = state.in_work.saturating_sub(1);
        if let Some(index) = back {
            state.waiting.push_front(index);
        }
        drop(state);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_frame_given_back_reaches_a_session_that_had_nothing_left_to_do() {
        let queue = FrameQueue::new(&[3, 5]);
        assert_eq!((queue.take(), queue.take()), (Some(3), Some(5)));
        thread::scope(|scope| {
            let idle = scope.spawn(|| queue.take());
            queue.finish();
            queue.give_back(5);
            assert_eq!(idle.join().unwrap(), Some(5));
        });
        queue.finish();
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn closing_ends_the_wait() {
        let queue = FrameQueue::new(&[0, 1]);
        queue.take();
        queue.close();
        assert_eq!((queue.take(), queue.waiting()), (None, 1));
    }
}
