//! A .blend as a stream of bytes: decompressed on the way, skipped over where it can be, never read further than asked.

use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use fs_err::File;

use super::error::BlendError;
use super::input::{self, Compression, Input};
use super::sniff;
use crate::interrupt::Cancel;

/// Read limit for the header alone, in decompressed bytes.
pub(super) const HEADER_LIMIT: u64 = 64 * 1024;
/// The most that one read should fetch of a file that is read on.
pub(super) const CHUNK: usize = 64 * 1024;
/// The first read after opening or seeking; each further one is twice as large, up to the stream's chunk.
const FIRST_READ: usize = 16 * 1024;

/// An open file. All positions and lengths are in decompressed bytes.
pub(super) struct Stream {
    path: PathBuf,
    input: Input,
    /// Size on disk.
    pub(super) file_len: u64,
    /// Read but not yet taken: `buffer[start..end]`, whose first byte is at `position`.
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    position: u64,
    next_read: usize,
    /// Bytes that may still be read.
    left: u64,
    limit: u64,
    cancel: Cancel,
}

impl Stream {
    /// Opens a file and finds out how it is compressed; at most `limit` bytes will be read or unpacked, and `chunk`
    /// bytes are the most that one read fetches and the largest piece that [`Self::take`] gives.
    pub(super) fn open(path: &Path, limit: u64, chunk: usize) -> Result<Self, BlendError> {
        let (input, file_len) = Input::open(path, chunk)?;
        Ok(Self {
            path: path.to_path_buf(),
            input,
            file_len,
            buffer: vec![0; chunk].into_boxed_slice(),
            start: 0,
            end: 0,
            position: 0,
            next_read: FIRST_READ,
            left: limit,
            limit,
            cancel: Cancel::default(),
        })
    }

    pub(super) const fn compression(&self) -> Compression {
        self.input.compression()
    }

    /// The file itself, wherever it was read to.
    pub(super) fn into_file(self) -> File {
        self.input.into_file()
    }

    /// From here on, at most `limit` bytes will be read or unpacked.
    pub(super) const fn set_limit(&mut self, limit: u64) {
        self.left = limit;
        self.limit = limit;
    }

    /// From here on, reading ends when the work does that it is for.
    pub(super) fn end_with(&mut self, cancel: &Cancel) {
        self.cancel = cancel.clone();
    }

    /// Where the next byte to take is.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The next `count` bytes (at most a chunk) without taking them; fewer only where the file ends.
    pub(super) fn peek(&mut self, count: usize, reading: &'static str) -> Result<&[u8], BlendError> {
        let count = count.min(self.buffer.len());
        while self.end - self.start < count {
            if self.fill(reading)? == 0 {
                break;
            }
        }
        let bytes = self.buffered();
        Ok(bytes.get(..count).unwrap_or(bytes))
    }

    /// Takes `count` bytes (at most a chunk).
    pub(super) fn take(&mut self, count: usize, reading: &'static str) -> Result<&[u8], BlendError> {
        let got = self.peek(count, reading)?.len();
        if got < count {
            return Err(self.cut(got, reading));
        }
        let from = self.start;
        self.consume(count);
        Ok(self.buffer.get(from..from + count).unwrap_or_default())
    }

    /// Takes `count` bytes into memory of their own, which grows only as they arrive.
    pub(super) fn take_vec(&mut self, count: usize, reading: &'static str) -> Result<Vec<u8>, BlendError> {
        let mut bytes = Vec::with_capacity(count.min(2 * CHUNK));
        while bytes.len() < count {
            let step = (count - bytes.len()).min(self.buffer.len());
            bytes.extend_from_slice(self.take(step, reading)?);
        }
        Ok(bytes)
    }

    /// Goes on by `count` bytes, by seeking where the file is not compressed.
    pub(super) fn skip(&mut self, count: u64, reading: &'static str) -> Result<(), BlendError> {
        let mut count = count - self.consume_up_to(count);
        if count == 0 {
            return Ok(());
        }
        if let Input::Raw(file) = &mut self.input {
            let target = self.position.saturating_add(count);
            if target > self.file_len {
                return Err(BlendError::Truncated { at: self.file_len, reading });
            }
            file.seek(SeekFrom::Start(target)).map_err(|source| BlendError::io(&self.path, source))?;
            self.position = target;
            self.next_read = FIRST_READ;
            return Ok(());
        }
        while count > 0 {
            if self.fill(reading)? == 0 {
                return Err(self.cut(0, reading));
            }
            count -= self.consume_up_to(count);
        }
        Ok(())
    }

    /// Reads a compressed file to its end, so that its own checks are made.
    pub(super) fn drain(&mut self, reading: &'static str) -> Result<(), BlendError> {
        if self.compression() == Compression::None {
            return Ok(());
        }
        loop {
            self.consume(self.end - self.start);
            if self.fill(reading)? == 0 {
                return Ok(());
            }
        }
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
        self.position += count as u64;
    }

    fn consume_up_to(&mut self, count: u64) -> u64 {
        let held = self.end - self.start;
        let step = usize::try_from(count).map_or(held, |count| count.min(held));
        self.consume(step);
        step as u64
    }

    /// Reads once more behind what is buffered; 0 at the end of the file.
    fn fill(&mut self, reading: &'static str) -> Result<usize, BlendError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.cancel.requested() {
            return Err(BlendError::io(&self.path, io::Error::other("interrupted")));
        }
        if self.left == 0 {
            return Err(BlendError::TooLarge { limit: self.limit });
        }
        let room = self.buffer.len().min(self.end + self.next_read);
        let space = self.buffer.get_mut(self.end..room).unwrap_or_default();
        let got = loop {
            match self.input.read(space) {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(|err| self.failed(err, reading))?,
            }
        };
        self.end += got;
        self.left = self.left.saturating_sub(got as u64);
        self.next_read = (self.next_read * 2).min(self.buffer.len());
        Ok(got)
    }

    /// Tells a failing disk, a cut file and damaged compressed data apart.
    fn failed(&self, err: io::Error, reading: &'static str) -> BlendError {
        if err.kind() == io::ErrorKind::UnexpectedEof {
            return self.cut(self.end - self.start, reading);
        }
        match self.compression() {
            Compression::Gzip if !input::is_system(&err) => {
                BlendError::corrupt(format!("bad gzip data in {reading} ({err})"))
            }
            Compression::Zstd if !input::is_system(&err) => {
                BlendError::corrupt(format!("bad zstd data in {reading} ({err})"))
            }
            _ => BlendError::io(&self.path, err),
        }
    }

    /// The file ends `got` bytes from here.
    fn cut(&self, got: usize, reading: &'static str) -> BlendError {
        BlendError::Truncated { at: self.position + got as u64, reading }
    }

    /// The error for a stream that starts with `bytes`, which no .blend does.
    pub(super) fn not_a_blend(&self, bytes: &[u8]) -> BlendError {
        let inside = sniff::describe(bytes);
        let found = match self.compression() {
            Compression::None => inside.to_owned(),
            Compression::Gzip => format!("{inside}, compressed with gzip"),
            Compression::Zstd => format!("{inside}, compressed with zstd"),
        };
        BlendError::NotABlend { found }
    }
}
