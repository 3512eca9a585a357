//! The forms one by one, the problems by their words, real logs from end to end, and input nobody meant to
//! write.

mod fixtures;
mod forms;
mod hostile;
mod problems;
mod progress;
mod split;

use super::{LogLine, Status, parse_line};

fn status(line: &str) -> Status {
    match parse_line(line) {
        LogLine::Status(status) => status,
        other => panic!("{line:?} is {other:?}"),
    }
}
