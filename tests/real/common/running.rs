//! A render that is under way: its events as they come, and its children, to be disturbed.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::{Answer, Stage};

/// broll at work, with `--progress json`.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
}

/// Nothing here takes that long on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

impl Running {
    /// Starts the stage's usual render with these arguments.
    pub(crate) fn start(stage: &Stage, args: &[&str]) -> Self {
        let mut all = Stage::render_args(stage.blend().as_os_str(), args);
        all.splice(1..1, ["--progress=json".into()]);
        all.retain(|arg| arg != "off" && arg != "--progress");
        Self::command(stage.command(&all))
    }

    /// Starts any command of broll.
    pub(crate) fn command(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stderr, said: String::new() }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }

    /// Waits for the next event of this kind.
    pub(crate) fn wait_for(&mut self, kind: &str) -> Value {
        loop {
            let mut line = String::new();
            assert_ne!(
                self.stderr.read_line(&mut line).unwrap(),
                0,
                "no event {kind}; broll said:\n{}",
                self.said
            );
            self.said += &line;
            if let Ok(event) = serde_json::from_str::<Value>(&line)
                && event["event"] == kind
            {
                return event;
            }
        }
    }

    /// Waits for a line that holds this text.
    pub(crate) fn wait_for_line(&mut self, text: &str) {
        loop {
            let mut line = String::new();
            assert_ne!(
                self.stderr.read_line(&mut line).unwrap(),
                0,
                "no line {text:?}; broll said:\n{}",
                self.said
            );
            self.said += &line;
            if line.contains(text) {
                return;
            }
        }
    }

    /// The pid of broll's child with this in its command line, once it is there.
    pub(crate) fn child_within(&self, text: &str) -> Pid {
        let find = || children(self.pid()).into_iter().find(|pid| command_line(*pid).contains(text));
        until(text, || find().is_some());
        find().unwrap_or_else(|| panic!("the child {text} is gone"))
    }

    /// The pid of broll's child that runs this program or script.
    pub(crate) fn child(&self, program: &str) -> Pid {
        let found = children(self.pid()).into_iter().find(|pid| command_line(*pid).contains(program));
        found.unwrap_or_else(|| panic!("no child runs {program}; broll said:\n{}", self.said))
    }

    /// Sends a signal to broll itself.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// Waits for the end.
    pub(crate) fn finish(mut self) -> Answer {
        let mut stdout = self.child.stdout.take().unwrap();
        let reader = thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).unwrap();
            bytes
        });
        self.stderr.read_to_string(&mut self.said).unwrap();
        let status = self.child.wait().unwrap();
        Answer::of(std::process::Output {
            status,
            stdout: reader.join().unwrap(),
            stderr: self.said.into_bytes(),
        })
    }
}

/// Waits until a process is gone that should go at once: for less than it would live by itself, and long enough for a
/// machine with other work.
#[track_caller]
pub(crate) fn gone(pid: Pid) {
    let limit = Duration::from_secs(10);
    let began = Instant::now();
    while fs_err::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(began.elapsed() < limit, "{pid} still runs after {limit:?}: {}", command_line(pid));
        thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until something holds.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what} did not happen");
        thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) fn children(parent: Pid) -> Vec<Pid> {
    let processes = fs_err::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let is_child = |pid: &i32| {
        let stat = fs_err::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(") ").next().unwrap_or_default().to_owned();
        after_name.split(' ').nth(1) == Some(&parent.to_string())
    };
    pids.filter(is_child).map(Pid::from_raw).collect()
}

pub(crate) fn command_line(pid: Pid) -> String {
    fs_err::read(format!("/proc/{pid}/cmdline"))
        .map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "))
        .unwrap_or_default()
}
