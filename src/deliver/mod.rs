//! How a finished clip leaves this machine: inside the answer, to a presigned URL, to S3, or onto a network volume.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::encode::ClipFormat;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;

/// The ways that are set up.
#[derive(Debug)]
pub struct Ways {
    inline_limit: u64,
}

/// Where the clip is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// In the answer, base64.
    Inline(String),
    /// At this URL.
    Url(String),
}

/// A lower bound of a clip's size in bytes.
pub fn least_bytes(_format: &ClipFormat, _frames: u32) -> u64 {
    0
}

impl Ways {
    /// Looks at what is set up.
    ///
    /// # Errors
    /// None yet.
    pub fn new(
        inline_limit: u64,
        _upload_url: Option<&str>,
        _s3_config: Option<&Value>,
        _env: &dyn Fn(&str) -> Option<String>,
        _volume: Option<PathBuf>,
    ) -> Result<Self> {
        Ok(Self { inline_limit })
    }

    /// What will happen to a clip of at least this size.
    ///
    /// # Errors
    /// `no_delivery` when it cannot leave.
    pub fn foresee(&self, least_bytes: u64) -> Result<String> {
        if least_bytes.div_ceil(3) * 4 > self.inline_limit {
            return Err(too_large(least_bytes));
        }
        Ok("base64 in the answer".to_owned())
    }

    /// Delivers the clip.
    ///
    /// # Errors
    /// `no_delivery`, and those of the file system.
    pub fn deliver(
        &self,
        clip: &Path,
        _job_id: &str,
        _extension: &str,
        _cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<Delivered> {
        let bytes = fs_err::metadata(clip)?.len();
        self.foresee(bytes)?;
        progress(bytes);
        Ok(Delivered::Inline(STANDARD.encode(fs_err::read(clip)?)))
    }
}

fn too_large(bytes: u64) -> Error {
    Error::bad_input("no_delivery", format!("a clip of {bytes} bytes does not fit into the answer"))
}
