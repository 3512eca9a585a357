//! The path of a clip, from the exact job to the proved file.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::clip_file::PartFile;
use super::keeper::Keeper;
use super::resident::Resident;
use super::seat::{GpuWish, Seat, seats};
use super::shoot::Shoot;
use super::studio::Studio;
use super::{RenderJob, assets, digest, frame_store};
use crate::blender::{self, SessionOptions};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::event::{Event, Reporter, Step, Warning};
use crate::interrupt::Cancel;
use crate::paths::{Paths, display};
use crate::request::{Backend, Device, RenderResponse};
use crate::toolchain;
use crate::toolchain::blender::FoundBlender;
use crate::toolchain::gpu::{self, Gpu};
use crate::toolchain::kernels::Readiness;

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
    let began = Instant::now();
    let studio = Studio::new(reporter);
    let found = toolchain::blender::find(config, paths)?;
    job.check_version(found.version)?;
    let part = PartFile::create(&job.output)?;
    frame_store::prune(&paths.frames(), frame_store::KEPT);
    assets::prune(&paths.assets(), frame_store::KEPT);
    let gpus = gpu::meant_by(job.settings.device);
    let seats = seats_of(job.settings.device, &options.gpus, &gpus)?;
    let visible = seats[0].visible.clone();
    let session_options =
        session_options(found, paths, options.stall_timeout, options.cancel.clone(), visible)?;
    let stamp = digest::stamp(&job.file)?;
    // Both tools are tried at once; whichever refuses, no frame has been rendered yet.
    let (hello, ffmpeg, template, ready) = thread::scope(|scope| {
        studio.tell(&Event::Preparing(Step::ProbeEncoder));
        let probe =
            scope.spawn(|| toolchain::ffmpeg::choose(config, paths, &job.clip_format(), &options.cancel));
        let hashed = scope.spawn(|| digest::of_file(&job.file, &options.cancel));
        let ready = scope.spawn(|| Readiness::of(&session_options.program, gpus));
        let hello = Keeper::hello(&studio, &session_options, job.settings.device, &options.resident);
        (hello, join(probe), join(hashed), ready.join().unwrap_or_default())
    });
    options.cancel.check()?;
    let ((session, hello, backend), ffmpeg, template) = (hello?, ffmpeg?, template?);
    job.check_version(hello.version)?;
    let name = backend.map_or("CPU", Backend::cycles_name);
    let cold = match backend {
        Some(Backend::Optix | Backend::Cuda) => {
            // The one that answered sees its own GPU alone.
            let others = seats.iter().filter_map(|seat| seat.name.clone());
            ready.warnings(&hello.device_names(name).into_iter().chain(others).collect::<Vec<_>>())
        }
        _ => Vec::new(),
    };
    let shoot = Shoot {
        job,
        paths,
        options,
        studio: &studio,
        session_options,
        seats,
        ffmpeg,
        template,
        stamp,
        cold,
        blender: hello.version_string,
        part: &part,
    };
    let mut take = shoot.run(name, Some(session));
    let optix_failed = take.as_ref().is_err_and(|error| error.code() == "optix_start");
    if optix_failed && job.settings.device == Device::Auto {
        studio.warn(Warning::new(
            "optix_start",
            "OptiX lists a device but does not start on it: CUDA renders on the same device",
        ));
        take = shoot.run(Backend::Cuda.cycles_name(), None);
    }
    let (take, blender_version) = (take?, shoot.blender);
    let sha256 = digest::of_file(part.path(), &options.cancel)?;
    let file_size_bytes = fs_err::metadata(part.path())?.len();
    part.promote(options.force)?;
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
        blender_version,
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

fn join<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|_| Err(Error::bug("panic", "a thread of broll panicked")))
}

/// How the sessions of a render are started.
///
/// # Errors
/// Those of the file system.
pub(super) fn session_options(
    found: FoundBlender,
    paths: &Paths,
    stall_timeout: Duration,
    cancel: Cancel,
    visible: Option<String>,
) -> Result<SessionOptions> {
    let (driver, home) = blender::install_driver(paths)?;
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
