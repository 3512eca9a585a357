//! Whole files: built by hand, saved by real Blenders, and broken in every way.

mod builder;
mod damage;
mod real;
mod synthetic;

use std::path::{Path, PathBuf};

use super::BlendError;
use tempfile::TempDir;

/// A folder with one file in it.
struct Saved {
    _folder: TempDir,
    path: PathBuf,
}

impl Saved {
    fn new(bytes: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("file.blend");
        fs_err::write(&path, bytes).unwrap();
        Self { _folder: folder, path }
    }

    fn facts(&self) -> Result<super::BlendFacts, BlendError> {
        super::read_facts(&self.path)
    }

    fn listed(&self) -> Result<super::BlendFacts, BlendError> {
        super::read_facts_for_list(&self.path)
    }

    fn whole(&self) -> Result<(), BlendError> {
        super::check_whole(&self.path)
    }
}

/// A file that a real Blender saved; `tests/fixtures/blend/README.md` tells which.
fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/blend");
    fs_err::read(folder.join(name)).unwrap()
}

/// The data of a compressed file.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut data = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut data).unwrap();
        data
    } else {
        zstd::decode_all(bytes).unwrap()
    }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}
