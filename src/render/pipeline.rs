//! The path of a clip, from the exact job to the proved file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::clip_file::PartFile;
use super::resident::Resident;
use super::seat::{GpuWish, Seat, seats};
use super::shoot::Shoot;
use super::stage::Stage;
use super::studio::Studio;
use super::{RenderJob, digest, frame_store};
use crate::blender::{self, SessionOptions};
use crate::config::Config;
use crate::error::Result;
use crate::event::{Event, Reporter, Step};
use crate::interrupt::Cancel;
use crate::paths::{Paths, display};
use crate::request::{Device, RenderResponse};
use crate::toolchain::blender::FoundBlender;
use crate::toolchain::gpu::Gpu;

/// How a job is carried out; nothing here changes a pixel.
#[derive(Debug, Clone)]
pub struct Options {
    /// Replace a clip that exists.
    pub force: bool,
    /// Throw frames of earlier runs away.
    pub fresh: bool,
    /// Keep the frames once the clip is proved.
    pub keep_frames: bool,
    /// Warnings before the first frame are errors.
    pub strict: bool,
    /// A silent, idle Blender is given up after this long.
    pub stall_timeout: Duration,
    /// Which GPUs render, and how many sessions on each.
    pub gpus: GpuWish,
    /// Ends the job.
    pub cancel: Cancel,
    /// Where Blender comes from and goes to, when it outlives the job.
    pub resident: Arc<Resident>,
}

/// Makes the clip.
///
/// # Errors
/// Exit 1, 3, 4 or 130 as in the table of exit codes; frames that are whole are kept for the next run.
pub fn render(
    job: &RenderJob,
    paths: &Paths,
    config: &Config,
    options: &Options,
    reporter: &dyn Reporter,
) -> Result<RenderResponse> {
    let done = produce(job, paths, config, options, reporter);
    options.resident.end_lent();
    if done.is_err() {
        options.resident.forget_tools();
    }
    done
}

fn produce(
    job: &RenderJob,
    paths: &Paths,
    config: &Config,
    options: &Options,
    reporter: &dyn Reporter,
) -> Result<RenderResponse> {
    let began = Instant::now();
    let studio = Studio::new(reporter);
    let found = options.resident.blender(config, paths)?;
    job.check_version(found.version)?;
    let part = PartFile::create(&job.output)?;
    // Both tools are tried at once.
    studio.tell(&Event::Preparing(Step::ProbeEncoder));
    let choose = || options.resident.ffmpeg(config, paths, &job.clip_format(), &options.cancel);
    let most = job.frames().unwrap_or(u32::MAX) as usize;
    let (stage, session, ffmpeg) = Stage::prepare(job, paths, options, &studio, found, most, choose)?;
    let shoot = Shoot { stage: &stage, ffmpeg, part: &part };
    let take = stage.carry_out(session, |set| shoot.run(set))?;
    let sha256 = digest::of_file(part.path(), &options.cancel)?;
    let file_size_bytes = fs_err::metadata(part.path())?.len();
    drop(part.promote(options.force)?);
    if !options.keep_frames {
        take.store.remove();
    }
    let output = display(&std::path::absolute(&job.output)?);
    let seconds = began.elapsed().as_secs_f64();
    studio.tell(&Event::Finished { output: output.clone(), file_size_bytes, seconds });
    Ok(RenderResponse {
        video_base64: None,
        video_url: None,
        output: Some(output),
        template: job.name.clone(),
        duration: take.timeline.duration(),
        resolution: job.settings.resolution,
        render_time_seconds: (seconds * 1000.0).round() / 1000.0,
        file_size_bytes,
        gpu_used: take.facts.device.backend != "cpu",
        frames: take.timeline.count(),
        fps: job.settings.fps,
        samples: job.settings.samples,
        encoder: job.settings.encoder,
        device: take.facts.device,
        gpus: take.gpus,
        blender_version: stage.hello.version_string.clone(),
        sha256,
        frames_reused: take.reused,
        warnings: studio.warnings(),
    })
}

/// A seat for each of these GPUs that is visible and wished for.
pub(super) fn seats_of(device: Device, wish: &GpuWish, gpus: &[Gpu]) -> Result<Vec<Seat>> {
    let visible = crate::paths::env("CUDA_VISIBLE_DEVICES").filter(|_| !gpus.is_empty());
    seats(device, wish, visible.as_ref().and_then(|list| list.to_str()), gpus)
}

/// How the sessions of a render are started.
///
/// # Errors
/// Those of the file system.
pub(crate) fn session_options(
    found: FoundBlender,
    paths: &Paths,
    stall_timeout: Duration,
    cancel: Cancel,
    visible: Option<String>,
) -> Result<SessionOptions> {
    let (driver, home) = blender::install_driver(paths).map_err(|error| match error.code() {
        "disk_full" => error,
        _ => error.hint(
            "broll keeps frames and Blender's logs there: name folders that can be written in BROLL_CACHE_DIR and BROLL_STATE_DIR, or set HOME",
        ),
    })?;
    Ok(SessionOptions {
        program: found.program,
        version: Some(found.version),
        driver,
        home,
        log: log_path(paths),
        stall_timeout,
        cancel,
        visible,
    })
}

/// One log a render, named by time and process; logs as old as old frames go.
fn log_path(paths: &Paths) -> PathBuf {
    let folder = paths.logs();
    let now = SystemTime::now();
    for entry in fs_err::read_dir(&folder).into_iter().flatten().flatten() {
        let written = entry.metadata().and_then(|data| data.modified()).unwrap_or(now);
        if now.duration_since(written).is_ok_and(|age| age > frame_store::KEPT) {
            let _ = fs_err::remove_file(entry.path());
        }
    }
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    folder.join(format!("blender-{seconds}-{}.log", std::process::id()))
}
