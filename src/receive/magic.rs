//! What bytes are, by how they begin.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Bytes that are enough to know an MP4 or MOV: size and name of its first box, and its brand.
pub(super) const ENOUGH: usize = 12;

/// Whether they begin an MP4 or MOV.
pub(super) fn is_clip(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
}

/// What other things begin like, with their names. Signatures as file(1) knows them.
const KNOWN: [(&[u8], &str); 15] = [
    (b"\x1a\x45\xdf\xa3", "a WebM or Matroska video"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"BLENDER", "a .blend file"),
    (b"OggS", "an Ogg file"),
    (b"\x00\x00\x01\xba", "an MPEG program stream"),
    (b"G@", "an MPEG transport stream"),
    (b"<?xml", "an XML document"),
    (b"<", "an HTML page"),
    (b"{", "JSON text"),
];

/// What this is, where the beginning tells it.
pub(super) fn name(bytes: &[u8]) -> Option<&'static str> {
    if is_clip(bytes) {
        return Some("an MP4 or MOV");
    }
    match (bytes.get(..4), bytes.get(8..12)) {
        (Some(b"RIFF"), Some(b"AVI ")) => return Some("an AVI video"),
        (Some(b"RIFF"), Some(b"WEBP")) => return Some("a WebP picture"),
        _ => {}
    }
    if let Some(b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"moof" | b"styp") = bytes.get(4..8) {
        return Some("an MP4 or MOV without its beginning");
    }
    KNOWN.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, name)| *name)
}

/// The first bytes behind base64, with or without `data:…;base64,` before it.
pub(super) fn behind_base64(text: &str) -> Vec<u8> {
    let text = text.trim_start();
    let text =
        if text.starts_with("data:") { text.split_once(',').map_or("", |(_, rest)| rest) } else { text };
    let mut symbols: Vec<u8> = text.bytes().filter(|byte| *byte > b' ' && *byte != b'=').take(16).collect();
    symbols.truncate(symbols.len() / 4 * 4);
    STANDARD_NO_PAD.decode(symbols).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn things_are_known_by_how_they_begin() {
        let cases: [(&[u8], Option<&str>); 8] = [
            (b"\0\0\0\x20ftypisom", Some("an MP4 or MOV")),
            (b"\0\0\0\x20mdat....", Some("an MP4 or MOV without its beginning")),
            (b"RIFF\x10\0\0\0AVI LIST", Some("an AVI video")),
            (b"\x89PNG\r\n", Some("a PNG picture")),
            (b"<!DOCTYPE html>", Some("an HTML page")),
            (b"\x1f\x8b\x08", Some("gzip data")),
            (b"hello", None),
            (b"", None),
        ];
        for (bytes, wanted) in cases {
            assert_eq!(name(bytes), wanted, "{bytes:?}");
            let text = STANDARD.encode([bytes, &[b' '; 12]].concat());
            assert_eq!(name(&behind_base64(&format!("data:x;base64,\n{text}"))), wanted, "{bytes:?}");
        }
        assert_eq!(behind_base64("a secret, not base64"), b"");
        assert_eq!(behind_base64("data:no comma"), b"");
    }
}
