//! What comes back: the JSON that `--json` prints and a job returns.

use serde::{Deserialize, Serialize};

use super::Fps;
use crate::encode::Encoder;
use crate::event::Warning;

/// What the frames were rendered on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceUsed {
    /// `optix`, `cuda`, `hip`, `oneapi`, `metal` or `cpu`.
    pub backend: String,
    /// The devices as their driver names them.
    pub names: Vec<String>,
}

/// What one GPU did for a clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GpuShare {
    /// As `CUDA_VISIBLE_DEVICES` names it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Blender sessions that rendered on it.
    pub sessions: u32,
    /// Frames rendered on it.
    pub frames: u32,
    /// Share of the time with it sampling or denoising, 0 to 1.
    pub busy: f64,
}

/// The answer to a [`super::RenderRequest`]. Field names are the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenderResponse {
    /// The clip itself, base64, where it fits into the answer of a job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_base64: Option<String>,
    /// Where the clip can be fetched from, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
    /// Where the clip lies on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The template's name.
    pub template: String,
    /// Clip length in seconds.
    pub duration: f64,
    /// Width and height in pixels.
    pub resolution: [u32; 2],
    /// Wall time from the request to the finished clip, in seconds.
    pub render_time_seconds: f64,
    /// Size of the clip.
    pub file_size_bytes: u64,
    /// Whether a GPU rendered it.
    pub gpu_used: bool,
    /// Frames in the clip.
    pub frames: u32,
    /// Frames per second.
    pub fps: Fps,
    /// Cycles samples per pixel.
    pub samples: u32,
    /// The encoder.
    pub encoder: Encoder,
    /// Backend and device names.
    pub device: DeviceUsed,
    /// NVIDIA GPUs one by one, as far as they can be told apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gpus: Vec<GpuShare>,
    /// Version of the Blender that rendered, such as `4.2.23 LTS`.
    pub blender_version: String,
    /// SHA-256 of the clip, in hexadecimal.
    pub sha256: String,
    /// Frames that an earlier run had already rendered.
    pub frames_reused: u32,
    /// What the user should know about the result.
    pub warnings: Vec<Warning>,
}
