//! The small picture that Blender saves for file browsers.

use serde::Serialize;

use super::bytes::Endian;

/// Pixels on a side; Blender writes 128 (`BLEN_THUMB_SIZE`).
const LARGEST: u32 = 1024;
/// Bytes of a `TEST` block with the largest picture.
pub(super) const MOST_BYTES: usize = 8 + 4 * (LARGEST * LARGEST) as usize;

/// The picture that Blender saved into the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Thumbnail {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Four bytes a pixel, straight alpha, rows from the top down; not serialized.
    #[serde(skip)]
    pub rgba: Vec<u8>,
}

impl Thumbnail {
    /// From the data of a `TEST` block: i32 width, i32 height, RGBA rows from the bottom up (`writefile.cc`,
    /// `write_thumb`). `None` where it is malformed or blank, as Blender saves it when it has no window.
    pub(super) fn parse(data: &[u8], endian: Endian) -> Option<Self> {
        let side = |at| endian.u32(data, at).filter(|side| (1..=LARGEST).contains(side));
        let (width, height) = (side(0)?, side(4)?);
        let row = usize::try_from(width).ok()? * 4;
        let pixels = data.get(8..)?.get(..row * usize::try_from(height).ok()?)?;
        if pixels.iter().all(|&byte| byte == 0) {
            return None;
        }
        let rgba = pixels.rchunks_exact(row).collect::<Vec<_>>().concat();
        Some(Self { width, height, rgba })
    }
}

#[cfg(test)]
mod tests {
    use super::{Endian, Thumbnail};

    #[test]
    fn rows_are_turned_over() {
        let data = [[0, 0, 0, 1], [0, 0, 0, 2], [1, 1, 1, 255], [2, 2, 2, 255]].concat();
        let thumbnail = Thumbnail::parse(&data, Endian::Big).unwrap();
        assert_eq!((thumbnail.width, thumbnail.height), (1, 2));
        assert_eq!(thumbnail.rgba, [2, 2, 2, 255, 1, 1, 1, 255]);
    }

    #[test]
    fn blank_or_malformed_is_none() {
        let sized = |w: u32, h: u32, pixels: &[u8]| [&w.to_le_bytes(), &h.to_le_bytes(), pixels].concat();
        for data in [
            sized(1, 1, &[0; 4]),
            sized(1, 2, &[1; 4]),
            sized(0, 1, &[1; 4]),
            sized(u32::MAX, 2, &[1; 9]),
            vec![1; 7],
        ] {
            assert_eq!(Thumbnail::parse(&data, Endian::Little), None, "{data:?}");
        }
    }
}
