//! `broll render`: a template becomes a clip on this machine.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Context;
use super::request_args::{ProgressArgs, RequestArgs};
use crate::error::Result;
use crate::event::Event;
use crate::interrupt::Cancel;
use crate::render::{self, GpuWish, Options, RenderJob};
use crate::request::GpuShare;
use crate::template::Library;
use crate::ui::fmt;

/// Render a template to a clip on this machine.
///
/// The clip is checked (frames, length, colour tags, decodes) before it gets its name. Frames are kept until then:
/// after a crash, Ctrl-C or a lost power cord the same command continues where it stopped.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a template in the library, or path of a .blend
    #[arg(value_name = "TEMPLATE|FILE.blend")]
    pub template: OsString,

    /// Where the clip goes [default: TEMPLATE.mp4]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// What is asked of the clip.
    #[command(flatten)]
    pub request: RequestArgs,

    /// Search this folder first
    #[arg(help_heading = "This run", long, value_name = "DIR")]
    pub library: Option<PathBuf>,

    /// Start over: do not reuse frames of earlier runs
    #[arg(help_heading = "This run", long)]
    pub fresh: bool,

    /// Keep the frames when the clip is done
    #[arg(help_heading = "This run", long)]
    pub keep_frames: bool,

    /// Replace the clip if it exists
    #[arg(help_heading = "This run", short, long)]
    pub force: bool,

    /// Which GPUs render.
    #[command(flatten)]
    pub gpus: GpuArgs,

    /// Treat warnings about the template as errors
    #[arg(help_heading = "This run", long)]
    pub strict: bool,

    /// Print the resolved job and start nothing
    #[arg(help_heading = "This run", long)]
    pub dry_run: bool,

    /// Give up a Blender or an ffmpeg that is silent and idle for so many seconds, ten times as many while kernels compile
    #[arg(help_heading = "This run", long, value_name = "SECONDS", default_value = "120", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub stall_timeout: u64,

    /// How progress is shown.
    #[command(flatten)]
    pub progress: ProgressArgs,
}

/// Which GPUs render; nothing here changes a pixel.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "This run")]
pub struct GpuArgs {
    /// Use so many of the NVIDIA GPUs [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "gpu_ids")]
    pub gpus: Option<u32>,

    /// Use these NVIDIA GPUs, by their numbers in nvidia-smi
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    pub gpu_ids: Vec<String>,

    /// Blender sessions on each GPU, 1 to 8 [default: 2 where the first frames leave it idle and there is room, else 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    pub sessions_per_gpu: Option<u32>,
}

impl GpuArgs {
    /// What is wished of them.
    pub(super) fn wish(&self) -> GpuWish {
        let ids = self.gpu_ids.iter().map(|id| id.trim().to_owned()).collect();
        GpuWish { count: self.gpus, ids, sessions_per_gpu: self.sessions_per_gpu }
    }
}

/// Runs the command.
///
/// # Errors
/// See [`render::render`].
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let (paths, config, ui) = (&context.paths, &context.config, &context.ui);
    let library = Library::new(args.library.as_deref(), config.library(), paths);
    let template = library.find(&args.template)?;
    let request = args.request.request().over(&template.manifest.defaults).over(&config.render_defaults());
    let job = RenderJob::new(&request, &template, args.output.as_deref(), args.force)?;
    if args.dry_run {
        let reporter = ui.reporter();
        job.doubts.iter().for_each(|doubt| reporter.report(&Event::Warning(doubt.clone())));
        drop(reporter);
        let job = job.to_json();
        return if ui.json { ui.answer_json(&job) } else { ui.answer(&format!("{job:#}")) };
    }
    let options = Options {
        force: args.force,
        fresh: args.fresh,
        keep_frames: args.keep_frames,
        strict: args.strict,
        stall_timeout: Duration::from_secs(args.stall_timeout),
        gpus: args.gpus.wish(),
        cancel: Cancel::default(),
        resident: Arc::default(),
    };
    let response = render::render(&job, paths, config, &options, ui.reporter().as_ref())?;
    if ui.json {
        return ui.answer_json(&serde_json::to_value(&response).unwrap_or_default());
    }
    response.gpus.iter().filter(|gpu| gpu.sessions > 0).for_each(|gpu| ui.status(&share(gpu)));
    ui.answer(response.output.as_deref().unwrap_or_default())
}

/// What one GPU did, in a line.
fn share(gpu: &GpuShare) -> String {
    let (frames, busy) = (fmt::count(gpu.frames, "frame"), gpu.busy * 100.0);
    let sessions = if gpu.sessions > 1 { format!(" in {} sessions", gpu.sessions) } else { String::new() };
    format!("GPU {} ({}): {frames}{sessions}, busy {busy:.0} % of the time", gpu.id, gpu.name)
}
