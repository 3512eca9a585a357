//! The walk from block to block.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use fs_err::File;

use super::error::BlendError;
use super::header::{HeadForm, Header};
use super::input::Compression;
use super::seek_table::SeekTable;
use super::stream::Stream;
use crate::interrupt::Cancel;

const HEAD: &str = "the head of a block";

/// What stands before each block's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// `REND`, `SC\0\0`, `DNA1` and so on.
    pub(super) code: [u8; 4],
    /// Bytes of data that follow.
    pub(super) len: u64,
    /// Where the data was in the memory of the Blender that wrote it.
    pub(super) address: u64,
    /// Which struct of the file's SDNA the data is made of.
    pub(super) sdna: u32,
}

impl HeadForm {
    pub(super) const fn len(self) -> usize {
        match self {
            Self::Small4 => 20,
            Self::Small8 => 24,
            Self::Large8 => 32,
        }
    }
}

impl Head {
    /// `None` for bytes that cannot be a block head.
    pub(super) fn parse(bytes: &[u8], header: Header) -> Option<Self> {
        let e = header.endian;
        let code: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
        let (len, address, sdna) = match header.form {
            HeadForm::Small4 => (e.i32(bytes, 4)?.into(), e.u32(bytes, 8)?.into(), e.u32(bytes, 12)?),
            HeadForm::Small8 => (e.i32(bytes, 4)?.into(), e.u64(bytes, 8)?, e.u32(bytes, 16)?),
            HeadForm::Large8 => (e.i64(bytes, 16)?, e.u64(bytes, 8)?, e.u32(bytes, 4)?),
        };
        is_code(code).then_some(Self { code, len: u64::try_from(len).ok()?, address, sdna })
    }
}

/// The head that a file ends with.
fn last_head(file: &mut File, header: Header) -> Option<Head> {
    let mut bytes = Vec::with_capacity(header.form.len());
    file.seek(SeekFrom::End(-i64::try_from(header.form.len()).ok()?)).ok()?;
    file.read_to_end(&mut bytes).ok()?;
    Head::parse(&bytes, header)
}

/// Codes are two or four letters or digits, the rest NUL.
fn is_code(code: [u8; 4]) -> bool {
    match code {
        [a, b, 0, 0] => a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric(),
        _ => code.iter().all(u8::is_ascii_alphanumeric),
    }
}

/// A file's blocks in their order.
pub(super) struct Blocks {
    stream: Stream,
    pub(super) header: Header,
    /// Data of the last block that nobody took.
    pending: u64,
}

impl Blocks {
    /// Opens a file and reads its header; at most `limit` bytes will be read or unpacked, `chunk` at a time.
    pub(super) fn open(path: &Path, limit: u64, chunk: usize) -> Result<Self, BlendError> {
        let mut stream = Stream::open(path, limit, chunk)?;
        // As much as it takes to say what the file is when it is no .blend.
        let start = stream.peek(512, "the header")?;
        let (header, len) = match Header::parse(start) {
            Ok(parsed) => parsed,
            Err(BlendError::NotABlend { .. }) => {
                let start = start.to_vec();
                return Err(stream.not_a_blend(&start));
            }
            Err(other) => return Err(other),
        };
        stream.take(len, "the header")?;
        Ok(Self { stream, header, pending: 0 })
    }

    pub(super) const fn compression(&self) -> Compression {
        self.stream.compression()
    }

    /// Size on disk.
    pub(super) const fn file_len(&self) -> u64 {
        self.stream.file_len
    }

    /// From here on, at most `limit` bytes will be read or unpacked.
    pub(super) const fn set_limit(&mut self, limit: u64) {
        self.stream.set_limit(limit);
    }

    /// From here on, reading ends when the work does that it is for.
    pub(super) fn end_with(&mut self, cancel: &Cancel) {
        self.stream.end_with(cancel);
    }

    /// The next block's head; the data that was left of the last one is skipped.
    pub(super) fn next(&mut self) -> Result<Head, BlendError> {
        self.stream.skip(std::mem::take(&mut self.pending), "the data of a block")?;
        let at = self.stream.position();
        let bytes = self.stream.take(self.header.form.len(), HEAD)?;
        let head = Head::parse(bytes, self.header)
            .ok_or_else(|| BlendError::corrupt(format!("no block head at byte {at}")))?;
        self.pending = head.len;
        Ok(head)
    }

    /// Up to `max` bytes of the data of the block whose head came last.
    pub(super) fn data(&mut self, max: usize) -> Result<Vec<u8>, BlendError> {
        let count = usize::try_from(self.pending).map_or(max, |len| len.min(max));
        self.pending -= count as u64;
        self.stream.take_vec(count, "the data of a block")
    }

    /// Whether the file ends as one that is whole, going by its last bytes alone: a copy or a download that did not
    /// finish does not. Of gzip they tell nothing, and it passes.
    pub(super) fn ends_well(self) -> bool {
        let (header, compression, len) = (self.header, self.compression(), self.file_len());
        let mut file = self.stream.into_file();
        match compression {
            Compression::None => last_head(&mut file, header).is_some_and(|head| head.code == *b"ENDB"),
            Compression::Zstd => SeekTable::read(&mut file, len).is_some_and(|table| table.fits()),
            Compression::Gzip => true,
        }
    }

    /// Reads on to the end of a compressed file, so that its own checks are made.
    pub(super) fn drain(&mut self) -> Result<(), BlendError> {
        self.stream.drain("what follows the end mark")
    }
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn block_codes() {
        for good in [*b"REND", *b"SC\0\0", *b"DNA1", *b"DATA", *b"ID\0\0"] {
            assert!(is_code(good));
        }
        for bad in [[0; 4], *b"\0SC\0", *b"S\0\0\0", *b"RE\nD", *b"SC\0D", [0xff; 4]] {
            assert!(!is_code(bad));
        }
    }
}
