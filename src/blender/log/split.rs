//! A byte stream into lines.

use std::mem;

/// Bytes of a line that are kept unless the caller says otherwise; the rest of it is dropped.
const LONGEST: usize = 64 * 1024;

/// Splits a byte stream into lines, however the stream is cut into chunks.
///
/// `\n` and `\r` end a line; empty lines are left out. Invalid UTF-8 is decoded lossily, and a line is cut
/// after 64 KiB, or where [`Self::keeping`] says. A line that lies within one chunk is not copied.
#[derive(Debug)]
pub struct LineSplitter {
    pending: Vec<u8>,
    longest: usize,
}

impl Default for LineSplitter {
    fn default() -> Self {
        Self::keeping(LONGEST)
    }
}

impl LineSplitter {
    /// A splitter at the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A splitter that keeps this many bytes of a line.
    #[must_use]
    pub fn keeping(longest: usize) -> Self {
        Self { pending: Vec::new(), longest }
    }

    /// Takes the next bytes and hands out each line they complete, without its ending.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&str)) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, tail) = rest.split_at(end);
            if self.pending.is_empty() {
                emit(line, self.longest, &mut each);
            } else {
                self.keep(line);
                emit(&self.pending, self.longest, &mut each);
                self.pending.clear();
            }
            rest = tail.get(1..).unwrap_or_default();
        }
        self.keep(rest);
    }

    /// Hands out what the stream ended with: a crash leaves a line without an ending. The splitter is then as
    /// new.
    pub fn finish(&mut self, mut each: impl FnMut(&str)) {
        emit(&mem::take(&mut self.pending), self.longest, &mut each);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self.longest.saturating_sub(self.pending.len());
        self.pending.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }
}

fn emit(line: &[u8], longest: usize, each: &mut impl FnMut(&str)) {
    if line.is_empty() {
        return;
    }
    match line.get(..longest) {
        // The cut may have gone through a character.
        Some(cut) => each(String::from_utf8_lossy(cut).trim_end_matches(char::REPLACEMENT_CHARACTER)),
        None => each(&String::from_utf8_lossy(line)),
    }
}
