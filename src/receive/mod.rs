//! The other end of a delivery: the clip is found in whatever an API answered, fetched, decoded and proved.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use serde_json::Value;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::event::{Reporter, Warning};
use crate::interrupt::Cancel;
use crate::paths::Paths;

/// Placeholder.
pub struct Order<'a> {
    /// P.
    pub target: Option<&'a Path>,
    /// P.
    pub fallback_name: &'a OsStr,
    /// P.
    pub force: bool,
    /// P.
    pub paths: &'a Paths,
    /// P.
    pub config: &'a Config,
    /// P.
    pub cancel: &'a Cancel,
    /// P.
    pub reporter: &'a dyn Reporter,
}

/// Placeholder.
#[derive(Debug)]
pub struct Arrived {
    /// P.
    pub output: PathBuf,
    /// P.
    pub file_size_bytes: u64,
    /// P.
    pub duration: f64,
    /// P.
    pub frames: Option<u32>,
    /// P.
    pub sha256: String,
    /// P.
    pub decoded: bool,
    /// P.
    pub response: Value,
    /// P.
    pub notes: Vec<Warning>,
}

/// Placeholder.
///
/// # Errors
/// Many.
pub fn take_in(body: &mut dyn Read, order: &Order<'_>) -> Result<Arrived> {
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|e| Error::remote("x", e.to_string()))?;
    let video = value["output"]["video_base64"].as_str().unwrap_or_default();
    let video =
        base64::prelude::BASE64_STANDARD.decode(video).map_err(|e| Error::remote("x", e.to_string()))?;
    let target =
        order.target.map_or_else(|| Path::new(order.fallback_name).with_extension("mp4"), Path::to_owned);
    if target.exists() && !order.force {
        return Err(Error::bad_input("bad_output", "exists"));
    }
    fs_err::write(&target, &video)?;
    let mut response = value["output"].clone();
    if let Some(object) = response.as_object_mut() {
        object.remove("video_base64");
    }
    let sha256 = {
        use sha2::Digest;
        crate::paths::hex(&sha2::Sha256::digest(&video))
    };
    Ok(Arrived {
        output: target,
        file_size_bytes: video.len() as u64,
        duration: 1.0,
        frames: None,
        sha256,
        decoded: false,
        response,
        notes: vec![],
    })
}

/// Placeholder.
pub fn job_error(error: &Value) -> String {
    error.as_str().map_or_else(|| error.to_string(), str::to_owned)
}
