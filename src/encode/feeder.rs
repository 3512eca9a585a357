//! One ffmpeg for the clip: frames go in as they become whole, in order, while later ones render.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::decoded::stalled;
use super::progress::ProgressParser;
use crate::error::{Error, Result};
use crate::process::{self, Child, Intake, IntakeWatch, Tail};

/// An ffmpeg process that takes PNG files by path and writes a clip.
#[derive(Debug)]
pub struct Feeder {
    child: Child,
    queue: Option<Sender<PathBuf>>,
    writer: Option<JoinHandle<io::Result<()>>>,
    readers: Vec<JoinHandle<()>>,
    said: Arc<Mutex<Tail>>,
    written: Arc<AtomicU32>,
    watch: IntakeWatch,
    stall: Duration,
    hung: bool,
}

/// After its input ends ffmpeg flushes its look-ahead and moves the index to the front, which means writing the
/// whole file once more. One that only seems to work is ended after so long without another frame.
const FLUSH_LIMIT: Duration = Duration::from_secs(600);

impl Feeder {
    /// Starts ffmpeg; it waits for the first frame. When it has frames to take, or should come to its end, and is still for
    /// as long as `stall`, it hangs.
    ///
    /// # Errors
    /// `ffmpeg_unrunnable` when it does not start.
    pub fn start(ffmpeg: &Path, args: &[String], target: &Path, stall: Duration) -> Result<Self> {
        let mut command = Command::new(ffmpeg);
        // A name that starts with a dash or holds a colon would mean something else to ffmpeg.
        let mut url = std::ffi::OsString::from("file:");
        url.push(target);
        command.args(args).arg(url).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Child::spawn(&mut command).map_err(|error| {
            Error::environment("ffmpeg_unrunnable", format!("ffmpeg does not start: {}", ffmpeg.display()))
                .source(error)
        })?;
        let (said, written) = (Arc::new(Mutex::new(Tail::new(20))), Arc::new(AtomicU32::new(0)));
        let (queue, frames) = channel();
        let intake = Arc::new(Intake::default());
        let watch = IntakeWatch::new(&child, Arc::clone(&intake), stall);
        let writer = child.take_stdin().map(|stdin| {
            thread::spawn(move || {
                let fed = feed(stdin, &frames, &intake);
                intake.end();
                fed
            })
        });
        let mut readers = Vec::new();
        if let Some(stdout) = child.take_stdout() {
            let written = Arc::clone(&written);
            let mut parser = ProgressParser::default();
            readers.push(thread::spawn(move || {
                for_each_line(stdout, |line| {
                    if let Some(block) = parser.push(line) {
                        written.store(block.frames, Ordering::Relaxed);
                    }
                });
            }));
        }
        if let Some(stderr) = child.take_stderr() {
            let said = Arc::clone(&said);
            readers.push(thread::spawn(move || {
                for_each_line(stderr, |line| said.lock().unwrap_or_else(PoisonError::into_inner).push(line));
            }));
        }
        Ok(Self { child, queue: Some(queue), writer, readers, said, written, watch, stall, hung: false })
    }

    /// Hands the next frame over; returns at once.
    pub fn push(&self, frame: PathBuf) {
        // A writer that is gone is found by `failed`.
        let _ = self.queue.as_ref().map(|queue| queue.send(frame));
    }

    /// Frames that ffmpeg has written.
    pub fn written(&self) -> u32 {
        self.written.load(Ordering::Relaxed)
    }

    /// Whether ffmpeg gave up or hangs, so that more frames are of no use to it. To be asked several times a second.
    pub fn failed(&mut self) -> bool {
        let ended = self.child.try_wait().is_some();
        self.hung = self.hung || !ended && self.watch.hangs(self.written().into());
        ended || self.hung || self.writer.as_ref().is_some_and(JoinHandle::is_finished)
    }

    /// Ends the input, calls `tick` while ffmpeg finishes (until it says stop), and tells how it went.
    ///
    /// # Errors
    /// `encode_failed`, `disk_full` or `ffmpeg_stalled` (exit 4) with ffmpeg's last lines; what `tick` returns.
    pub fn finish(mut self, mut tick: impl FnMut(u32) -> Result<()>) -> Result<()> {
        drop(self.queue.take());
        let mut seen = (self.written(), Instant::now());
        while self.child.wait_up_to(Duration::from_millis(100)).is_none() {
            tick(self.written())?;
            let now = Instant::now();
            if self.written() != seen.0 {
                seen = (self.written(), now);
            }
            self.hung = self.hung || self.watch.hangs(self.written().into());
            if self.hung {
                return Err(self.stalled(&process::still(self.stall)));
            }
            if now - seen.1 > FLUSH_LIMIT {
                return Err(self.stalled(&format!("it made no frame for {} s", FLUSH_LIMIT.as_secs())));
            }
        }
        let fed = self.writer.take().map_or(Ok(()), |writer| writer.join().unwrap_or(Ok(())));
        let status = self.child.end(Duration::ZERO);
        self.readers.drain(..).for_each(|reader| drop(reader.join()));
        tick(self.written())?;
        match (status.is_some_and(|status| status.success()), fed) {
            (true, Ok(())) => Ok(()),
            (true, Err(error)) => {
                Err(self.failure(&format!("a frame could not be handed to ffmpeg: {error}")))
            }
            (false, _) => Err(self.failure(&format!("ffmpeg ended with {}", process::describe(status)))),
        }
    }

    fn stalled(&self, how: &str) -> Error {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.lines().fold(stalled("ffmpeg hung while it made the clip", how), Error::because)
    }

    fn failure(&self, what: &str) -> Error {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let error = if said.lines().any(|line| line.contains("No space left on device")) {
            Error::tool("disk_full", "the disk is full: the clip could not be written").hint(
                "free some space where the clip goes, then run the same command again: the frames are kept",
            )
        } else {
            Error::tool("encode_failed", "ffmpeg failed while encoding the clip")
                .hint("run the same command again: the frames are kept, and only the clip is made anew")
        };
        said.lines().fold(error.because(what), Error::because)
    }
}

fn feed(mut stdin: ChildStdin, frames: &Receiver<PathBuf>, intake: &Intake) -> io::Result<()> {
    for path in frames {
        intake.pour(&mut fs_err::File::open(path)?, &mut stdin)?;
    }
    stdin.flush()
}

fn for_each_line(pipe: impl io::Read, mut line: impl FnMut(&str)) {
    let mut reader = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes), Ok(1..)) {
        line(String::from_utf8_lossy(&bytes).trim_end());
        bytes.clear();
    }
}
