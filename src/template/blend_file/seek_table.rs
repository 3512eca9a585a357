//! The table of frames at the end of a zstd .blend (zstd's seekable format,
//! `contrib/seekable_format/zstd_seekable_compression_format.md`): Blender compresses in many frames and writes it last.

use std::io::{Read as _, Seek as _, SeekFrom};

use fs_err::File;

use super::bytes::Endian;

/// Footer of 9 bytes (u32 frames, u8 flags, magic) and before it 8 or 12 bytes for each frame.
const FOOTER: u64 = 9;
const FOOTER_MAGIC: [u8; 4] = [0xb1, 0xea, 0x92, 0x8f];
const HAS_CHECKSUMS: u8 = 0x80;
/// The table's own frame starts with 8 bytes of magic and length.
const HEAD: u64 = 8;
/// Frames that a table may list: 16 TiB at the MiB that Blender puts into one.
const MOST_FRAMES: u64 = 1 << 24;
/// Frames that are read, from the end.
const MOST_READ: u64 = 1 << 20;
/// Fetched at once: the whole table of files up to several hundred MiB.
const GUESS: u64 = 4096;

/// The sizes of a file's frames.
pub(super) struct SeekTable {
    entries: Vec<u8>,
    /// Bytes of an entry.
    entry: usize,
    /// Whether all entries were read.
    complete: bool,
    /// Where the last frame ends and the table begins.
    pub(super) frames_end: u64,
}

impl SeekTable {
    /// `None` where there is none.
    pub(super) fn read(file: &mut File, len: u64) -> Option<Self> {
        let end = read_at(file, len.saturating_sub(GUESS), len.min(GUESS))?;
        let footer = end.get(end.len().checked_sub(FOOTER as usize)?..)?;
        let frames = u64::from(Endian::Little.u32(footer, 0)?);
        (footer.ends_with(&FOOTER_MAGIC) && frames <= MOST_FRAMES).then_some(())?;
        let entry = if footer.get(4)? & HAS_CHECKSUMS == 0 { 8 } else { 12 };
        let footer_at = len.checked_sub(FOOTER)?;
        let frames_end = footer_at.checked_sub(frames * entry)?.checked_sub(HEAD)?;
        let bytes = frames.min(MOST_READ) * entry;
        let entries = if bytes + FOOTER <= end.len() as u64 {
            end.get(end.len() - (bytes + FOOTER) as usize..end.len() - FOOTER as usize)?.to_vec()
        } else {
            read_at(file, footer_at.checked_sub(bytes)?, bytes)?
        };
        Some(Self { entries, entry: usize::try_from(entry).ok()?, complete: frames <= MOST_READ, frames_end })
    }

    /// Compressed and unpacked size of each frame, from the last one on.
    pub(super) fn last_first(&self) -> impl Iterator<Item = (u64, u64)> {
        let size = |sizes, at| Endian::Little.u32(sizes, at).map_or(0, u64::from);
        self.entries.rchunks_exact(self.entry).map(move |sizes| (size(sizes, 0), size(sizes, 4)))
    }

    /// Whether the frames fill the file up to the table, as they do in one that is whole.
    pub(super) fn fits(&self) -> bool {
        let sum: u64 = self.last_first().map(|(packed, _)| packed).sum();
        sum == self.frames_end || (!self.complete && sum < self.frames_end)
    }
}

fn read_at(file: &mut File, at: u64, count: u64) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = Vec::with_capacity(count.min(GUESS) as usize);
    file.take(count).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == count).then_some(bytes)
}
