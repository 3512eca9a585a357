//! Finds the `DNA1` block, the last one before the end mark, without reading what comes before it.
//!
//! Blender compresses in many zstd frames and ends the file with a table of their sizes (zstd's seekable format,
//! `contrib/seekable_format/zstd_seekable_compression_format.md`), so the last frames can be unpacked alone.

use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use fs_err::File;
use zstd::stream::read::Decoder;

use super::block::{Blocks, Head};
use super::bytes::Endian;
use super::header::Header;
use super::input::Compression;

/// Data at the end of a file that is searched, in bytes: the SDNA of Blender 5.0 takes 132 kB.
const TAIL: u64 = 1 << 20;
/// The most that one SDNA is believed to take.
const LARGEST: usize = 4 << 20;
/// The most that is unpacked to find an SDNA when there is no table.
const WALK_LIMIT: u64 = 256 << 20;
/// Seekable format: footer of 9 bytes (u32 frames, u8 flags, magic) and before it 8 or 12 bytes for each frame.
const FOOTER: usize = 9;
const FOOTER_MAGIC: [u8; 4] = [0xb1, 0xea, 0x92, 0x8f];
const HAS_CHECKSUMS: u8 = 0x80;
/// The table's own frame starts with 8 bytes of magic and length.
const TABLE_HEAD: u64 = 8;
/// Frames that a table may list: 16 TiB at the MiB that Blender puts into one.
const MOST_FRAMES: u64 = 1 << 24;

/// The data of the file's `DNA1` block; `None` where it cannot be had cheaply, whatever the reason.
pub(super) fn find(path: &Path, header: Header, compression: Compression) -> Option<Vec<u8>> {
    let tail = match compression {
        Compression::None => raw_tail(path).ok(),
        Compression::Zstd => zstd_tail(path),
        Compression::Gzip => None,
    };
    tail.and_then(|tail| in_tail(&tail, header)).or_else(|| walk(path))
}

fn walk(path: &Path) -> Option<Vec<u8>> {
    let mut blocks = Blocks::open(path, WALK_LIMIT).ok()?;
    loop {
        match &blocks.next().ok()?.code {
            b"DNA1" => return blocks.data(LARGEST).ok(),
            b"ENDB" => return None,
            _ => {}
        }
    }
}

fn raw_tail(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Unpacks the last frames, [`TAIL`] bytes of them or a single larger one.
fn zstd_tail(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let len = file.metadata().ok()?.len();
    let footer_at = len.checked_sub(FOOTER as u64)?;
    let footer = read_at(&mut file, footer_at, FOOTER as u64)?;
    let frames = u64::from(Endian::Little.u32(&footer, 0)?);
    (footer.ends_with(&FOOTER_MAGIC) && frames <= MOST_FRAMES).then_some(())?;
    let entry = if footer.get(4)? & HAS_CHECKSUMS == 0 { 8 } else { 12 };
    let table_at = footer_at.checked_sub(frames * entry)?;
    let mut start = table_at.checked_sub(TABLE_HEAD)?;
    // Only the end of the table matters, and it may be long.
    let entries = frames.min(TAIL);
    let table = read_at(&mut file, footer_at - entries * entry, entries * entry)?;
    let end = start;
    let mut unpacked = 0;
    for sizes in table.rchunks_exact(usize::try_from(entry).ok()?) {
        let frame = u64::from(Endian::Little.u32(sizes, 4)?);
        if unpacked > 0 && unpacked + frame > TAIL {
            break;
        }
        start = start.checked_sub(Endian::Little.u32(sizes, 0)?.into())?;
        unpacked += frame;
    }
    file.seek(SeekFrom::Start(start)).ok()?;
    let decoder = Decoder::with_buffer(BufReader::new(file.take(end - start))).ok()?;
    let mut tail = Vec::new();
    decoder.take(LARGEST as u64).read_to_end(&mut tail).ok()?;
    Some(tail)
}

fn read_at(file: &mut File, at: u64, count: u64) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = Vec::new();
    file.take(count).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == count).then_some(bytes)
}

/// The block in the end of a file: the last `DNA1` head with an SDNA behind it, and the end mark behind that.
fn in_tail(tail: &[u8], header: Header) -> Option<Vec<u8>> {
    const START: &[u8] = b"SDNANAME";
    let head_len = header.form.len();
    let at = tail.windows(START.len()).rposition(|window| window == START)?;
    let head = Head::parse(tail.get(at.checked_sub(head_len)?..at)?, header)?;
    let end = at.checked_add(usize::try_from(head.len).ok()?)?;
    let whole = head.code == *b"DNA1" && tail.get(end..)?.starts_with(b"ENDB");
    whole.then(|| tail.get(at..end).map(<[u8]>::to_vec))?
}
