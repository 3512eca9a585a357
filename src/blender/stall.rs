//! Tells a Blender that hangs from one that thinks: a headless frame is silent from its first sample to its last,
//! and kernels compile silently.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::process;

/// Watches one process group for signs of life.
#[derive(Debug)]
pub(super) struct StallWatch {
    group: i32,
    limit: Duration,
    alive: Instant,
    looked: Instant,
    cpu: Duration,
}

impl StallWatch {
    /// Silence without computing for longer than `limit` is a stall.
    pub(super) fn new(group: i32, limit: Duration) -> Self {
        let now = Instant::now();
        Self { group, limit, alive: now, looked: now, cpu: Duration::ZERO }
    }

    /// How long a stall takes.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// The process printed something, or was given something to do.
    pub(super) fn heard(&mut self) {
        self.alive = Instant::now();
    }

    /// Looks now and then whether it computes; true once it has been still for too long.
    pub(super) fn is_stalled(&mut self) -> bool {
        let now = Instant::now();
        let since = now - self.looked;
        if since < (self.limit / 10).max(Duration::from_millis(200)) {
            return false;
        }
        let cpu = cpu_time(self.group);
        // Timers of idle threads cost a little; a percent of one core is work.
        if cpu.saturating_sub(self.cpu) > since / 100 {
            self.alive = now;
        }
        (self.cpu, self.looked) = (cpu, now);
        if now - self.alive < self.limit {
            return false;
        }
        if gpu_is_busy() {
            self.alive = now;
        }
        now - self.alive >= self.limit
    }
}

#[cfg(target_os = "linux")]
fn cpu_time(group: i32) -> Duration {
    process::group_cpu_time(group)
}

/// Without `/proc` only silence can be seen; a growing figure would hide a stall, so it stands still.
#[cfg(not(target_os = "linux"))]
fn cpu_time(_group: i32) -> Duration {
    Duration::ZERO
}

/// Whether any NVIDIA GPU computes. Inside containers the driver does not tell whose work it is.
fn gpu_is_busy() -> bool {
    let mut command = Command::new("nvidia-smi");
    command.args(["--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]);
    process::capture(&mut command, Duration::from_secs(10)).is_ok_and(|run| {
        run.stdout.lines().any(|line| line.trim().parse::<u32>().is_ok_and(|percent| percent > 0))
    })
}
