//! A few frames at the real settings, and what they tell.

use std::path::PathBuf;

use super::{Lanes, Pace, Scout, Spread, Work, clip_bytes, times};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::event::{Reporter, Warning};
use crate::paths::Paths;
use crate::process;
use crate::render::{Options, RenderJob, Scouting, evenly, scout, second_session_gain};
use crate::request::DeviceUsed;
use crate::toolchain::{ffmpeg, gpu};

/// What is known of a clip after some of its frames.
#[derive(Debug)]
pub struct Survey {
    /// The frames, in order.
    pub scouts: Vec<Scout>,
    /// How one session renders it.
    pub pace: Pace,
    /// What it is of.
    pub work: Work,
    /// SHA-256 of the .blend, in hexadecimal.
    pub template_sha256: String,
    /// What rendered.
    pub device: DeviceUsed,
    /// How many would render here.
    pub lanes: Lanes,
    /// The whole clip here, in seconds.
    pub seconds: Spread,
    /// What is left of it here, in seconds: the frames that are not in the store.
    pub left_seconds: Spread,
    /// Frames that are in the store.
    pub in_store: u32,
    /// The most memory that Blender took, in bytes.
    pub host_memory: Option<u64>,
    /// The most memory that Cycles held on the device, in bytes.
    pub device_memory: Option<u64>,
    /// Least and most bytes of the clip.
    pub clip_bytes: Option<(u64, u64)>,
    /// The clip's length in seconds.
    pub duration: f64,
    /// What the user was warned of on the way.
    pub warnings: Vec<Warning>,
}

/// Renders `number` frames of the clip, evenly spread, into the frame store. Those that are there with their times are not
/// rendered again.
///
/// # Errors
/// Those of [`scout`]; `no_times` when all of them were there and nobody noted what they took.
pub fn survey(
    job: &RenderJob,
    number: u32,
    paths: &Paths,
    config: &Config,
    options: &Options,
    reporter: &dyn Reporter,
) -> Result<Survey> {
    let scouting = scout(job, &|line| evenly(number, line.count()), paths, config, options, reporter)?;
    let scouts = times::of(&scouting.frames, process::largest_child());
    let pace = Pace::of(scouting.startup_seconds, &scouts).ok_or_else(|| {
        Error::bad_input("no_times", "what the frames take cannot be told")
            .because("they are all there from an earlier render, which did not note their times")
            .hint("look at other frames with another number of --scouts, or add --fresh to render them anew")
    })?;
    let frames = scouting.timeline.count();
    let on_gpu = scouting.facts.device.backend != "cpu";
    let lanes = lanes(job, &scouting, options, &scouts, &pace, frames);
    let in_store = scouting.in_store(job.settings.resolution);
    Ok(Survey {
        seconds: pace.clip(frames, lanes),
        left_seconds: pace.clip(frames - in_store, lanes),
        in_store,
        work: Work::in_frames(&job.settings, frames),
        device: scouting.facts.device.clone(),
        lanes,
        host_memory: scouts.iter().filter_map(|scout| scout.host_memory).max(),
        // What Cycles holds for a processor is Blender's own memory.
        device_memory: scouts.iter().filter_map(|scout| scout.memory).max().filter(|_| on_gpu),
        clip_bytes: size(job, &scouting, paths, config, options),
        duration: scouting.timeline.duration(),
        template_sha256: scouting.template_sha256,
        warnings: scouting.warnings,
        scouts,
        pace,
    })
}

/// The sessions that a render with these options would have.
fn lanes(
    job: &RenderJob,
    scouting: &Scouting,
    options: &Options,
    scouts: &[Scout],
    pace: &Pace,
    frames: u32,
) -> Lanes {
    if scouting.facts.ordered {
        return Lanes::ONE;
    }
    let devices = u32::try_from(scouting.gpus).unwrap_or(1).clamp(1, frames);
    let warm = scouts.iter().filter(|scout| !scout.first).filter_map(|scout| scout.busy);
    let busy = Spread::of(&warm.collect::<Vec<_>>());
    let gpus = gpu::meant_by(job.settings.device);
    let gain = match (busy, scouting.facts.device.backend != "cpu" && !gpus.is_empty()) {
        (Some(busy), true) => {
            let used = scouts.iter().filter_map(|scout| scout.memory).max();
            let smallest = gpus.iter().map(|gpu| gpu.memory_mib).min().flatten();
            second_session_gain(
                (pace.frame.mean, busy.mean),
                pace.startup + pace.first_extra,
                f64::from(frames / devices),
                used.map(|bytes| bytes >> 20).zip(smallest),
                options.gpus.sessions_per_gpu,
            )
        }
        _ => 1.0,
    };
    Lanes { devices, gain }
}

/// The clip's size, where there is an ffmpeg that can encode it.
fn size(
    job: &RenderJob,
    scouting: &Scouting,
    paths: &Paths,
    config: &Config,
    options: &Options,
) -> Option<(u64, u64)> {
    let (format, cancel) = (job.clip_format(), &options.cancel);
    let ffmpeg = ffmpeg::choose(config, paths, &format, cancel).ok()?;
    let pictures: Vec<PathBuf> = scouting.frames.iter().map(|frame| frame.path.clone()).collect();
    clip_bytes(&ffmpeg, &format, &pictures, scouting.timeline.count(), cancel).ok()
}
