//! A question whose answer is not shown.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use super::Ui;
use crate::error::{Error, Result};
use crate::interrupt;

/// How often a pending question looks whether broll was asked to stop.
const TICK: Duration = Duration::from_millis(50);

/// A terminal that shows nothing of what is typed, for as long as this lives.
struct Hidden(Termios);

impl Hidden {
    fn new() -> nix::Result<Self> {
        let shown = tcgetattr(io::stdin())?;
        let mut hidden = shown.clone();
        hidden.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &hidden)?;
        Ok(Self(shown))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &self.0);
    }
}

impl Ui {
    /// Asks on the terminal, which must be on stdin, for one line that is not shown. Ctrl-C ends the question and leaves
    /// the terminal as it was.
    ///
    /// # Errors
    /// `interrupted`, and `no_terminal` when the terminal cannot be made to hide anything.
    pub fn ask_secret(&self, question: &str) -> Result<String> {
        let cannot = |why: &dyn std::fmt::Display| {
            Error::environment("no_terminal", "the answer cannot be read without being shown")
                .because(why)
                .hint("give it on stdin, from a file or a pipe")
        };
        let hidden = Hidden::new().map_err(|error| cannot(&error))?;
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(format!("{question}: ").as_bytes()).and_then(|()| stderr.flush());
        let (sender, answer) = channel();
        // Reading cannot be cancelled: when the question is, this thread ends with the process.
        thread::spawn(move || {
            let mut line = String::new();
            let read = io::stdin().lock().read_line(&mut line);
            let _ = sender.send(read.map(|_| line));
        });
        let line = loop {
            match answer.recv_timeout(TICK) {
                Ok(line) => break line.map_err(|error| cannot(&error)),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(stopped) = interrupt::check() {
                        break Err(stopped);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break Err(cannot(&"the terminal is gone")),
            }
        };
        drop(hidden);
        // The line break that was typed was not shown either.
        let _ = stderr.write_all(b"\n");
        line
    }
}
