//! Blender's own output, understood: lines of 2.8 to 5.2 in, values out.
//!
//! [`LineSplitter`] turns the byte stream into lines, [`parse_line`] turns a line into a [`LogLine`], and
//! [`FrameProgress`] turns the statuses of one frame into a fraction. Nothing here does I/O, and no input
//! panics.
//!
//! The log is a witness, not a contract: names of objects, layers and files stand in it unquoted, so a
//! hostile file can write lines of its own. Decide with it what to show and what to retry, never whether a
//! frame exists.

mod line;
mod problem;
mod progress;
mod scan;
mod split;
mod status;

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use line::parse_line;
pub use problem::{Problem, ProblemKind};
pub use progress::FrameProgress;
pub use split::LineSplitter;

/// One line of Blender's own output, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogLine {
    /// Where the render engine stands in the frame.
    Status(Status),
    /// A frame was written: the only sign that it is done.
    Saved {
        /// The path as Blender printed it; bytes that are not UTF-8 are replaced.
        path: String,
    },
    /// What a frame took, printed after it was saved.
    FrameTime {
        /// The whole frame, saving included; hundredths of a second.
        total: Duration,
        /// The part spent on writing the file.
        saving: Option<Duration>,
    },
    /// A frame that exists already and was left alone.
    Skipped {
        /// The path as Blender printed it.
        path: String,
    },
    /// Something went wrong, or may have.
    Problem(Problem),
    /// A harmless line: start and end notices, EGL and audio complaints on a host without a display.
    Noise,
    /// A line this parser knows nothing about: a script's print, a traceback.
    Other,
}

/// Where the render engine stands in a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The frame number; absent in the strings that 5.x hands to a `render_stats` handler.
    pub frame: Option<i32>,
    /// Cycles' own estimate for the rest of this view layer; absent until samples were taken.
    pub remaining: Option<Duration>,
    /// Memory that Blender holds, in bytes; 5.x does not print it.
    pub memory: Option<u64>,
    /// Most memory that Cycles has held on its device in this render, in bytes; whole MiB in 5.x.
    pub device_memory_peak: Option<u64>,
    /// The view layer, with ", VIEW" after it in a stereo render; 5.x names it only where a layer starts and
    /// where tiles are denoised.
    pub layer: Option<String>,
    /// What is being done.
    pub phase: Phase,
}

impl Status {
    fn new(phase: Phase) -> Self {
        Self { frame: None, remaining: None, memory: None, device_memory_peak: None, layer: None, phase }
    }
}

/// What a frame is at, in the order in which a frame goes through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum Phase {
    /// The scene is evaluated, or the engine waits for its turn.
    Loading,
    /// Kernels are loaded or compiled: minutes on a GPU that has never seen this Blender.
    Kernels {
        /// Whose kernels.
        which: KernelSet,
    },
    /// Objects, images and lights go to the device.
    Sync,
    /// The ray-tracing tree is built and copied.
    Bvh {
        /// How much of one tree is built, 0 to 100.
        percent: Option<u8>,
    },
    /// Samples are taken.
    Sample {
        /// Samples taken in this tile, or in the frame where there are no tiles.
        sample: u32,
        /// Samples wanted; 0 where the line counts tiles only. Adaptive sampling may stop before it.
        of: u32,
        /// Tiles finished and tiles in all. `sample` lags behind by one line when a tile is finished.
        tile: Option<(u32, u32)>,
    },
    /// The whole frame is denoised, after tiles only: otherwise denoising is part of the samples.
    Denoise,
    /// The compositor runs.
    Composite,
    /// A view layer is finished: its pixels are read back.
    Finish,
    /// The frame is written. Blender has no such status: [`FrameProgress::saved`] enters it.
    Save,
    /// A status in words unknown here: another engine's, Freestyle's, `Cancelled`.
    Other,
}

/// Whose kernels are being loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KernelSet {
    /// The path tracer's.
    Render,
    /// The denoiser's.
    Denoise,
}
