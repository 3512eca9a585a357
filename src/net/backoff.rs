//! How long to wait before the next try.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::interrupt::Cancel;

/// Doubling waits with jitter, so that many clients do not come back at the same moment.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    tries: u32,
}

/// How often a wait looks whether it was cancelled.
const TICK: Duration = Duration::from_millis(50);

impl Backoff {
    /// Waits about `first`, then twice that, up to `longest`.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, tries: 0 }
    }

    /// The next wait: between half of it and all of it.
    pub fn next_wait(&mut self) -> Duration {
        let full = self.first.saturating_mul(1 << self.tries.min(20)).min(self.longest);
        self.tries += 1;
        // The standard library seeds its hashers from the system's random numbers.
        let random = RandomState::new().build_hasher().finish() % 1000;
        full / 2 + full / 2 * u32::try_from(random).unwrap_or(0) / 1000
    }

    /// Starts over after a success.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// Waits as [`Self::next_wait`] says, or as long as the server asked for.
    ///
    /// # Errors
    /// `interrupted` as soon as `cancel` asks to end.
    pub fn wait(&mut self, asked: Option<Duration>, cancel: &Cancel) -> Result<()> {
        let own = self.next_wait();
        sleep(asked.map_or(own, |asked| asked.max(own)), cancel)
    }
}

/// Sleeps, but not longer than nobody cancels.
///
/// # Errors
/// `interrupted` as soon as `cancel` asks to end.
pub fn sleep(time: Duration, cancel: &Cancel) -> Result<()> {
    let end = Instant::now() + time;
    loop {
        cancel.check()?;
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(TICK));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(350));
        for full in [100, 200, 350, 350] {
            let wait = backoff.next_wait().as_millis();
            assert!((full / 2..=full).contains(&wait), "{wait} of {full}");
        }
        backoff.reset();
        assert!(backoff.next_wait().as_millis() <= 100);
    }
}
