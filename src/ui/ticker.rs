//! A thread that calls back at a steady pace for as long as someone holds its handle.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// Stops and joins its thread when dropped.
#[derive(Debug)]
pub(super) struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Calls `tick` after each interval. Without a thread to spare nothing ticks, which only costs looks.
    pub(super) fn start(interval: Duration, mut tick: impl FnMut() + Send + 'static) -> Self {
        let (stop, stopped) = channel::<()>();
        let thread = Builder::new().name("ui".to_owned()).spawn(move || {
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                tick();
            }
        });
        Self { stop: Some(stop), thread: thread.ok() }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn it_ticks_until_it_is_dropped() {
        let count = Arc::new(AtomicU32::new(0));
        let (seen, wait) = (Arc::clone(&count), channel());
        let ticker = Ticker::start(Duration::from_millis(1), move || {
            seen.fetch_add(1, Ordering::SeqCst);
            let _ = wait.0.send(());
        });
        (0..3).for_each(|_| wait.1.recv().unwrap());
        drop(ticker);
        let after = count.load(Ordering::SeqCst);
        assert!(after >= 3);
        assert_eq!(Arc::strong_count(&count), 1, "the thread is gone");
    }
}
