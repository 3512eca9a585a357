//! What can be wrong with a file that should be a .blend.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a .blend could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum BlendError {
    /// The file could not be opened or read.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said; its text names the operation and the path.
        source: io::Error,
    },
    /// The file has no bytes at all.
    Empty,
    /// The file is something else.
    NotABlend {
        /// What it looks like, with its article: "a JPEG image", "text", "a Git LFS pointer".
        found: String,
    },
    /// The file ends too early: a download or a copy that did not finish.
    Truncated {
        /// Bytes of Blender data before the cut (after decompression, where the file is compressed).
        at: u64,
        /// What was being read there, with its article where it has one.
        reading: &'static str,
    },
    /// The file is long enough, but its bytes make no sense.
    Corrupt {
        /// What is wrong.
        what: String,
    },
    /// A .blend in a form that this program does not know, most likely from a newer Blender.
    UnsupportedFormat {
        /// What is not known.
        what: String,
    },
    /// A compressed file that unpacks to far more than a .blend of its size holds.
    TooLarge {
        /// The bytes after which reading stopped.
        limit: u64,
    },
    /// A .blend without any scene: an asset library or a copy buffer.
    NoScene,
}

impl BlendError {
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), source }
    }

    pub(super) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

impl fmt::Display for BlendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { source, .. } => source.fmt(f),
            Self::Empty => f.write_str("the file is empty"),
            Self::NotABlend { found } => write!(f, "not a .blend file: it looks like {found}"),
            Self::Truncated { at, reading } => {
                write!(f, "the .blend file is cut short: it ends in {reading}, after {at} bytes of data")
            }
            Self::Corrupt { what } => write!(f, "the .blend file is damaged: {what}"),
            Self::UnsupportedFormat { what } => write!(f, "unknown .blend format: {what}"),
            Self::TooLarge { limit } => {
                write!(f, "the .blend file unpacks to more than {limit} bytes, too much for its size")
            }
            Self::NoScene => f.write_str("the .blend file has no scene to render"),
        }
    }
}

impl std::error::Error for BlendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // The text of `source` is this error's own text, so the chain goes on below it.
            Self::Io { source, .. } => source.source(),
            _ => None,
        }
    }
}
