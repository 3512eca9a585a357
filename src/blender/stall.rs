//! Tells a Blender that hangs from one that thinks: a headless frame is silent from its first sample to its last,
//! and kernels compile silently.

use std::process::Command;
use std::time::Duration;

use crate::process::{self, Stillness};

/// Watches one process group for signs of life.
#[derive(Debug)]
pub(super) struct StallWatch {
    stillness: Stillness,
    limit: Duration,
    compiling: bool,
    /// Whether what it does may be the work of a GPU.
    on_gpu: bool,
}

/// How many times the limit a compile of kernels may be still. It uses processor time of Blender's own where that can be
/// seen, but not where the compiler is another process (Metal) or where one session waits for the compile of
/// another. With the default limit 20 minutes; an H200's driver was seen to compile for more than nine.
const COMPILING: u32 = 10;

impl StallWatch {
    /// Silence without computing for longer than `limit` is a stall.
    pub(super) fn new(group: i32, limit: Duration) -> Self {
        Self { stillness: Stillness::new(group, limit), limit, compiling: false, on_gpu: true }
    }

    /// For a question that takes no GPU: one that is busy with the work of others says nothing then.
    pub(super) fn brief(group: i32, limit: Duration) -> Self {
        Self { on_gpu: false, ..Self::new(group, limit) }
    }

    /// How long a stall takes, as things are.
    pub(super) fn limit(&self) -> Duration {
        self.limit.saturating_mul(self.times())
    }

    fn times(&self) -> u32 {
        if self.compiling { COMPILING } else { 1 }
    }

    /// Whether what the process told last is that it loads kernels.
    pub(super) fn compiles(&mut self, compiling: bool) {
        self.compiling = compiling;
    }

    /// The process printed something, or was given something to do.
    pub(super) fn heard(&mut self) {
        self.stillness.heard();
    }

    /// Looks now and then whether it computes; true once it has been still for too long.
    pub(super) fn is_stalled(&mut self) -> bool {
        if !self.stillness.lasts(self.times()) {
            return false;
        }
        if self.on_gpu && gpu_is_busy() {
            self.stillness.heard();
            return false;
        }
        true
    }
}

/// Whether any NVIDIA GPU computes. Inside containers the driver does not tell whose work it is.
fn gpu_is_busy() -> bool {
    let mut command = Command::new("nvidia-smi");
    command.args(["--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]);
    process::capture(&mut command, Duration::from_secs(10)).is_ok_and(|run| {
        run.stdout.lines().any(|line| line.trim().parse::<u32>().is_ok_and(|percent| percent > 0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Child;
    use std::process::Stdio;
    use std::thread;
    use std::time::Instant;

    const LIMIT: Duration = Duration::from_millis(600);

    /// When a silent process that runs this script was taken for stalled, if it was within so many limits.
    fn stalled(script: &str, compiling: bool, limits: u32) -> Option<Duration> {
        // Others write where this process does, which moves the place in that file.
        let null = Stdio::null;
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(null()).stdout(null()).stderr(null());
        let child = Child::spawn(&mut command).unwrap();
        let mut watch = StallWatch::new(child.id(), LIMIT);
        watch.compiles(compiling);
        let began = Instant::now();
        while began.elapsed() < limits * LIMIT {
            if watch.is_stalled() {
                return Some(began.elapsed());
            }
            thread::sleep(Duration::from_millis(20));
        }
        None
    }

    #[test]
    fn one_that_is_still_stalls_unless_it_compiles() {
        assert!(stalled("sleep 600", false, 100).is_some_and(|after| after >= LIMIT));
        assert_eq!(stalled("sleep 600", true, 6), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn one_that_computes_never_stalls_whatever_it_told() {
        assert_eq!(stalled("while :; do :; done", false, 6), None);
    }

    #[test]
    fn a_compile_has_a_limit_too() {
        let mut watch = StallWatch::new(1, Duration::from_secs(120));
        watch.compiles(true);
        assert_eq!(watch.limit(), Duration::from_secs(1200));
        watch.compiles(false);
        assert_eq!(watch.limit(), Duration::from_secs(120));
        let mut endless = StallWatch::new(1, Duration::MAX);
        endless.compiles(true);
        assert_eq!(endless.limit(), Duration::MAX);
    }
}
