//! Progress of one job: an ordered queue of length one, since each snapshot stands for itself.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::interrupt::Cancel;

/// Takes snapshots as often as they come, and gives the latest away one after the other with a pause between.
#[derive(Debug)]
pub(super) struct Progress {
    state: Mutex<State>,
    changed: Condvar,
    /// Ends a post that is under way.
    abandon: Cancel,
}

#[derive(Debug, Default)]
struct State {
    latest: Option<Value>,
    posting: bool,
    closed: bool,
}

impl Progress {
    /// `stopped` ends it like [`Self::close`], without any patience.
    pub(super) fn new(stopped: &Cancel) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), abandon: stopped.child() }
    }

    /// A new snapshot; an older one that nobody has seen is forgotten.
    pub(super) fn tell(&self, snapshot: Value) {
        let mut state = self.lock();
        if !state.closed {
            state.latest = Some(snapshot);
            self.changed.notify_all();
        }
    }

    /// Posts snapshots until [`Self::close`], at most one in `every`. `post` is to end early when its flag asks for it.
    pub(super) fn forward(&self, every: Duration, post: impl Fn(&Value, &Cancel)) {
        let mut last: Option<Instant> = None;
        loop {
            let mut state = self.lock();
            let snapshot = loop {
                if state.closed {
                    return;
                }
                let early = last.map_or(Duration::ZERO, |last| every.saturating_sub(last.elapsed()));
                state = match (&state.latest, early) {
                    (None, _) => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                    (Some(_), Duration::ZERO) => break state.latest.take(),
                    (Some(_), early) => {
                        self.changed.wait_timeout(state, early).unwrap_or_else(PoisonError::into_inner).0
                    }
                };
            };
            state.posting = true;
            drop(state);
            last = Some(Instant::now());
            if let Some(snapshot) = snapshot.filter(|_| !self.abandon.requested()) {
                post(&snapshot, &self.abandon);
            }
            self.lock().posting = false;
            self.changed.notify_all();
        }
    }

    /// Forgets what was not posted yet. A post that is under way may take `patience` to end, then it is given up. What
    /// [`Self::forward`] runs on is to be joined after this: only then nothing can follow any more.
    pub(super) fn close(&self, patience: Duration) {
        let mut state = self.lock();
        state.closed = true;
        state.latest = None;
        self.changed.notify_all();
        let waited = self.changed.wait_timeout_while(state, patience, |state| state.posting);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        self.abandon.cancel();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn the_latest_snapshot_wins() {
        let progress = Progress::new(&Cancel::deaf());
        let ((posted, seen), (go, gone)) = (channel(), channel::<()>());
        let gone = Mutex::new(gone);
        thread::scope(|scope| {
            scope.spawn(|| {
                progress.forward(Duration::ZERO, |snapshot, _| {
                    posted.send(snapshot.clone()).unwrap();
                    gone.lock().unwrap().recv().unwrap();
                });
            });
            progress.tell(1.into());
            assert_eq!(seen.recv().unwrap(), 1);
            (2..=9).for_each(|number| progress.tell(number.into()));
            go.send(()).unwrap();
            assert_eq!(seen.recv().unwrap(), 9);
            go.send(()).unwrap();
            progress.close(LONG);
            progress.tell(10.into());
        });
        assert!(seen.try_recv().is_err());
    }

    #[test]
    fn a_post_that_hangs_is_given_up_and_nothing_follows() {
        let progress = Progress::new(&Cancel::deaf());
        let (posted, seen) = channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                progress.forward(Duration::ZERO, |snapshot, cancel| {
                    posted.send(snapshot.clone()).unwrap();
                    assert!(crate::net::sleep(LONG, cancel).is_err());
                });
            });
            progress.tell(1.into());
            seen.recv().unwrap();
            progress.tell(2.into());
            progress.close(Duration::ZERO);
        });
        assert!(seen.try_recv().is_err());
    }

    #[test]
    fn posts_keep_their_distance_and_the_end_does_not_wait_for_it() {
        let progress = Progress::new(&Cancel::deaf());
        let (posted, seen) = channel();
        thread::scope(|scope| {
            scope.spawn(|| progress.forward(LONG, |snapshot, _| posted.send(snapshot.clone()).unwrap()));
            progress.tell(1.into());
            assert_eq!(seen.recv().unwrap(), 1);
            progress.tell(2.into());
            progress.close(LONG);
        });
        assert!(seen.try_recv().is_err());
    }

    #[test]
    fn nothing_is_posted_for_a_stopped_job() {
        let stopped = Cancel::deaf();
        let progress = Progress::new(&stopped);
        stopped.cancel();
        progress.tell(1.into());
        thread::scope(|scope| {
            scope.spawn(|| progress.forward(Duration::ZERO, |_, _| panic!("posted")));
            while progress.lock().latest.is_some() {
                thread::yield_now();
            }
            progress.close(LONG);
        });
    }
}
