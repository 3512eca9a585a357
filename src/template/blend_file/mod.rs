//! Reads what a .blend says about itself without starting Blender: version, frame range, scene, frame rate,
//! size, engine and thumbnail, and whether the file is whole.
//!
//! A .blend is a short header and then blocks, each with a head that tells its length, up to an `ENDB` head. The
//! `DNA1` block near the end describes every struct in the file (its "SDNA"). Files are read as untrusted: each
//! malformed input is a [`BlendError`], reading streams and stops early, and no size in a file is believed before
//! the bytes are there. Facts checked against Blender's `BLO_core_blend_header.hh`, `BLO_core_bhead.hh`,
//! `writefile.cc` and files written by Blender 3.4, 4.2, 4.5 and 5.0.

mod block;
mod bytes;
mod cache;
mod dna;
mod error;
mod facts;
mod header;
mod input;
mod layout;
mod sdna;
mod seek_table;
mod sniff;
mod stream;
mod thumbnail;
mod version;
mod whole;
mod zstd_input;

#[cfg(test)]
mod tests;

use std::path::Path;

use facts::Layouts;

use crate::interrupt::Cancel;

/// Bytes that a [`glance`] fetches of a file's start, more than the first zstd frame takes.
const GLANCE: usize = 4096;

pub use error::BlendError;
pub use facts::BlendFacts;
pub use input::Compression;
pub use thumbnail::Thumbnail;
pub use version::BlendVersion;

/// Reads everything [`BlendFacts`] holds, touching as little of the file as it can.
///
/// It stops at the current scene, so a file that is cut further on may still be read: [`check_whole`] tells.
///
/// # Errors
/// Any [`BlendError`]; [`BlendError::NoScene`] where the file has nothing to render.
pub fn read_facts(path: &Path) -> Result<BlendFacts, BlendError> {
    facts::read(path, Layouts::Own)
}

/// [`read_facts`] for showing many files, several times as fast: files that the same build of Blender saved are read
/// by the struct description of the first of them, which the process remembers. Unlike it, it refuses a file that was
/// cut further on, as [`glance`] does.
///
/// A file made to deceive could so change what is shown for others; render by [`read_facts`].
///
/// # Errors
/// As [`read_facts`] and [`glance`].
pub fn read_facts_for_list(path: &Path) -> Result<BlendFacts, BlendError> {
    facts::read(path, Layouts::Shared)
}

/// Looks at both ends of a file, as quickly as can be: whether it is a .blend with a scene, and whether it was cut.
/// Tells the Blender version that saved it.
///
/// Where its ends do not tell, it is read on, as far as [`check_whole`] if need be. One that was compressed with gzip
/// passes with a good start.
///
/// # Errors
/// Any [`BlendError`].
pub fn glance(path: &Path) -> Result<BlendVersion, BlendError> {
    let mut blocks = block::Blocks::open(path, stream::HEADER_LIMIT, GLANCE)?;
    let version = blocks.header.version;
    // The first block since Blender 2.50, one for each scene that is rendered.
    if blocks.next()?.code != *b"REND" {
        return read_facts_for_list(path).map(|facts| facts.version);
    }
    if !blocks.ends_well() {
        whole::check(path, &Cancel::default())?;
    }
    Ok(version)
}

/// Walks every block head up to the end mark, so that a file cut anywhere is refused before Blender starts.
///
/// Uncompressed files are seeked over; compressed ones are decompressed to the end, their checksums included. A zstd
/// file that lost exactly its seek table, which comes after all data, is whole: Blender reads it.
///
/// # Errors
/// [`BlendError::Truncated`] for a file that was cut, and any other [`BlendError`] but [`BlendError::NoScene`].
pub fn check_whole(path: &Path) -> Result<(), BlendError> {
    check_whole_until(path, &Cancel::default())
}

/// The same, as long as nobody cancels: a large compressed file takes a while.
///
/// # Errors
/// As for [`check_whole`], and [`BlendError::Io`] once it was cancelled.
pub fn check_whole_until(path: &Path, cancel: &Cancel) -> Result<(), BlendError> {
    whole::check(path, cancel)
}
