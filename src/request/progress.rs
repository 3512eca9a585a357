//! What a worker tells while a job runs: the `output` of a job that is in progress.

use serde::{Deserialize, Serialize};

use super::{DeviceUsed, Fps};

/// Where a job is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before the first frame: tools are tried, the template is fetched and opened.
    #[default]
    Preparing,
    /// Frames are rendered, and encoded beside it.
    Rendering,
    /// All frames are there, the encoder finishes.
    Encoding,
    /// The clip is decoded to prove it.
    Checking,
    /// The clip goes to where it is delivered.
    Delivering,
    /// A stage of a newer worker.
    #[serde(other)]
    Other,
}

/// A snapshot that stands for itself: whoever sees only the last one knows everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Where the job is.
    pub stage: Stage,
    /// The template's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Frames that are whole.
    pub done: u32,
    /// Frames in the clip; 0 while nobody knows.
    pub frames: u32,
    /// Frames taken from an earlier run.
    #[serde(skip_serializing_if = "is_zero")]
    pub reused: u32,
    /// Frames that are in the clip.
    pub encoded: u32,
    /// Width and height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<[u32; 2]>,
    /// Cycles samples per pixel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<u32>,
    /// Frames per second of the clip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fps: Option<Fps>,
    /// Backend and devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceUsed>,
    /// What is being done, in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Seconds from the beginning of the job to its first sample, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling_after: Option<f64>,
    /// Estimated seconds until the last frame is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<f64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}
