//! For how long a process group has done nothing at all.

use std::time::{Duration, Instant};

use super::usage::{Usage, group_usage};

/// Watches one process group for signs of life: what it tells or takes, the processor time it uses, the files it reads and
/// writes.
#[derive(Debug)]
pub struct Stillness {
    group: i32,
    limit: Duration,
    alive: Instant,
    looked: Instant,
    asked: Instant,
    used: Usage,
}

/// How long a tool may be still where nobody says otherwise, as `--stall-timeout` has it.
pub const STALL: Duration = Duration::from_secs(120);

/// Whoever asks less often than this was stopped itself, by Ctrl-Z or by a machine that had no time for it: what it did
/// not see says nothing about the group.
const ABSENT: Duration = Duration::from_secs(5);
/// How many times the limit a group may wait for a disk: one that has to start, or that others keep busy.
const DISK: u32 = 5;

impl Stillness {
    /// The group was started just now; without a sign of life for longer than `limit` it is still.
    pub fn new(group: i32, limit: Duration) -> Self {
        let now = Instant::now();
        Self { group, limit, alive: now, looked: now, asked: now, used: Usage::default() }
    }

    /// The group gave a sign of life, or was given something to do.
    pub fn heard(&mut self) {
        let now = Instant::now();
        (self.alive, self.asked) = (now, now);
    }

    /// Whether the group has been still for so many times the limit. To be asked several times a second; looks at the group
    /// now and then, and says yes only when it has just looked.
    pub fn lasts(&mut self, times: u32) -> bool {
        self.lasts_at(Instant::now(), times)
    }

    fn lasts_at(&mut self, now: Instant, times: u32) -> bool {
        if now - self.asked > ABSENT {
            self.alive = now;
        }
        self.asked = now;
        let since = now - self.looked;
        if since < (self.limit / 10).max(Duration::from_millis(200)) {
            return false;
        }
        let used = group_usage(self.group);
        // Timers of idle threads cost a little; a percent of one core is work.
        let works = used.runs || used.cpu.saturating_sub(self.used.cpu) > since / 100;
        if works || used.positions != self.used.positions {
            self.alive = now;
        }
        (self.used, self.looked) = (used, now);
        let times = if used.waits_for_disk { times.max(DISK) } else { times };
        now - self.alive >= self.limit.saturating_mul(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_in_which_nobody_looked_does_not_count() {
        let mut stillness = Stillness::new(i32::MAX, Duration::from_secs(120));
        let began = Instant::now();
        let mut still = |seconds| stillness.lasts_at(began + Duration::from_secs(seconds), 1);
        assert!(!still(600));
        let first = (601..1000).find(|second| still(*second)).unwrap();
        assert!((720..=732).contains(&first), "{first}");
        assert!(!still(9000));
    }
}
