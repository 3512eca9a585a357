//! What is asked: the one request that flags, jobs and defaults are turned into.
//!
//! A [`RenderRequest`] is raw: every field optional, as JSON or flags give it. [`Settings`] is what it comes
//! to once the template's and the built-in defaults lie beneath it and every value is within its range.

mod base64;
mod device;
mod fps;
mod progress;
mod read;
mod response;
mod settings;
mod source;

pub use base64::decode_base64;
pub use device::{Backend, Device};
pub use fps::Fps;
pub use progress::{Progress, Stage};
pub use response::{DeviceUsed, GpuShare, RenderResponse};
pub use settings::{LONGEST, Quality, Settings, Span};
pub use source::Source;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::encode::Encoder;

/// A request for one clip: the `input` of a job and the flags of `broll render`. Field names are the API.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RenderRequest {
    /// Name of a template in the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Where to fetch the .blend instead: https only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_url: Option<String>,
    /// SHA-256 of what lies at `template_url`, 64 hexadecimal digits; required with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_sha256: Option<String>,
    /// The .blend itself, base64, for small files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blend_base64: Option<String>,
    /// Clip length in seconds, from one frame to 3600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    /// Width and height in pixels, even, 16 to 8192.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<[i64; 2]>,
    /// Cycles samples per pixel, 1 to 65536.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<i64>,
    /// Frames per second of the clip, 1 to 240.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fps: Option<Fps>,
    /// First and last frame in the template's own numbering, instead of `duration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames: Option<[i64; 2]>,
    /// Values for the parameters that the template's manifest declares.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub parameters: Map<String, Value>,
    /// What Cycles renders on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// The ffmpeg encoder of the clip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoder: Option<Encoder>,
    /// Cycles seed, 0 to 2147483647.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// OpenImageDenoise on or off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denoise: Option<bool>,
    /// Encoder quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// Render the film transparent; needs `prores_ks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transparent: Option<bool>,
    /// Scene to render, by name; the file's active one otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// Camera to render through, by name; the scene's own otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// A presigned URL that the clip is PUT to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_url: Option<String>,
}

impl RenderRequest {
    /// This request with `beneath` filling the fields it leaves open.
    #[must_use]
    pub fn over(self, beneath: &Self) -> Self {
        let mut parameters = beneath.parameters.clone();
        parameters.extend(self.parameters);
        // A range of frames and a duration answer the same question: the upper request's answer wins.
        let timed = self.duration.is_some() || self.frames.is_some();
        Self {
            template: self.template.or_else(|| beneath.template.clone()),
            template_url: self.template_url.or_else(|| beneath.template_url.clone()),
            template_sha256: self.template_sha256.or_else(|| beneath.template_sha256.clone()),
            blend_base64: self.blend_base64.or_else(|| beneath.blend_base64.clone()),
            duration: if timed { self.duration } else { beneath.duration },
            frames: if timed { self.frames } else { beneath.frames },
            resolution: self.resolution.or(beneath.resolution),
            samples: self.samples.or(beneath.samples),
            fps: self.fps.or(beneath.fps),
            parameters,
            device: self.device.or(beneath.device),
            encoder: self.encoder.or(beneath.encoder),
            seed: self.seed.or(beneath.seed),
            denoise: self.denoise.or(beneath.denoise),
            quality: self.quality.or(beneath.quality),
            transparent: self.transparent.or(beneath.transparent),
            scene: self.scene.or_else(|| beneath.scene.clone()),
            camera: self.camera.or_else(|| beneath.camera.clone()),
            upload_url: self.upload_url.or_else(|| beneath.upload_url.clone()),
        }
    }
}
