//! Whether a picture is all there: Blender shows what came of one that was cut, grey or transparent, without a word.

/// Whether its file plainly ends too early. What does not tell its end is taken as whole.
pub(super) fn is_cut(extension: &str, bytes: &[u8]) -> bool {
    match extension {
        "png" => png(bytes),
        "jpg" => jpeg(bytes),
        "webp" => webp(bytes),
        _ => false,
    }
}

/// Chunks follow each other from byte 8 on: length, type, data, checksum. `IEND` is the last.
fn png(bytes: &[u8]) -> bool {
    let (mut at, mut has_pixels) = (8_usize, false);
    while let Some(&[a, b, c, d, ref kind @ ..]) = bytes.get(at..).and_then(|rest| rest.get(..8)) {
        match kind {
            b"IEND" => return false,
            b"IDAT" => has_pixels = true,
            _ => {}
        }
        at = at.saturating_add(12).saturating_add(u32::from_be_bytes([a, b, c, d]) as usize);
    }
    has_pixels
}

/// Segments follow each other from byte 2 on; after the start of the scan, pixels up to an end-of-image marker.
fn jpeg(bytes: &[u8]) -> bool {
    let mut at = 2_usize;
    while let Some(&[mark, kind, high, low]) = bytes.get(at..).and_then(|rest| rest.get(..4)) {
        at += match (mark, kind) {
            (0xff, 0xda) => return !bytes[at..].windows(2).any(|two| two == b"\xff\xd9"),
            (0xff, 0xff) => 1,
            (0xff, 0x01 | 0xd0..=0xd8) => 2,
            (0xff, _) => 2 + usize::from(u16::from_be_bytes([high, low])),
            _ => return false,
        };
    }
    false
}

/// Bytes 4 to 7 tell how many follow.
fn webp(bytes: &[u8]) -> bool {
    let told = bytes.get(4..8).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
    (bytes.len() as u64) < u64::from(told) + 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lacks_its_end_is_cut_and_what_follows_it_does_not_matter() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x02IHDRab____\0\0\0\x03IDATabc____\0\0\0\0IEND____";
        let jpeg = b"\xff\xd8\xff\xe1\0\x06\xff\xd9ab\xff\xff\xc0\0\x03x\xff\xda\0\x02pixels\xff\0\xff\xd9";
        let webp = b"RIFF\x0c\0\0\0WEBPVP8 \0\0\0\0";
        for (extension, file, from) in [("png", &png[..], 30), ("jpg", jpeg, 20), ("webp", webp, 12)] {
            let more = [file, b"more"].concat();
            assert!(!is_cut(extension, file) && !is_cut(extension, &more), "{extension}");
            let last = if extension == "png" { file.len() - 4 } else { file.len() };
            for end in from..last {
                assert!(is_cut(extension, &file[..end]), "{extension} of {end} bytes");
            }
            // As far as it tells nothing of its end, it is not called cut for that.
            assert!(extension == "webp" || (0..from).all(|end| !is_cut(extension, &file[..end])));
        }
        assert!(!is_cut("tif", b"II*\0"));
    }
}
