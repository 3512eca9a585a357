//! A worker in a process of its own: the test that needs one starts itself again.

use std::io::Write;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use broll::worker::{Platform, WorkerLog};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::stage::Actor;
use crate::platform::WorkerSide;

/// Set in the process that is the worker.
const ROLE: &str = "BROLL_TEST_ROLE";

/// Becomes the worker if this process was started as one. To be called first in a test that uses [`Worker`].
pub(crate) fn work_if_told() {
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    broll::interrupt::install();
    let env = |name: &str| std::env::var(name).ok();
    #[cfg(target_os = "linux")]
    if env("BROLL_TEST_ADOPT").is_some() {
        nix::sys::prctl::set_child_subreaper(true).unwrap();
    }
    let mut platform = Platform::from_env(&env).unwrap().unwrap();
    platform.ping_interval = Duration::from_millis(200);
    platform.waits.give_up_after = Duration::from_secs(1);
    let log = WorkerLog::from_env(&env, |line| drop(writeln!(std::io::stderr(), "{line}")));
    let end = broll::worker::run(&platform, &Actor, &|| Ok(()), &log).unwrap();
    #[expect(clippy::exit, reason = "the exit code is what the platform sees")]
    std::process::exit(end.exit_code().into());
}

/// A worker's process, ours or the official one; ends with the test.
pub(crate) struct Worker(Child);

impl Worker {
    /// Starts the test named `test` again as a worker for `side`.
    pub(crate) fn start(side: &WorkerSide, test: &str, more: &[(&str, &str)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([test, "--exact", "--nocapture"]).env(ROLE, "worker").envs(more.iter().copied());
        Self::of(command, side)
    }

    /// Starts a program that is a worker for `side`.
    pub(crate) fn of(mut command: Command, side: &WorkerSide) -> Self {
        command.envs(side.env()).stdout(Stdio::null()).stderr(Stdio::inherit());
        Self(command.spawn().expect("the worker starts"))
    }

    /// Returns once it was delivered: two of a kind that wait are one.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.0.id()).unwrap()), signal).unwrap();
        let waits = || {
            let status = fs_err::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
            let pending = status.lines().find_map(|line| line.strip_prefix("ShdPnd:"));
            let pending = pending.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
            pending >> (signal as i32 - 1) & 1 == 1
        };
        while waits() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "the worker does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
