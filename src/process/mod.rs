//! Child processes: each leads its own process group, so that nothing it started outlives it.

mod capture;
mod intake;
mod memory;
mod nursery;
#[cfg(target_os = "linux")]
mod orphans;
mod stillness;
mod tail;
mod usage;

pub(crate) use capture::still;
pub use capture::{Captured, Fed, capture, capture_fed};
pub use intake::{Intake, IntakeWatch};
pub use memory::largest_child;
pub use nursery::spawn_lasting;
#[cfg(target_os = "linux")]
pub use orphans::{adopts_orphans, reap_orphans};
pub use stillness::{STALL, Stillness};
pub use tail::Tail;

use std::io;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Groups that are alive, for [`kill_all`].
static GROUPS: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// No tool needs them, and Blender reads files of strangers.
const SECRETS: [&str; 7] = [
    "RUNPOD_API_KEY",
    "RUNPOD_AI_API_KEY",
    "BROLL_SERVE_TOKEN",
    "BUCKET_ACCESS_KEY_ID",
    "BUCKET_SECRET_ACCESS_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// How often a wait with a limit looks again.
const POLL: Duration = Duration::from_millis(10);

/// A child that leads its own process group; dropping it kills the group.
#[derive(Debug)]
pub struct Child {
    inner: std::process::Child,
    group: i32,
    status: Option<ExitStatus>,
}

impl Child {
    /// Starts `command` as the leader of a new process group.
    ///
    /// # Errors
    /// Those of [`Command::spawn`].
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        use std::os::unix::process::CommandExt;
        for name in SECRETS {
            command.env_remove(name);
        }
        // Under the lock, so that nobody sees a child that is not in the list yet.
        let mut groups = groups();
        let inner = command.process_group(0).spawn()?;
        let group = i32::try_from(inner.id()).map_err(io::Error::other)?;
        groups.push(group);
        Ok(Self { inner, group, status: None })
    }

    /// The process id, which is also the id of its group.
    pub fn id(&self) -> i32 {
        self.group
    }

    /// The pipe to the child's stdin, once.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.inner.stdin.take()
    }

    /// The pipe from the child's stdout, once.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.inner.stdout.take()
    }

    /// The pipe from the child's stderr, once.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.inner.stderr.take()
    }

    /// The exit status, if the child has ended.
    pub fn try_wait(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            self.status = self.inner.try_wait().ok().flatten();
        }
        self.status
    }

    /// Waits up to `limit` for the child to end by itself.
    pub fn wait_up_to(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.try_wait() {
                return Some(status);
            }
            if Instant::now() >= deadline {
                return None;
            }
            thread::sleep(POLL);
        }
    }

    /// Ends the whole group: waits `grace` for the child to end by itself, then kills what is left.
    pub fn end(&mut self, grace: Duration) -> Option<ExitStatus> {
        self.wait_up_to(grace);
        // The leader may be gone while what it started is not.
        let _ = killpg(Pid::from_raw(self.group), Signal::SIGKILL);
        if self.status.is_none() {
            self.status = self.inner.wait().ok();
        }
        groups().retain(|group| *group != self.group);
        self.status
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

/// Kills every group that is alive, at once.
pub fn kill_all() {
    for group in groups().iter() {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
    }
}

fn groups() -> std::sync::MutexGuard<'static, Vec<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a process ended, in words: `exit code 1`, `signal 11 (SIGSEGV)`.
pub fn describe(status: Option<ExitStatus>) -> String {
    use std::os::unix::process::ExitStatusExt;
    let Some(status) = status else { return "it is gone".to_owned() };
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(number)) => match Signal::try_from(number) {
            Ok(signal) => format!("signal {number} ({signal})"),
            Err(_) => format!("signal {number}"),
        },
        (None, None) => "an unknown end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::capture::tests::sh;
    use super::*;

    #[test]
    fn a_grandchild_dies_with_the_group() {
        let mut child =
            Child::spawn(sh("sleep 600 & echo $!; wait").stdout(std::process::Stdio::piped())).unwrap();
        let mut line = String::new();
        io::BufRead::read_line(&mut io::BufReader::new(child.take_stdout().unwrap()), &mut line).unwrap();
        let grandchild = Pid::from_raw(line.trim().parse().unwrap());
        child.end(Duration::ZERO);
        let deadline = Instant::now() + Duration::from_secs(5);
        let zombie_or_gone = || {
            fs_err::read_to_string(format!("/proc/{grandchild}/stat"))
                .map_or(true, |stat| stat.contains(") Z "))
        };
        while !zombie_or_gone() {
            assert!(Instant::now() < deadline, "the grandchild still runs");
            thread::sleep(POLL);
        }
    }

    #[test]
    fn no_tool_sees_a_key() {
        let mut command = sh("echo \"key=$RUNPOD_AI_API_KEY$BUCKET_SECRET_ACCESS_KEY other=$OTHER\"");
        command
            .env("RUNPOD_AI_API_KEY", "s3cret")
            .env("BUCKET_SECRET_ACCESS_KEY", "s3cret")
            .env("OTHER", "kept");
        let run = capture(&mut command, Duration::from_secs(10)).unwrap();
        assert_eq!(run.stdout, "key= other=kept\n");
    }

    #[test]
    fn ends_are_told_in_words() {
        let status = capture(&mut sh("kill -SEGV $$"), Duration::from_secs(10)).unwrap().status;
        assert_eq!(describe(Some(status)), "signal 11 (SIGSEGV)");
    }
}
