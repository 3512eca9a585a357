//! Finds the `DNA1` block, the last one before the end mark, without reading what comes before it.
//!
//! Blender compresses in many zstd frames, so the last ones can be unpacked alone.

use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use fs_err::File;
use zstd::stream::read::Decoder;

use super::block::{Blocks, Head};
use super::header::Header;
use super::input::Compression;
use super::seek_table::SeekTable;
use super::stream::CHUNK;

/// Data at the end of a file that is searched, in bytes: the SDNA of Blender 5.0 takes 132 kB.
const TAIL: u64 = 1 << 20;
/// The most that one SDNA is believed to take.
const LARGEST: usize = 4 << 20;
/// The most that is unpacked to find an SDNA when there is no table.
const WALK_LIMIT: u64 = 256 << 20;

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
    let mut blocks = Blocks::open(path, WALK_LIMIT, CHUNK).ok()?;
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
    let table = SeekTable::read(&mut file, len)?;
    let mut start = table.frames_end;
    let mut unpacked = 0;
    for (packed, frame) in table.last_first() {
        if unpacked > 0 && unpacked + frame > TAIL {
            break;
        }
        start = start.checked_sub(packed)?;
        unpacked += frame;
    }
    file.seek(SeekFrom::Start(start)).ok()?;
    let decoder = Decoder::with_buffer(BufReader::new(file.take(table.frames_end - start))).ok()?;
    let mut tail = Vec::new();
    decoder.take(LARGEST as u64).read_to_end(&mut tail).ok()?;
    Some(tail)
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
