//! One resident Blender: started, spoken to one command at a time, ended with everything it started.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::fault::Fault;
use super::log::{LineSplitter, LogLine, Phase, ProblemKind, parse_line};
use super::log_file::{self, LogFile};
use super::protocol::{FrameDone, Hello, Inspection, Open, Packed, SceneFacts, encode_path};
use super::stall::StallWatch;
use super::{Assignment, Program, Trials, Version};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::process::{self, Child, Tail};
use crate::request::Backend;

/// What a session is started with.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// The Blender.
    pub program: Program,
    /// Its version, when known before it is started.
    pub version: Option<Version>,
    /// `driver.py`.
    pub driver: PathBuf,
    /// The empty folder in place of the user's Blender settings.
    pub home: PathBuf,
    /// Everything Blender prints goes here as well.
    pub log: PathBuf,
    /// Silence without computing for longer than this is a stall.
    pub stall_timeout: Duration,
    /// Ends whatever the session is doing.
    pub cancel: Cancel,
    /// The GPU it may use, as `CUDA_VISIBLE_DEVICES`; all of them otherwise.
    pub visible: Option<String>,
}

/// Lines shown when Blender fails.
const SHOWN: usize = 20;
/// How often a waiting session looks for an interruption.
const TICK: Duration = Duration::from_millis(100);
/// Time for Blender to end by itself after `quit`.
const QUIT_GRACE: Duration = Duration::from_secs(2);

/// A Blender that has nothing to do answers at once, unless its memory has to come back from a disk.
const AWAKE: Duration = Duration::from_secs(10);

/// Bytes of one line that are kept: an answer lists every external file of a template.
const LONGEST_ANSWER: usize = 64 << 20;

/// No session lives longer; its folder's time is that of its start, or of its last change.
const LONGEST_SESSION: Duration = Duration::from_secs(14 * 24 * 3600);

enum Incoming {
    Line(String),
    Message(Value),
}

/// A running Blender with the driver in it.
#[derive(Debug)]
pub struct Session {
    child: Child,
    /// Goes with the session: Blender has no time to tidy up.
    _scratch: TempDir,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Incoming>,
    commands: u64,
    tail: Tail,
    printed: Vec<ProblemKind>,
    log: LogFile,
    stall: StallWatch,
    cancel: Cancel,
    started_as: (Program, Option<Version>),
}

impl Session {
    /// Starts the process; the first command should be [`Self::hello`].
    ///
    /// # Errors
    /// `blender_unrunnable` (exit 3) when it does not start.
    pub fn start(options: &SessionOptions) -> Result<Self> {
        let mut command = options.program.command(options.version, &options.driver, &options.home);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let scratch = tempfile::Builder::new().prefix("blender-").tempdir_in(scratch_home(options)?)?;
        command.env("TMPDIR", scratch.path());
        if let Some(gpu) = &options.visible {
            command.env("CUDA_VISIBLE_DEVICES", gpu);
            // nvidia-smi counts by bus; CUDA by itself counts the fastest first. A list of the caller's own keeps its order.
            if crate::paths::env("CUDA_VISIBLE_DEVICES").is_none() {
                command.env("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
            }
        }
        let mut child = process::spawn_lasting(command).map_err(|error| {
            let what = format!("Blender does not start: {}", options.program.path().display());
            Error::environment("blender_unrunnable", what)
                .source(error)
                .hint("run `broll doctor`, or `broll setup` for the managed Blender")
        })?;
        let log = LogFile::open(&options.log, log_file::LONGEST)?;
        let (sender, incoming) = channel();
        let nonce = nonce();
        listen(child.take_stdout(), sender.clone(), format!("@broll-{nonce} "));
        // Answers never come on stderr, so nothing there is taken for one.
        listen(child.take_stderr(), sender, String::new());
        let stall = StallWatch::new(child.id(), options.stall_timeout);
        let mut session = Self {
            stdin: child.take_stdin(),
            child,
            _scratch: scratch,
            incoming,
            commands: 0,
            tail: Tail::new(SHOWN),
            printed: Vec::new(),
            log,
            stall,
            cancel: options.cancel.clone(),
            started_as: (options.program.clone(), options.version),
        };
        session.send(&json!({"cmd": "nonce", "nonce": nonce}));
        Ok(session)
    }

    /// Whether these options would start the same Blender.
    pub fn is_one_of(&self, options: &SessionOptions) -> bool {
        (&self.started_as.0, self.started_as.1) == (&options.program, options.version)
    }

    /// Whether one that waited still answers: it may have died, been stopped, or hang. Then it is ended. Another job's limits
    /// are those that count from here on.
    pub fn wakes(&mut self, options: &SessionOptions) -> bool {
        self.renew(options);
        self.stall = StallWatch::brief(self.child.id(), AWAKE.min(options.stall_timeout));
        let wakes = self.hello(&[], false).is_ok();
        self.renew(options);
        wakes
    }

    /// Takes another job's limits on, for a session that outlives its job.
    pub fn renew(&mut self, options: &SessionOptions) {
        self.cancel = options.cancel.clone();
        self.stall = StallWatch::new(self.child.id(), options.stall_timeout);
    }

    /// Asks for the version and for the devices of these backends, or only of the first that has any.
    ///
    /// # Errors
    /// The [`Fault`].
    pub fn hello(&mut self, backends: &[Backend], all: bool) -> Result<Hello, Fault> {
        let names: Vec<&str> = backends.iter().map(|backend| backend.cycles_name()).collect();
        self.call(json!({"cmd": "hello", "backends": names, "all": all}), &mut |_| {})
    }

    /// Opens a file anew; `heard` gets every line of Blender's log meanwhile.
    ///
    /// # Errors
    /// The [`Fault`].
    pub fn open(&mut self, open: &Open, heard: &mut dyn FnMut(&LogLine)) -> Result<SceneFacts, Fault> {
        self.call(open.command(), heard)
    }

    /// Renders the scene at `frame` + `subframe` into `path`, which appears when it is whole.
    ///
    /// # Errors
    /// The [`Fault`].
    pub fn render(
        &mut self,
        at: (i64, f64),
        path: &Path,
        heard: &mut dyn FnMut(&LogLine),
    ) -> Result<FrameDone, Fault> {
        let command = json!({"cmd": "render", "frame": at.0, "subframe": at.1, "path": encode_path(path)});
        self.call(command, heard)
    }

    /// Counts what the open scene holds.
    ///
    /// # Errors
    /// The [`Fault`].
    pub fn inspect(&mut self) -> Result<Inspection, Fault> {
        self.call(json!({"cmd": "inspect"}), &mut |_| {})
    }

    /// Puts the files that lie beside a .blend inside it, and saves that as `to`.
    ///
    /// # Errors
    /// The [`Fault`].
    pub fn pack(&mut self, file: &Path, to: &Path) -> Result<Packed, Fault> {
        let command = json!({"cmd": "pack", "file": encode_path(file), "to": encode_path(to)});
        self.call(command, &mut |_| {})
    }

    /// Tries values in a file as it was saved, one after the other; then no file is open.
    ///
    /// # Errors
    /// The [`Fault`]; a value that does not fit is none.
    pub fn attempt(&mut self, file: &Path, assignments: &[Assignment]) -> Result<Trials, Fault> {
        let values: Vec<Value> = assignments.iter().map(Assignment::command).collect();
        let command = json!({"cmd": "attempt", "file": encode_path(file), "assignments": values});
        self.call(command, &mut |_| {})
    }

    /// Ends Blender: asks, waits a little, then kills its whole group.
    pub fn quit(mut self) -> Option<ExitStatus> {
        self.send(&json!({"cmd": "quit"}));
        drop(self.stdin.take());
        self.child.end(QUIT_GRACE)
    }

    /// The last lines Blender printed, oldest first.
    pub fn last_lines(&self) -> String {
        self.tail.text()
    }

    /// Problems Blender printed since the last command was sent.
    pub fn printed(&self) -> &[ProblemKind] {
        &self.printed
    }

    /// Where what Blender printed can be read.
    pub fn log_path(&self) -> &Path {
        self.log.path()
    }

    fn send(&mut self, command: &Value) {
        // A pipe that broke is found by whoever waits for the answer.
        let _ = self.stdin.as_mut().map(|stdin| stdin.write_all(format!("{command}\n").as_bytes()));
    }

    fn call<T: DeserializeOwned>(
        &mut self,
        mut command: Value,
        heard: &mut dyn FnMut(&LogLine),
    ) -> Result<T, Fault> {
        self.commands += 1;
        self.printed.clear();
        command["id"] = self.commands.into();
        self.send(&command);
        self.stall.heard();
        self.stall.compiles(false);
        loop {
            match self.incoming.recv_timeout(TICK) {
                Ok(Incoming::Line(line)) => self.hear(&line, heard),
                Ok(Incoming::Message(message)) => {
                    self.stall.heard();
                    if let Some(status) = message.get("status").and_then(Value::as_str) {
                        let parsed = parse_line(status);
                        self.note_phase(&parsed);
                        heard(&parsed);
                    } else if message.get("id") == Some(&self.commands.into()) {
                        return read_answer(message);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(self.died()),
            }
            if self.cancel.requested() {
                self.child.end(Duration::ZERO);
                return Err(Fault::Interrupted);
            }
            if self.stall.is_stalled() {
                self.child.end(Duration::ZERO);
                return Err(Fault::Stalled { seconds: self.stall.limit().as_secs() });
            }
        }
    }

    fn hear(&mut self, line: &str, heard: &mut dyn FnMut(&LogLine)) {
        self.stall.heard();
        self.tail.push(line);
        self.log.push(line);
        let parsed = parse_line(line);
        if let LogLine::Problem(problem) = &parsed {
            self.printed.push(problem.kind);
        }
        self.note_phase(&parsed);
        heard(&parsed);
    }

    /// A session that loads kernels may be silent and still for longer.
    fn note_phase(&mut self, line: &LogLine) {
        if let LogLine::Status(status) = line {
            self.stall.compiles(matches!(status.phase, Phase::Kernels { .. }));
        }
    }

    fn died(&mut self) -> Fault {
        use std::os::unix::process::ExitStatusExt;
        let status = self.child.end(QUIT_GRACE);
        // Nobody in broll kills a session that is being waited for, so SIGKILL came from outside.
        let killed = status.and_then(|status| status.signal()) == Some(9);
        Fault::Died { how: process::describe(status), killed }
    }
}

/// Where sessions have their temporary files: beside the empty settings. What killed ones left there goes.
fn scratch_home(options: &SessionOptions) -> Result<PathBuf> {
    let folder = options.home.with_file_name("blender-tmp");
    fs_err::create_dir_all(&folder)?;
    for entry in fs_err::read_dir(&folder)?.flatten() {
        let written = entry.metadata().and_then(|data| data.modified()).ok();
        if written.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > LONGEST_SESSION) {
            let _ = fs_err::remove_dir_all(entry.path());
        }
    }
    Ok(folder)
}

fn read_answer<T: DeserializeOwned>(mut message: Value) -> Result<T, Fault> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(error) = message.get("error") {
        return Err(Fault::Refused {
            code: text(error, "code").unwrap_or_default(),
            message: text(error, "message").unwrap_or_default(),
            hint: text(error, "hint"),
        });
    }
    serde_json::from_value(message["result"].take()).map_err(|error| Fault::Refused {
        code: "driver".to_owned(),
        message: format!("the driver's answer cannot be read: {error}"),
        hint: None,
    })
}

/// Reads a pipe to its end in a thread; lines with the prefix are messages, all others are log.
fn listen(pipe: Option<impl Read + Send + 'static>, sender: Sender<Incoming>, prefix: String) {
    let Some(mut pipe) = pipe else { return };
    thread::spawn(move || {
        let mut splitter = LineSplitter::keeping(LONGEST_ANSWER);
        let mut bytes = vec![0; 16 * 1024];
        let mut take = |line: &str| {
            let message = line
                .strip_prefix(&prefix)
                .filter(|_| !prefix.is_empty())
                .and_then(|json| serde_json::from_str(json).ok());
            // The session is gone when nobody listens: the pipe is then read to its end all the same.
            let _ = sender.send(message.map_or_else(|| Incoming::Line(line.to_owned()), Incoming::Message));
        };
        while let Ok(count @ 1..) = pipe.read(&mut bytes) {
            splitter.push(&bytes[..count], &mut take);
        }
        splitter.finish(&mut take);
    });
}

/// Something no file can know: the standard library seeds its hashers from the system's random numbers.
fn nonce() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let half = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half())
}
