//! What a tool takes from the pipe to its stdin, and whether it should be taking something.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::usage::is_seen;
use super::{Child, Stillness};

/// Shared by the thread that feeds a tool and the one that watches it.
#[derive(Debug, Default)]
pub struct Intake {
    taken: AtomicU64,
    /// There are bytes in front of the tool, or there will be none any more: it is its turn.
    offered: AtomicBool,
}

impl Intake {
    /// Hands over all of `from`.
    ///
    /// # Errors
    /// Those of either side.
    pub fn pour(&self, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let count = match from.read(&mut bytes) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.offered.store(true, Ordering::Relaxed);
            to.write_all(&bytes[..count])?;
            self.taken.fetch_add(count as u64, Ordering::Relaxed);
            self.offered.store(false, Ordering::Relaxed);
        }
    }

    /// The tool will get no more: it has to come to its end.
    pub fn end(&self) {
        self.offered.store(true, Ordering::Relaxed);
    }
}

/// Tells a tool that hangs from one that works, or that has nothing to do.
#[derive(Debug)]
pub struct IntakeWatch {
    stillness: Stillness,
    intake: Arc<Intake>,
    seen: (u64, u64),
}

/// Where processor time cannot be seen, a tool that is silent may well be working.
const UNSEEN: Duration = Duration::from_secs(600);

impl IntakeWatch {
    /// A tool that, when it should, takes no byte, tells nothing and does not work for longer than `limit` hangs.
    pub fn new(child: &Child, intake: Arc<Intake>, limit: Duration) -> Self {
        let limit = if is_seen() { limit } else { limit.max(UNSEEN) };
        Self { stillness: Stillness::new(child.id(), limit), intake, seen: (0, 0) }
    }

    /// Whether it hangs; to be asked several times a second. `told` is another number whenever the tool told something.
    pub fn hangs(&mut self, told: u64) -> bool {
        let now = (self.intake.taken.load(Ordering::Relaxed), told);
        if now != self.seen || !self.intake.offered.load(Ordering::Relaxed) {
            self.seen = now;
            self.stillness.heard();
        }
        self.stillness.lasts(1)
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::Instant;

    use super::*;

    const LIMIT: Duration = Duration::from_millis(500);

    /// Nobody moves the places in its files.
    fn idle() -> Child {
        let null = Stdio::null;
        Child::spawn(Command::new("sleep").arg("600").stdin(null()).stdout(null()).stderr(null())).unwrap()
    }

    /// Asks about a tool that does nothing for three limits, or until it hangs.
    fn hangs(offer: impl Fn(&Intake), told: impl Fn(u64) -> u64) -> bool {
        let child = idle();
        let intake = Arc::new(Intake::default());
        let mut watch = IntakeWatch::new(&child, Arc::clone(&intake), LIMIT);
        let began = Instant::now();
        let mut asked = 0;
        while began.elapsed() < 3 * LIMIT {
            offer(&intake);
            asked += 1;
            if watch.hangs(told(asked)) {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }

    #[test]
    fn one_that_has_nothing_to_take_or_that_takes_or_tells_does_not_hang() {
        let nothing = |_: &Intake| ();
        let end = Intake::end;
        let taken = |intake: &Intake| {
            intake.pour(&mut &b"a frame"[..], &mut io::sink()).unwrap();
            intake.end();
        };
        assert!(!hangs(nothing, |_| 0));
        assert!(!hangs(taken, |_| 0));
        assert!(!hangs(end, |asked| asked));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn one_that_should_come_to_its_end_and_is_still_hangs() {
        let child = idle();
        let intake = Arc::new(Intake::default());
        let mut watch = IntakeWatch::new(&child, Arc::clone(&intake), LIMIT);
        intake.end();
        while !watch.hangs(0) {
            thread::sleep(Duration::from_millis(20));
        }
    }
}
