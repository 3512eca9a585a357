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
mod sniff;
mod stream;
mod thumbnail;
mod version;
mod whole;

#[cfg(test)]
mod tests;

use std::path::Path;

use facts::Layouts;

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
/// by the struct description of the first of them, which the process remembers.
///
/// A file made to deceive could so change what is shown for others; render by [`read_facts`].
///
/// # Errors
/// As [`read_facts`].
pub fn read_facts_for_list(path: &Path) -> Result<BlendFacts, BlendError> {
    facts::read(path, Layouts::Shared)
}

/// Reads the header only: the Blender version that saved the file and how the file is compressed.
///
/// # Errors
/// Any [`BlendError`] but [`BlendError::NoScene`].
pub fn read_version(path: &Path) -> Result<(BlendVersion, Compression), BlendError> {
    let blocks = block::Blocks::open(path, stream::HEADER_LIMIT)?;
    Ok((blocks.header.version, blocks.compression()))
}

/// Walks every block head up to the end mark, so that a file cut anywhere is refused before Blender starts.
///
/// Uncompressed files are seeked over; compressed ones are decompressed to the end, their checksums included. A zstd
/// file that lost exactly its seek table, which comes after all data, is whole: Blender reads it.
///
/// # Errors
/// [`BlendError::Truncated`] for a file that was cut, and any other [`BlendError`] but [`BlendError::NoScene`].
pub fn check_whole(path: &Path) -> Result<(), BlendError> {
    whole::check(path)
}
