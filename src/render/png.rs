//! Whether a PNG on disk is the whole picture it should be, told from its first and last bytes.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Signature, then the length and name of the header chunk, as every PNG starts.
const START: &[u8; 16] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
/// The empty last chunk with its checksum, as every whole PNG ends.
const END: &[u8; 12] = b"\0\0\0\0IEND\xaeB`\x82";

/// Whether the file is a PNG of this size that was written to its end.
pub(super) fn is_whole(path: &Path, [width, height]: [u32; 2]) -> bool {
    let check = || -> std::io::Result<bool> {
        let mut file = fs_err::File::open(path)?;
        let (mut start, mut end) = ([0; 24], [0; 12]);
        file.read_exact(&mut start)?;
        file.seek(SeekFrom::End(-12))?;
        file.read_exact(&mut end)?;
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        Ok(start.starts_with(START) && start[16..] == size && &end == END)
    };
    check().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_or_foreign_file_is_not_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let mut bytes = START.to_vec();
        bytes.extend([0, 0, 0, 64, 0, 0, 0, 36]);
        bytes.extend(b"data");
        bytes.extend(END);
        fs_err::write(&path, &bytes).unwrap();
        assert!(is_whole(&path, [64, 36]));
        assert!(!is_whole(&path, [36, 64]));
        for length in 0..bytes.len() {
            fs_err::write(&path, &bytes[..length]).unwrap();
            assert!(!is_whole(&path, [64, 36]), "{length} bytes");
        }
        assert!(!is_whole(&folder.path().join("absent.png"), [64, 36]));
    }
}
