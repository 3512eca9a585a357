//! What happens on the way to a clip, told to whoever wants to know.
//!
//! The pipeline knows nothing of terminals: it tells a [`Reporter`]. The same events become bars, plain lines,
//! JSON lines, or a remote worker's progress.

use serde::{Deserialize, Serialize};

use crate::blender::log::Phase;
use crate::encode::Encoder;
use crate::request::{DeviceUsed, Fps, Progress};

/// Something the user should know, which did not stop the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable name for scripts, in snake case.
    pub code: String,
    /// One sentence without a final period.
    pub message: String,
}

impl Warning {
    /// A new warning.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// What is being prepared before frames can be counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// ffmpeg candidates try one frame each.
    ProbeEncoder,
    /// Blender's process comes up.
    StartBlender,
    /// The .blend is read, its caches are baked.
    OpenTemplate,
    /// Another broll renders the same frames.
    WaitForLock {
        /// Its process id, when known.
        pid: Option<u32>,
    },
}

/// One thing that happened. Frame numbers count from 0 within the clip.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// Work before the first frame.
    Preparing(Step),
    /// The exact job is known and rendering begins.
    Started {
        /// Name of the template.
        template: String,
        /// Frames that are wanted: all of the clip, or some to look at.
        frames: u32,
        /// Frames taken from an earlier run.
        reused: u32,
        /// Rate of the clip.
        fps: Fps,
        /// Width and height in pixels.
        resolution: [u32; 2],
        /// Cycles samples per pixel.
        samples: u32,
        /// Backend and devices.
        device: DeviceUsed,
        /// Encoder of the clip; none where frames alone are wanted.
        #[serde(skip_serializing_if = "Option::is_none")]
        encoder: Option<Encoder>,
    },
    /// A session took a frame.
    FrameStarted {
        /// Number of the session, from 0.
        session: usize,
        /// The frame.
        frame: u32,
        /// The GPU it renders on, as `CUDA_VISIBLE_DEVICES` names it, where sessions have one each.
        #[serde(skip_serializing_if = "Option::is_none")]
        gpu: Option<String>,
    },
    /// A frame went on.
    FrameProgress {
        /// Number of the session, from 0.
        session: usize,
        /// The frame.
        frame: u32,
        /// How much of it is done, 0 to 1, never falling within one attempt.
        fraction: f64,
        /// What Blender is doing.
        #[serde(flatten)]
        phase: Phase,
    },
    /// A frame is whole on disk.
    FrameFinished {
        /// Number of the session, from 0.
        session: usize,
        /// The frame.
        frame: u32,
        /// Time it took.
        seconds: f64,
        /// Frames that are whole now, reused ones among them.
        done: u32,
    },
    /// A frame will be tried again.
    FrameRetried {
        /// The frame.
        frame: u32,
        /// What happened, in one sentence.
        reason: String,
    },
    /// The encoder took more frames.
    Encoded {
        /// Frames it has written.
        frames: u32,
    },
    /// The clip is being decoded to prove it.
    Verifying,
    /// The endpoint has accepted the job.
    Submitted {
        /// The job's id.
        id: String,
        /// The endpoint's id.
        endpoint: String,
    },
    /// The job waits for a worker.
    Queued {
        /// Time since it was submitted.
        seconds: f64,
        /// Why it waits, as far as the endpoint's health tells.
        note: Option<String>,
    },
    /// A worker told how far the job is.
    Remote(Progress),
    /// The endpoint did not answer as it should: the same question is asked again.
    Retrying {
        /// What happened, in one sentence.
        reason: String,
        /// Time until the next try.
        seconds: f64,
    },
    /// The clip is on its way here.
    Downloading {
        /// Bytes that are here.
        bytes: u64,
        /// Bytes in all, when that is known.
        total: Option<u64>,
    },
    /// See [`Warning`].
    Warning(Warning),
    /// The clip is in its place.
    Finished {
        /// Where it lies.
        output: String,
        /// Its size.
        file_size_bytes: u64,
        /// Wall time of the whole command.
        seconds: f64,
    },
}

/// Listens to events. Implementations must be quick: they are called on the path of every frame.
pub trait Reporter: Send + Sync {
    /// Takes one event.
    fn report(&self, event: &Event);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn report(&self, _event: &Event) {}
}
