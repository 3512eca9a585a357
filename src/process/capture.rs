//! A tool run to its end, with what it said.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Child, Intake, IntakeWatch};
use crate::interrupt::Cancel;

/// What a tool said and how it ended.
#[derive(Debug)]
pub struct Captured {
    /// How it ended.
    pub status: ExitStatus,
    /// The end of its stdout (at least the last mebibyte), invalid UTF-8 replaced.
    pub stdout: String,
    /// The end of its stderr, likewise.
    pub stderr: String,
}

/// Bytes of a stream that are kept: a tool that floods its output must not fill the memory.
const KEPT: usize = 1 << 20;
/// How often a running tool is looked after.
const TICK: Duration = Duration::from_millis(100);

/// Runs a tool to its end with its output captured, for at most `limit`.
///
/// # Errors
/// An I/O error when it cannot start, `TimedOut` when it does not end in time, `Interrupted` on Ctrl-C and when cancelled.
pub fn capture(command: &mut Command, limit: Duration) -> io::Result<Captured> {
    capture_fed(command, None, limit, &Cancel::default())
}

/// What a tool reads from its stdin.
#[derive(Debug)]
pub struct Fed {
    /// All of this. When broll is gone the input ends, and so does the tool.
    pub input: fs_err::File,
    /// A tool that takes nothing of it and does not work for so long hangs.
    pub stall: Duration,
}

/// The same for a tool that may be fed and cancelled. One that hangs ends as one that does not end in time.
///
/// # Errors
/// As for [`capture`].
pub fn capture_fed(
    command: &mut Command,
    fed: Option<Fed>,
    limit: Duration,
    cancel: &Cancel,
) -> io::Result<Captured> {
    let stdin = if fed.is_some() { Stdio::piped() } else { Stdio::null() };
    let mut child = Child::spawn(command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (mut watch, mut feeder) = (None, None);
    if let Some((mut stdin, Fed { mut input, stall })) = child.take_stdin().zip(fed) {
        let intake = Arc::new(Intake::default());
        watch = Some((IntakeWatch::new(&child, Arc::clone(&intake), stall), stall));
        feeder = Some(thread::spawn(move || {
            // A tool that has read enough, or that ended, breaks the pipe.
            let _ = intake.pour(&mut input, &mut stdin);
            intake.end();
        }));
    }
    let stdout = child.take_stdout().map(keep_end);
    let stderr = child.take_stderr().map(keep_end);
    let deadline = Instant::now() + limit;
    let (mut status, mut hung) = (None, None);
    while status.is_none() && hung.is_none() && Instant::now() < deadline && !cancel.requested() {
        status = child.wait_up_to(TICK);
        hung = watch.as_mut().and_then(|(watch, stall)| watch.hangs(0).then_some(*stall));
    }
    child.end(Duration::ZERO);
    feeder.map(JoinHandle::join);
    let text =
        |reader: Option<JoinHandle<String>>| reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    let (stdout, stderr) = (text(stdout), text(stderr));
    let late = |text: String| Err(io::Error::new(io::ErrorKind::TimedOut, text));
    match status {
        Some(status) => Ok(Captured { status, stdout, stderr }),
        None if cancel.requested() => Err(io::ErrorKind::Interrupted.into()),
        None => late(hung.map_or_else(|| format!("no end after {} s", limit.as_secs()), still)),
    }
}

/// What a tool that hangs did not do.
pub(crate) fn still(stall: Duration) -> String {
    format!("it took nothing and did nothing for {} s", stall.as_secs())
}

fn keep_end(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let (mut bytes, mut chunk) = (Vec::new(), vec![0; 16 * 1024]);
        // A pipe that breaks has said all it will say.
        while let Ok(count @ 1..) = pipe.read(&mut chunk) {
            bytes.extend_from_slice(&chunk[..count]);
            if bytes.len() > 2 * KEPT {
                bytes.drain(..bytes.len() - KEPT);
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A shell script as a command.
    pub(in crate::process) fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_is_captured_and_time_is_limited() {
        let done = capture(&mut sh("echo out; echo err >&2; exit 3"), Duration::from_secs(10)).unwrap();
        assert_eq!(
            (done.stdout.as_str(), done.stderr.as_str(), done.status.code()),
            ("out\n", "err\n", Some(3))
        );
        let late = capture(&mut sh("sleep 60"), Duration::from_millis(50)).unwrap_err();
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_flood_is_drained_and_its_end_kept() {
        let run = capture(&mut sh("yes | head -c 20000000; echo end"), Duration::from_secs(60)).unwrap();
        assert!(run.stdout.len() <= 2 * KEPT + 16 * 1024 && run.stdout.ends_with("end\n"));
    }

    #[test]
    fn input_reaches_the_tool_and_one_that_reads_none_ends_all_the_same() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file, &vec![b'x'; 300_000]).unwrap();
        let stall = Duration::from_secs(60);
        let open = || Some(Fed { input: fs_err::File::open(file.path()).unwrap(), stall });
        let run = capture_fed(&mut sh("wc -c"), open(), Duration::from_secs(60), &Cancel::default()).unwrap();
        assert_eq!(run.stdout.trim(), "300000");
        assert!(
            capture_fed(&mut sh("true"), open(), Duration::from_secs(60), &Cancel::default())
                .unwrap()
                .status
                .success()
        );
    }

    #[test]
    fn a_tool_that_hangs_before_or_after_the_end_of_its_input_is_ended() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file, &vec![b'x'; 300_000]).unwrap();
        let run = |script, stall| {
            let fed = Fed { input: fs_err::File::open(file.path()).unwrap(), stall };
            capture_fed(&mut sh(script), Some(fed), Duration::from_secs(300), &Cancel::default())
        };
        let short = Duration::from_secs(1);
        for hangs in ["exec sleep 600", "cat > /dev/null; exec sleep 600"] {
            let error = run(hangs, short).unwrap_err();
            assert_eq!((error.kind(), error.to_string()), (io::ErrorKind::TimedOut, still(short)), "{hangs}");
        }
    }
}
