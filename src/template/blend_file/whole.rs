//! Whether a file is whole: every block there, and the end mark.

use std::path::Path;

use super::block::Blocks;
use super::error::BlendError;
use super::input::Compression;
use super::stream::{CHUNK, HEADER_LIMIT};
use crate::interrupt::Cancel;

/// A compressed file may always unpack to this much.
const FLOOR: u64 = 1 << 30;
/// And never to more than this: no machine could open it.
const CEILING: u64 = 64 << 30;
/// Between the two: how many bytes each byte on disk may become. Zeroed arrays reach a few hundred.
const RATIO: u64 = 1000;

/// See [`super::check_whole_until`].
pub(super) fn check(path: &Path, cancel: &Cancel) -> Result<(), BlendError> {
    let mut blocks = Blocks::open(path, HEADER_LIMIT, CHUNK)?;
    blocks.end_with(cancel);
    blocks.set_limit(match blocks.compression() {
        Compression::None => u64::MAX,
        Compression::Gzip | Compression::Zstd => {
            blocks.file_len().saturating_mul(RATIO).clamp(FLOOR, CEILING)
        }
    });
    let mut dna = false;
    loop {
        let head = blocks.next()?;
        match &head.code {
            b"DNA1" => {
                if blocks.data(4)? != b"SDNA" {
                    return Err(BlendError::corrupt("its DNA1 block does not hold an SDNA"));
                }
                dna = true;
            }
            b"ENDB" if dna => return blocks.drain(),
            b"ENDB" => return Err(BlendError::corrupt("it has no DNA1 block")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_check_ends() {
        let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/ai_cpu_activation.blend"));
        let cancel = Cancel::default();
        check(file, &cancel).unwrap();
        cancel.cancel();
        assert!(matches!(check(file, &cancel), Err(BlendError::Io { .. })));
    }
}
