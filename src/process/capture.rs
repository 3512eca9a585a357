//! A tool run to its end, with what it said.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Child;
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

/// The same for a tool that reads `input` from its stdin: when broll is gone its input ends, and so does the tool.
///
/// # Errors
/// As for [`capture`].
pub fn capture_fed(
    command: &mut Command,
    input: Option<fs_err::File>,
    limit: Duration,
    cancel: &Cancel,
) -> io::Result<Captured> {
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    let mut child = Child::spawn(command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let feeder = child.take_stdin().zip(input).map(|(mut stdin, mut input)| {
        // A tool that has read enough, or that ended, breaks the pipe.
        thread::spawn(move || drop(io::copy(&mut input, &mut stdin)))
    });
    let stdout = child.take_stdout().map(keep_end);
    let stderr = child.take_stderr().map(keep_end);
    let deadline = Instant::now() + limit;
    let mut status = None;
    while status.is_none() && Instant::now() < deadline && !cancel.requested() {
        status = child.wait_up_to(TICK);
    }
    child.end(Duration::ZERO);
    feeder.map(JoinHandle::join);
    let text =
        |reader: Option<JoinHandle<String>>| reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    let (stdout, stderr) = (text(stdout), text(stderr));
    match status {
        Some(status) => Ok(Captured { status, stdout, stderr }),
        None if cancel.requested() => Err(io::ErrorKind::Interrupted.into()),
        None => Err(io::Error::new(io::ErrorKind::TimedOut, format!("no end after {} s", limit.as_secs()))),
    }
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
        let open = || Some(fs_err::File::open(file.path()).unwrap());
        let run = capture_fed(&mut sh("wc -c"), open(), Duration::from_secs(60), &Cancel::default()).unwrap();
        assert_eq!(run.stdout.trim(), "300000");
        assert!(
            capture_fed(&mut sh("true"), open(), Duration::from_secs(60), &Cancel::default())
                .unwrap()
                .status
                .success()
        );
    }
}
