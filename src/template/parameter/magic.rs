//! What a file is by its first bytes, and how large its picture says it is.

use super::end::is_cut;

/// Pixels of the longest side; more is a mistake, or meant to exhaust the machine.
pub(super) const LONGEST_SIDE: u64 = 16_384;

/// What an image's files end in, for an image that Blender reads.
///
/// # Errors
/// What it is instead, or what is wrong with it, as a sentence.
pub(super) fn image(bytes: &[u8]) -> Result<&'static str, String> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let (extension, size) = if starts(b"\x89PNG\r\n\x1a\n") {
        ("png", png(bytes))
    } else if starts(b"\xff\xd8\xff") {
        ("jpg", jpeg(bytes))
    } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        ("webp", webp(bytes))
    } else if starts(b"II*\0") || starts(b"MM\0*") {
        ("tif", tiff(bytes))
    } else if starts(b"\x76\x2f\x31\x01") {
        ("exr", exr(bytes))
    } else if starts(b"#?RADIANCE") || starts(b"#?RGBE") {
        ("hdr", radiance(bytes))
    } else if starts(b"BM") && bytes.len() > 26 {
        ("bmp", bmp(bytes))
    } else {
        return Err(stranger(bytes));
    };
    match size {
        Some([width, height]) if width.max(height) > LONGEST_SIDE => {
            Err(format!("it is {width}x{height} pixels, and at most {LONGEST_SIDE} a side are taken"))
        }
        _ if extension == "webp" && animated(bytes) => {
            Err("it is an animation: give one of its pictures".to_owned())
        }
        Some(_) if is_cut(extension, bytes) => Err(format!("it is cut off: a .{extension} without its end")),
        Some([width, height]) if width.min(height) > 0 => Ok(extension),
        _ => Err(format!("it is cut off or damaged: a .{extension} that does not tell its size")),
    }
}

/// What a font's files end in, for a font that Blender loads.
///
/// # Errors
/// What it is instead, as a sentence.
pub(super) fn font(bytes: &[u8]) -> Result<&'static str, String> {
    match bytes {
        [0, 1, 0, 0, ..] | [b't', b'r', b'u', b'e', ..] => Ok("ttf"),
        [b'O', b'T', b'T', b'O', ..] => Ok("otf"),
        [b't', b't', b'c', b'f', ..] => Ok("ttc"),
        [b'w', b'O', b'F', b'F', ..] => Ok("woff"),
        [b'w', b'O', b'F', b'2', ..] => Ok("woff2"),
        [0x80, 1, ..] if bytes.get(6..8) == Some(b"%!") => Ok("pfb"),
        [] => Err("it is empty".to_owned()),
        _ => Err("it is no font that Blender loads: give TTF, OTF, TTC, PFB, WOFF or WOFF2".to_owned()),
    }
}

/// What is no image that Blender reads.
fn stranger(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let drawing = text.contains("<svg");
    let what = match bytes {
        [] => return "it is empty".to_owned(),
        _ if drawing => "it is an SVG drawing",
        [b'G', b'I', b'F', b'8', ..] => "it is a GIF",
        [b'%', b'P', b'D', b'F', ..] => "it is a PDF",
        [b'8', b'B', b'P', b'S', ..] => "it is a Photoshop file",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "it is an AVIF, a HEIC or a movie",
        _ => "it is no image that Blender reads",
    };
    let rest = if what.ends_with("reads") { "give" } else { "convert it to" };
    // A TGA has nothing to be known by.
    format!("{what}: {rest} PNG, JPEG, WebP, TIFF, OpenEXR, Radiance HDR or BMP")
}

fn take<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn big(bytes: &[u8], at: usize) -> Option<u64> {
    take(bytes, at).map(|four| u32::from_be_bytes(four).into())
}

fn big2(bytes: &[u8], at: usize) -> Option<u64> {
    take(bytes, at).map(|two| u16::from_be_bytes(two).into())
}

fn little(bytes: &[u8], at: usize) -> Option<u64> {
    take(bytes, at).map(|four| u32::from_le_bytes(four).into())
}

fn little2(bytes: &[u8], at: usize) -> Option<u64> {
    take(bytes, at).map(|two| u16::from_le_bytes(two).into())
}

/// IHDR is the first chunk.
fn png(bytes: &[u8]) -> Option<[u64; 2]> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some([big(bytes, 16)?, big(bytes, 20)?])
}

/// The first start-of-frame segment; those before it are stepped over.
fn jpeg(bytes: &[u8]) -> Option<[u64; 2]> {
    let mut at = 2;
    loop {
        match *bytes.get(at..at + 2)? {
            [0xff, 0xff] => at += 1,
            [0xff, 0xc4 | 0xc8 | 0xcc] => at += 2 + usize::from(u16::from_be_bytes(take(bytes, at + 2)?)),
            [0xff, 0xc0..=0xcf] => return Some([big2(bytes, at + 7)?, big2(bytes, at + 5)?]),
            [0xff, 0xd9 | 0xda] => return None,
            [0xff, 0x01 | 0xd0..=0xd8] => at += 2,
            [0xff, _] => at += 2 + usize::from(u16::from_be_bytes(take(bytes, at + 2)?)),
            _ => return None,
        }
    }
}

/// The three forms of the first chunk.
fn webp(bytes: &[u8]) -> Option<[u64; 2]> {
    match bytes.get(12..16)? {
        b"VP8 " => Some([little2(bytes, 26)? & 0x3fff, little2(bytes, 28)? & 0x3fff]),
        b"VP8L" => {
            let packed = little(bytes, 21)?;
            Some([(packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1])
        }
        b"VP8X" => Some([(little(bytes, 24)? & 0xff_ffff) + 1, (little(bytes, 26)? >> 8) + 1]),
        _ => None,
    }
}

/// Whether the first chunk announces frames, of which Blender shows none.
fn animated(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 0x02 != 0)
}

/// Width and height are entries 256 and 257 of the first directory.
fn tiff(bytes: &[u8]) -> Option<[u64; 2]> {
    let large = bytes[0] == b'M';
    let two = if large { big2 } else { little2 };
    let four = if large { big } else { little };
    let directory = usize::try_from(four(bytes, 4)?).ok()?;
    let entry = |index: usize| directory.checked_add(2 + 12 * index);
    let find = |wanted: u64| {
        (0..usize::try_from(two(bytes, directory)?).ok()?).find_map(|index| {
            let at = entry(index)?;
            // Type 3 is a number of 16 bits, type 4 one of 32.
            (two(bytes, at)? == wanted).then(|| match two(bytes, at + 2)? {
                3 => two(bytes, at + 8),
                4 => four(bytes, at + 8),
                _ => None,
            })?
        })
    };
    Some([find(256)?, find(257)?])
}

/// The `dataWindow` among the header's attributes: a name, a type, a length, and that many bytes.
fn exr(bytes: &[u8]) -> Option<[u64; 2]> {
    let mut at = 8;
    let text = |at: usize| {
        let rest = bytes.get(at..)?;
        let end = rest.iter().take(256).position(|byte| *byte == 0)?;
        Some((&rest[..end], at + end + 1))
    };
    loop {
        let (name, next) = text(at)?;
        let (_, next) = text(next)?;
        let length = usize::try_from(little(bytes, next)?).ok()?;
        if name == b"dataWindow" {
            let corner =
                |index: usize| take(bytes, next + 4 + 4 * index).map(i32::from_le_bytes).map(i64::from);
            let side = |first: i64, last: i64| u64::try_from(last - first + 1).ok();
            return Some([side(corner(0)?, corner(2)?)?, side(corner(1)?, corner(3)?)?]);
        }
        at = next.checked_add(4)?.checked_add(length)?;
    }
}

/// Lines of text up to an empty one; then `-Y HEIGHT +X WIDTH`.
fn radiance(bytes: &[u8]) -> Option<[u64; 2]> {
    let head = &bytes[..bytes.len().min(1 << 16)];
    let end = head.windows(2).position(|two| two == b"\n\n")? + 2;
    let line = head[end..].split(|byte| *byte == b'\n').next()?;
    let words: Vec<&str> = std::str::from_utf8(line).ok()?.split_whitespace().collect();
    match words.as_slice() {
        [_, first, _, second] => Some([second.parse().ok()?, first.parse().ok()?]),
        _ => None,
    }
}

/// Both sides are signed in all but the oldest form: a negative height is a picture upside down.
fn bmp(bytes: &[u8]) -> Option<[u64; 2]> {
    if little(bytes, 14)? == 12 {
        return Some([little2(bytes, 18)?, little2(bytes, 20)?]);
    }
    let side = |at| take(bytes, at).map(|four| u64::from(i32::from_le_bytes(four).unsigned_abs()));
    Some([side(18)?, side(22)?])
}

#[cfg(test)]
#[path = "tests/magic.rs"]
mod tests;
