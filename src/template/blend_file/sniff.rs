//! Names what a file is when it is not a .blend, so that the user sees the mistake at once.

use super::error::BlendError;

/// Start of a file and what it means; the magic values are those of the `file` utility's database.
const MAGICS: &[(&[u8], &str)] = &[
    (b"version https://git-lfs", "a Git LFS pointer"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\x76\x2f\x31\x01", "an OpenEXR image"),
    (b"#?RADIANCE", "a Radiance HDR image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"8BPS", "a Photoshop file"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"fLaC", "a FLAC file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xfd7zXZ\0", "an XZ archive"),
    (b"BZh", "a bzip2 archive"),
    (b"%PDF", "a PDF document"),
    (b"glTF", "a glTF model"),
    (b"Kaydara FBX", "an FBX model"),
    (b"PXR-USDC", "a USD model"),
    (b"solid ", "an STL model"),
    (b"ply\n", "a PLY model"),
    (b"\x7fELF", "a Linux program"),
    (b"MZ", "a Windows program"),
    (b"#!", "a script"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
];

/// The error for a file, or for the data inside a compressed file, that starts with `bytes`.
pub(super) fn not_a_blend(bytes: &[u8]) -> BlendError {
    BlendError::NotABlend { found: describe(bytes).to_owned() }
}

/// A short description with its article; `bytes` are the first few hundred of the file.
pub(super) fn describe(bytes: &[u8]) -> &'static str {
    if let Some((_, name)) = MAGICS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return name;
    }
    match (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
        (_, Some(b"ftyp"), Some(b"avif" | b"heic" | b"mif1")) => return "a HEIF or AVIF image",
        (_, Some(b"ftyp" | b"moov" | b"mdat" | b"wide"), _) => return "an MP4/MOV video",
        (Some(b"RIFF"), _, Some(b"WEBP")) => return "a WebP image",
        (Some(b"RIFF"), _, Some(b"AVI ")) => return "an AVI video",
        (Some(b"RIFF"), _, Some(b"WAVE")) => return "a WAV file",
        _ => {}
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return "a TAR archive";
    }
    if !bytes.is_empty() && bytes.iter().all(|&byte| byte == 0) {
        return "zero bytes, as an unfinished download leaves";
    }
    describe_text(bytes)
}

fn describe_text(bytes: &[u8]) -> &'static str {
    // The last character may be cut; everything before it has to be text.
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(err) if err.error_len().is_none() => {
            bytes.get(..err.valid_up_to()).and_then(|head| std::str::from_utf8(head).ok()).unwrap_or_default()
        }
        Err(_) => return "unknown binary data",
    };
    let text = valid.trim_start_matches('\u{feff}').trim_start();
    if valid.is_empty() || text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return "unknown binary data";
    }
    let start: String = text.chars().take(14).collect::<String>().to_ascii_lowercase();
    match start.as_str() {
        s if s.starts_with("<!doctype html") || s.starts_with("<html") || s.starts_with("<head") => {
            "an HTML page"
        }
        s if s.starts_with("<?xml") || s.starts_with("<svg") => "an XML document",
        s if s.starts_with('{') || s.starts_with('[') => "JSON text",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn names_common_mistakes() {
        let cases: &[(&[u8], &str)] = &[
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
            (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
            (b"\0\0\0\x20ftypisom\0\0", "an MP4/MOV video"),
            (b"\0\0\0\x20ftypavif\0\0", "a HEIF or AVIF image"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP image"),
            (b"PK\x03\x04\x14\0", "a ZIP archive"),
            (b"\n<!DOCTYPE html><html>", "an HTML page"),
            (b"<?xml version=\"1.0\"?>", "an XML document"),
            (b"{\"error\": 404}", "JSON text"),
            (b"Not Found\n", "text"),
            ("caf\u{e9}".as_bytes().split_last().unwrap().1, "text"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:", "a Git LFS pointer"),
            (b"\0\0\0\0\0\0", "zero bytes, as an unfinished download leaves"),
            (b"\x01\x02\x03\xfe", "unknown binary data"),
            (b"ab\0cd", "unknown binary data"),
        ];
        for (bytes, name) in cases {
            assert_eq!(&describe(bytes), name, "{}", bytes.escape_ascii());
        }
    }
}
