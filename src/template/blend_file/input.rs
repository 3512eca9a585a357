//! What a file's bytes come through: nothing, gzip or zstd.

use std::io::{self, BufReader, Read, Seek as _};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use fs_err::File;
use serde::Serialize;

use super::error::BlendError;
use super::zstd_input::{self, ZstdInput};

/// Magic of a zstd frame (RFC 8878, 3.1.1) and of gzip (RFC 1952, 2.3.1).
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How a .blend is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// As it is in memory.
    None,
    /// Blender before 3.0, on request.
    Gzip,
    /// Blender 3.0 and later, on request; from 5.0 on by default.
    Zstd,
}

pub(super) enum Input {
    Raw(File),
    Gzip(Box<MultiGzDecoder<BufReader<File>>>),
    Zstd(Box<ZstdInput>),
}

impl Input {
    /// Opens a file, finds out how it is compressed, and tells its size on disk; compressed data is read `chunk` bytes
    /// at a time.
    pub(super) fn open(path: &Path, chunk: usize) -> Result<(Self, u64), BlendError> {
        let io = |source| BlendError::io(path, source);
        // Before opening, which would wait for the other end of a pipe.
        let meta = fs_err::metadata(path).map_err(io)?;
        if !meta.is_file() {
            let found = if meta.is_dir() { "a folder" } else { "a device or a pipe" };
            return Err(BlendError::NotABlend { found: found.to_owned() });
        }
        let mut file = File::open(path).map_err(io)?;
        let mut magic = Vec::with_capacity(ZSTD.len());
        file.by_ref().take(ZSTD.len() as u64).read_to_end(&mut magic).map_err(io)?;
        file.rewind().map_err(io)?;
        let input = if magic.is_empty() {
            return Err(BlendError::Empty);
        } else if magic == ZSTD {
            let file = BufReader::with_capacity(chunk, file);
            Self::Zstd(Box::new(zstd_input::unpack(file).map_err(io)?))
        } else if magic.starts_with(&GZIP) {
            Self::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(chunk, file))))
        } else if ZSTD.starts_with(&magic) || GZIP.starts_with(&magic) {
            return Err(BlendError::Truncated { at: 0, reading: "the header" });
        } else {
            Self::Raw(file)
        };
        Ok((input, meta.len()))
    }

    pub(super) const fn compression(&self) -> Compression {
        match self {
            Self::Raw(_) => Compression::None,
            Self::Gzip(_) => Compression::Gzip,
            Self::Zstd(_) => Compression::Zstd,
        }
    }

    /// The file itself, wherever it was read to.
    pub(super) fn into_file(self) -> File {
        match self {
            Self::Raw(file) => file,
            Self::Gzip(decoder) => decoder.into_inner().into_inner(),
            Self::Zstd(decoder) => decoder.into_inner().into_inner(),
        }
    }
}

impl Read for Input {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Raw(file) => file.read(space),
            Self::Gzip(decoder) => decoder.read(space),
            Self::Zstd(decoder) => decoder.read(space),
        }
    }
}

/// Whether an error came from the operating system rather than from a decoder.
pub(super) fn is_system(err: &io::Error) -> bool {
    let source = err.get_ref().and_then(|inner| inner.source());
    let inner = source.and_then(|inner| inner.downcast_ref::<io::Error>());
    err.raw_os_error().is_some() || inner.is_some_and(|err| err.raw_os_error().is_some())
}
