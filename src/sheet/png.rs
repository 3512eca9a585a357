//! Pictures from PNG and to PNG.

use std::io::{BufRead, Seek};
use std::path::Path;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Limits, Transformations};

use super::Picture;
use crate::error::{Error, Result};
use crate::paths::display;

/// Pixels of the largest picture that is read: the largest clip has as many.
const MOST_PIXELS: u64 = 8192 * 8192;

impl Picture {
    /// Reads a PNG file of any kind.
    ///
    /// # Errors
    /// `bad_picture` for what is none, is broken or too large; those of the file system.
    pub fn read(path: &Path) -> Result<Self> {
        let file = std::io::BufReader::new(fs_err::File::open(path)?);
        decode(file).map_err(|error| {
            Error::bad_input("bad_picture", format!("{} cannot be read as a picture", display(path)))
                .because(error)
                .hint("it must be a whole PNG file")
        })
    }

    /// Reads a PNG from memory; `None` where it is none, is broken or too large.
    pub fn from_png(bytes: &[u8]) -> Option<Self> {
        decode(std::io::Cursor::new(bytes)).ok()
    }

    /// As a PNG: without alpha where nothing is transparent.
    pub fn to_png(&self) -> Vec<u8> {
        if self.pixels().all(|pixel| pixel[3] == 255) {
            let rgb: Vec<u8> = self.pixels().flat_map(|[red, green, blue, _]| [red, green, blue]).collect();
            encode([self.width(), self.height()], ColorType::Rgb, None, &rgb)
        } else {
            encode([self.width(), self.height()], ColorType::Rgba, None, self.rgba())
        }
    }
}

fn decode(reader: impl BufRead + Seek) -> Result<Picture, String> {
    // Beside the picture a file may bring texts and profiles; those are not what memory is for.
    let mut decoder = Decoder::new_with_limits(reader, Limits { bytes: 1 << 20 });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(|error| error.to_string())?;
    let (width, height) = (header.width, header.height);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!("{width}x{height} pixels are too many"));
    }
    // As much as its pixels take at 16 bits, and some rows.
    let bytes = width as usize * (height as usize + 16) * 8;
    decoder.set_limits(Limits { bytes: bytes + (1 << 20) });
    let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
    let size = reader.output_buffer_size().ok_or("it is too large")?;
    let mut pixels = vec![0; size];
    let info = reader.next_frame(&mut pixels).map_err(|error| error.to_string())?;
    pixels.truncate(info.buffer_size());
    let rgba = match info.color_type {
        ColorType::Rgba => pixels,
        ColorType::Rgb => widen(&pixels, |[red, green, blue]| [red, green, blue, 255]),
        ColorType::Grayscale => widen(&pixels, |[grey]| [grey, grey, grey, 255]),
        ColorType::GrayscaleAlpha => widen(&pixels, |[grey, alpha]| [grey, grey, grey, alpha]),
        ColorType::Indexed => return Err("its palette was not applied".to_owned()),
    };
    Picture::new(info.width, info.height, rgba).ok_or_else(|| "it has no pixels".to_owned())
}

fn widen<const N: usize>(bytes: &[u8], pixel: impl Fn([u8; N]) -> [u8; 4]) -> Vec<u8> {
    bytes.as_chunks::<N>().0.iter().flat_map(|chunk| pixel(*chunk)).collect()
}

/// A PNG of 8 bits a channel or index. Writing to memory cannot fail, and the sizes are those of a picture.
pub(super) fn encode(
    [width, height]: [u32; 2],
    kind: ColorType,
    palette: Option<&[u8]>,
    data: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(kind);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
        // Neighbouring numbers of a palette are no neighbouring colours.
        encoder.set_filter(png::Filter::NoFilter);
    }
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(data)?;
        writer.finish()
    });
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gradient(alpha: u8) -> Picture {
        let rgba = (0..60_u8).flat_map(|at| [at, at * 2, 255 - at, alpha]).collect();
        Picture::new(10, 6, rgba).unwrap()
    }

    #[test]
    fn a_picture_survives_the_way_through_png() {
        for alpha in [255, 17] {
            let picture = gradient(alpha);
            assert_eq!(Picture::from_png(&picture.to_png()).as_ref(), Some(&picture));
        }
        let size = [2, 1];
        let grey = encode(size, ColorType::Grayscale, None, &[0, 9]);
        assert_eq!(Picture::from_png(&grey).unwrap().at(1, 0), [9, 9, 9, 255]);
        let faint = encode(size, ColorType::GrayscaleAlpha, None, &[0, 9, 7, 8]);
        assert_eq!(Picture::from_png(&faint).unwrap().at(1, 0), [7, 7, 7, 8]);
        let indexed = encode(size, ColorType::Indexed, Some(&[1, 2, 3, 4, 5, 6]), &[1, 0]);
        assert_eq!(Picture::from_png(&indexed).unwrap().at(0, 0), [4, 5, 6, 255]);
    }

    #[test]
    fn a_broken_file_is_an_error_and_no_panic() {
        let whole = gradient(255).to_png();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        for length in 0..whole.len() - 12 {
            fs_err::write(&path, &whole[..length]).unwrap();
            assert_eq!(Picture::read(&path).unwrap_err().code(), "bad_picture", "{length} bytes");
        }
        let mut huge = whole;
        huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let crc = crc_of(&huge[12..29]);
        huge[29..33].copy_from_slice(&crc);
        fs_err::write(&path, &huge).unwrap();
        let error = Picture::read(&path).unwrap_err();
        assert!(error.to_string().contains("too many"), "{error}");
        assert!(Picture::read(&folder.path().join("none.png")).is_err());
    }

    fn crc_of(bytes: &[u8]) -> [u8; 4] {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_be_bytes()
    }

    proptest! {
        #[test]
        fn no_damage_panics(at in 0usize..200, value: u8) {
            let mut bytes = gradient(255).to_png();
            let length = bytes.len();
            bytes[at % length] = value;
            let _ = Picture::from_png(&bytes);
        }
    }
}
