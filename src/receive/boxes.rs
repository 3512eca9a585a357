//! The structure of an MP4 or MOV: its boxes are walked, none of its pictures is decoded.
//!
//! ISO/IEC 14496-12: a box is a size of four bytes, a name of four, and what it holds; size 1 says that eight bytes
//! of size follow the name, size 0 that it goes on to the end of the file.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::movie::Movie;
use crate::error::{Error, Result};

/// Boxes that are looked at, in all. A fragmented hour has a few thousand.
const MOST: u32 = 200_000;

/// What the structure tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Structure {
    /// Length in seconds, where the file says it.
    pub(super) seconds: Option<f64>,
    /// Frames of the first video track, where the file says it.
    pub(super) frames: Option<u32>,
    /// Width and height in pixels of that track.
    pub(super) size: Option<[u32; 2]>,
    /// Whether the index lies before the frames, so that it can be played from a pipe.
    pub(super) index_first: bool,
}

/// A box: its name, where its content begins and where it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) name: [u8; 4],
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Reads boxes out of a file.
pub(super) struct Boxes<R> {
    file: BufReader<R>,
    left: u32,
}

impl<R: Read + Seek> Boxes<R> {
    /// The box at `at`, in a parent (or a file) that ends at `end`.
    ///
    /// # Errors
    /// `clip_truncated` with the offset when it goes beyond, `clip_broken` when it is none.
    pub(super) fn at(&mut self, at: u64, end: u64) -> Result<Found> {
        self.left =
            self.left.checked_sub(1).ok_or_else(|| broken(format!("it has more than {MOST} boxes")))?;
        let mut head = [0; 16];
        let count = usize::try_from((end - at).min(16)).unwrap_or(16);
        self.read(at, &mut head[..count])?;
        let [size, name, high, low] =
            [0, 4, 8, 12].map(|at| [head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if count < 8 {
            return Err(truncated(end, format!("only {count} bytes of the box at byte {at} are there")));
        }
        if !name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte == 0xa9) {
            return Err(broken(format!("there is no box at byte {at} but {}", head[..8].escape_ascii())));
        }
        let wide = (u64::from(u32::from_be_bytes(high)) << 32) | u64::from(u32::from_be_bytes(low));
        let (length, skip) = match u32::from_be_bytes(size) {
            0 => (end - at, 8),
            1 if count < 16 => {
                return Err(truncated(end, format!("only {count} bytes of the box at byte {at} are there")));
            }
            1 => (wide, 16),
            length => (length.into(), 8),
        };
        if length < skip {
            return Err(broken(format!(
                "the box '{}' at byte {at} has a size of {length}",
                name.escape_ascii()
            )));
        }
        match at.checked_add(length).filter(|ends| *ends <= end) {
            Some(ends) => Ok(Found { name, start: at + skip, end: ends }),
            None => Err(truncated(
                end,
                format!("its box '{}' begins at byte {at} and has {length} bytes", name.escape_ascii()),
            )),
        }
    }

    /// Bytes at a place that is known to be in the file.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn read(&mut self, at: u64, bytes: &mut [u8]) -> Result<()> {
        let here = self.file.stream_position()?;
        let step = i64::try_from(i128::from(at) - i128::from(here)).map_err(io::Error::other)?;
        self.file.seek_relative(step)?;
        Ok(self.file.read_exact(bytes)?)
    }
}

/// Walks a clip from end to end.
///
/// # Errors
/// `clip_truncated` with the offset, `clip_broken`, `not_a_clip` without a video track.
pub(super) fn walk(mut file: impl Read + Seek) -> Result<Structure> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut boxes = Boxes { file: BufReader::with_capacity(512, file), left: MOST };
    let (mut movie, mut media, mut index_first, mut at) = (None, false, false, 0);
    while at < length {
        let found = boxes.at(at, length)?;
        match &found.name {
            b"moov" if movie.is_none() => {
                movie = Some(Movie::read(&mut boxes, found)?);
                index_first = !media;
            }
            b"mdat" => media = true,
            _ => {}
        }
        at = found.end;
    }
    let Some(movie) = movie else {
        return Err(truncated(length, "its index (the box 'moov') is missing".to_owned()));
    };
    if !movie.video {
        return Err(Error::bad_input("not_a_clip", "the MP4 holds no video")
            .because("none of its tracks is a video track")
            .hint("see what the endpoint's handler returns"));
    }
    if !media {
        return Err(truncated(length, "its pictures (the box 'mdat') are missing".to_owned()));
    }
    Ok(Structure { seconds: movie.seconds(), frames: movie.frames, size: movie.size, index_first })
}

/// The error for a clip that ends too early.
fn truncated(end: u64, why: String) -> Error {
    Error::bad_input("clip_truncated", format!("the video ends at byte {end}, before it is complete"))
        .because(why)
        .hint("it was cut before it was sent or on its way: fetch the answer again, or run the job again")
}

/// The error for a clip that cannot be one.
pub(super) fn broken(why: impl Into<String>) -> Error {
    Error::bad_input("clip_broken", "the video is not what it should be")
        .because(why.into())
        .hint("fetch the answer again, or run the job again")
}

#[cfg(test)]
#[path = "tests/boxes.rs"]
mod tests;
