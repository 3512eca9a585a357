//! The index of a clip: how long it is, and how large and how many the pictures of its video track are.

use std::io::{Read, Seek};

use super::boxes::{Boxes, Found};
use crate::error::Result;

/// What `moov` tells.
#[derive(Debug, Default)]
pub(super) struct Movie {
    /// Length and ticks a second, from `mvhd`.
    time: Option<(u64, u32)>,
    /// Length in the same ticks, from a fragmented clip's `mehd`.
    fragments: Option<u64>,
    /// Whether there is a video track.
    pub(super) video: bool,
    /// Frames of the first one.
    pub(super) frames: Option<u32>,
    /// Its width and height in pixels.
    pub(super) size: Option<[u32; 2]>,
}

/// What one `trak` tells.
#[derive(Debug, Default)]
struct Track {
    video: bool,
    frames: Option<u32>,
    size: Option<[u32; 2]>,
}

/// How deep boxes of the index lie in each other: moov, trak, mdia, minf, stbl.
const DEEPEST: u32 = 5;

impl Movie {
    /// Reads `moov`.
    ///
    /// # Errors
    /// `clip_truncated` and `clip_broken` for boxes in it that go beyond it or are none.
    pub(super) fn read<R: Read + Seek>(boxes: &mut Boxes<R>, moov: Found) -> Result<Self> {
        let (mut movie, mut track) = (Self::default(), Track::default());
        movie.inside(boxes, moov, &mut track, DEEPEST)?;
        Ok(movie)
    }

    fn inside<R: Read + Seek>(
        &mut self,
        boxes: &mut Boxes<R>,
        parent: Found,
        track: &mut Track,
        depth: u32,
    ) -> Result<()> {
        let mut at = parent.start;
        // QuickTime may end a list of boxes with four bytes of zero.
        while at + 8 <= parent.end {
            let found = boxes.at(at, parent.end)?;
            match &found.name {
                b"trak" if depth > 0 => {
                    let mut own = Track::default();
                    self.inside(boxes, found, &mut own, depth - 1)?;
                    self.add(&own);
                }
                b"mdia" | b"minf" | b"stbl" | b"mvex" if depth > 0 => {
                    self.inside(boxes, found, track, depth - 1)?;
                }
                b"mvhd" => self.time = header(boxes, found)?,
                b"mehd" => self.fragments = fragments(boxes, found)?,
                // In QuickTime a second `hdlr`, of the data, lies in `minf`.
                b"hdlr" if field(boxes, found, 8)? == Some(*b"vide") => track.video = true,
                // Width and height are the last two fields, numbers with 16 bits behind the point.
                b"tkhd" => track.size = size(boxes, found)?,
                b"stsz" | b"stz2" => track.frames = field(boxes, found, 8)?.map(u32::from_be_bytes),
                _ => {}
            }
            at = found.end;
        }
        Ok(())
    }

    fn add(&mut self, track: &Track) {
        if track.video && !self.video {
            self.video = true;
            // A fragmented clip counts its frames elsewhere.
            (self.frames, self.size) = (track.frames.filter(|frames| *frames > 0), track.size);
        }
    }

    /// Length in seconds, where it is known.
    pub(super) fn seconds(&self) -> Option<f64> {
        let (ticks, rate) = self.time?;
        let ticks = if ticks == 0 { self.fragments? } else { ticks };
        (rate > 0).then(|| ticks as f64 / f64::from(rate))
    }
}

/// Four bytes in a box, `skip` bytes behind its head; `None` where the box is shorter.
fn field<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found, skip: u64) -> Result<Option<[u8; 4]>> {
    if found.start + skip + 4 > found.end {
        return Ok(None);
    }
    let mut bytes = [0; 4];
    boxes.read(found.start + skip, &mut bytes)?;
    Ok(Some(bytes))
}

fn number<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found, skip: u64) -> Result<Option<u32>> {
    Ok(field(boxes, found, skip)?.map(u32::from_be_bytes))
}

/// Whether the box has 64-bit times: its version, the first byte.
fn is_long<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found) -> Result<bool> {
    Ok(field(boxes, found, 0)?.is_some_and(|[version, ..]| version == 1))
}

/// Length and rate of `mvhd`: version and flags, two dates, rate, length.
fn header<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found) -> Result<Option<(u64, u32)>> {
    let long = is_long(boxes, found)?;
    let rate = number(boxes, found, if long { 20 } else { 12 })?;
    let ticks = if long { wide(boxes, found, 24)? } else { narrow(boxes, found, 16)? };
    Ok(ticks.zip(rate))
}

/// Length of `mehd`.
fn fragments<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found) -> Result<Option<u64>> {
    if is_long(boxes, found)? { wide(boxes, found, 4) } else { narrow(boxes, found, 4) }
}

/// A length of four bytes; all ones stand for an unknown one.
fn narrow<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found, skip: u64) -> Result<Option<u64>> {
    Ok(number(boxes, found, skip)?.filter(|ticks| *ticks != u32::MAX).map(u64::from))
}

/// A length of eight bytes, likewise.
fn wide<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found, skip: u64) -> Result<Option<u64>> {
    let (high, low) = (number(boxes, found, skip)?, number(boxes, found, skip + 4)?);
    Ok(high
        .zip(low)
        .map(|(high, low)| u64::from(high) << 32 | u64::from(low))
        .filter(|ticks| *ticks != u64::MAX))
}

fn size<R: Read + Seek>(boxes: &mut Boxes<R>, found: Found) -> Result<Option<[u32; 2]>> {
    let Some(skip) = (found.end - found.start).checked_sub(8) else { return Ok(None) };
    let (width, height) = (number(boxes, found, skip)?, number(boxes, found, skip + 4)?);
    Ok(width.zip(height).map(|(width, height)| [width >> 16, height >> 16]))
}
