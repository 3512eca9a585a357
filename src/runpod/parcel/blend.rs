//! A .blend as a request carries it: base64 of a file that is as small as it can be made quickly.

use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::template::blend_file::{BlendFacts, Compression};
use crate::ui::fmt::bytes;

/// Levels of zstd: 50 MB a second, and a seventh less in ten times the time, for what just does not fit.
const LEVELS: [i32; 2] = [9, 19];
/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// The base64 of a .blend whose facts were read, when it takes at most `room` bytes.
///
/// A file that is not compressed is compressed with zstd, as one stream: every Blender since 3.0 opens that.
///
/// # Errors
/// `too_large` with both sizes and the ways out; those of the file system; `interrupted`.
pub(super) fn pack(file: &Path, facts: &BlendFacts, room: usize, cancel: &Cancel) -> Result<String> {
    let most = room / 4 * 3;
    let size = fs_err::metadata(file)?.len();
    let mut smallest = size;
    if facts.compression == Compression::None {
        for level in LEVELS {
            let packed = compress(file, level, most, cancel)?;
            smallest = smallest.min(packed.total);
            if packed.total < size && packed.is_whole() {
                return Ok(STANDARD.encode(packed.bytes));
            }
            if packed.total > most as u64 / 4 * 5 {
                break;
            }
        }
    }
    if smallest < size || size > most as u64 {
        return Err(too_large(file, size, smallest, most));
    }
    let raw = copy(file, Bounded::new(most), cancel)?;
    if raw.is_whole() {
        Ok(STANDARD.encode(raw.bytes))
    } else {
        Err(too_large(file, raw.total, raw.total, most))
    }
}

fn compress(file: &Path, level: i32, most: usize, cancel: &Cancel) -> Result<Bounded> {
    let mut encoder = zstd::Encoder::new(Bounded::new(most), level)?;
    // What arrives damaged is then known to be.
    encoder.include_checksum(true)?;
    Ok(copy(file, encoder, cancel)?.finish()?)
}

fn copy<W: Write>(file: &Path, mut to: W, cancel: &Cancel) -> Result<W> {
    let (mut file, mut piece) = (fs_err::File::open(file)?, vec![0; PIECE]);
    loop {
        cancel.check()?;
        match file.read(&mut piece)? {
            0 => return Ok(to),
            count => to.write_all(&piece[..count])?,
        }
    }
}

/// Keeps up to so many bytes and counts the rest, so that a huge file costs no memory and its size is still told.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    total: u64,
}

impl Bounded {
    fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most, total: 0 }
    }

    fn is_whole(&self) -> bool {
        self.total == self.bytes.len() as u64
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let kept = bytes.len().min(self.most - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..kept]);
        self.total += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn too_large(file: &Path, size: u64, smallest: u64, most: usize) -> Error {
    let packed = if smallest < size { format!(", {} compressed", bytes(smallest)) } else { String::new() };
    Error::bad_input("too_large", format!("{} is too large to be sent within a request", display(file)))
        .because(format!(
            "it is {}{packed}; a request of 10 MiB has room for a file of {}",
            bytes(size),
            bytes(most as u64)
        ))
        .hint(
            "pack less into it (smaller textures, no caches); or upload it and give --template-url and --template-sha256; \
             or put it among the templates on the endpoint's network volume or in its image and give its name",
        )
}

#[cfg(test)]
#[path = "tests/blend.rs"]
mod tests;
