//! `broll preview`: a few frames of a clip, small, on one sheet.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Context;
use super::request_args::{ProgressArgs, RequestArgs};
use crate::error::{Error, Result};
use crate::event::{Event, Reporter, Warning};
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::render::{self, GpuWish, Options, PartFile, RenderJob, Scouting};
use crate::sheet::{Picture, Tile, contact_sheet, findings, small, tile_size};
use crate::template::Library;

/// Samples unless the template or the caller wants fewer: with the denoiser enough to see light and shapes.
const SAMPLES: u32 = 16;

/// Look at a few frames of a clip before it is rendered.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a template in the library, or path of a .blend
    #[arg(value_name = "TEMPLATE|FILE.blend")]
    pub template: OsString,

    /// Look at so many frames, evenly spread, 1 to 64
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub count: u32,

    /// Where the sheet goes [default: TEMPLATE.preview.png]
    #[arg(short, long, value_name = "SHEET.png")]
    pub output: Option<PathBuf>,

    /// What is asked of the clip. Frames are at most 480 pixels wide and have at most 16 samples unless said otherwise here.
    #[command(flatten)]
    pub request: RequestArgs,

    /// Search this folder first
    #[arg(help_heading = "This run", long, value_name = "DIR")]
    pub library: Option<PathBuf>,

    /// Replace the sheet if it exists
    #[arg(help_heading = "This run", short, long)]
    pub force: bool,

    /// Give up a Blender that is silent and idle for so many seconds, ten times as many while kernels compile
    #[arg(help_heading = "This run", long, value_name = "SECONDS", default_value = "120", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub stall_timeout: u64,

    /// How progress is shown.
    #[command(flatten)]
    pub progress: ProgressArgs,
}

/// Runs the command.
///
/// # Errors
/// See [`render::scout`]; `bad_output` for a sheet that cannot be written.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let began = Instant::now();
    let (paths, config, ui) = (&context.paths, &context.config, &context.ui);
    let library = Library::new(args.library.as_deref(), config.library(), paths);
    let template = library.find(&args.template)?;
    let own = args.request.request();
    let request = own.clone().over(&template.manifest.defaults).over(&config.render_defaults());
    let request = small(&request, &own, SAMPLES)?;
    // The clip itself is not made: its place is nobody's concern.
    let job = RenderJob::new(&request, &template, None, true)?;
    let target = place(args, &template.name)?;
    let sheet = PartFile::create(&target)?;
    let options = Options {
        force: args.force,
        fresh: false,
        keep_frames: true,
        strict: false,
        stall_timeout: Duration::from_secs(args.stall_timeout),
        gpus: GpuWish::default(),
        cancel: Cancel::default(),
        resident: Arc::default(),
    };
    let reporter = ui.reporter();
    let pick = |timeline: &render::Timeline| render::evenly(args.count, timeline.count());
    let scouting = render::scout(&job, &pick, paths, config, &options, reporter.as_ref())?;
    let tiles = tiles(&scouting, job.settings.resolution)?;
    let picture = contact_sheet(&tiles);
    std::io::Write::write_all(&mut sheet.writer()?, &picture.to_png())?;
    drop(sheet.promote(args.force)?);
    let found = look_over(&tiles, job.settings.transparent, reporter.as_ref());
    let (output, size) = (display(&std::path::absolute(&target)?), fs_err::metadata(&target)?.len());
    let seconds = (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    reporter.report(&Event::Finished { output: output.clone(), file_size_bytes: size, seconds });
    drop(reporter);
    if ui.json {
        return ui.answer_json(&json!({
            "output": output,
            "template": job.name,
            "duration": scouting.timeline.duration(),
            "fps": job.settings.fps,
            "clip_frames": scouting.timeline.count(),
            "resolution": job.settings.resolution,
            "samples": job.settings.samples,
            "sheet_resolution": [picture.width(), picture.height()],
            "file_size_bytes": size,
            "frames": scouting.frames.iter().zip(&tiles).map(|(frame, tile)| json!({
                "frame": frame.index,
                "at_seconds": tile.seconds,
                "render_time_seconds": frame.drawn.map(|drawn| drawn.seconds),
            })).collect::<Vec<_>>(),
            "frames_reused": scouting.frames.iter().filter(|frame| frame.drawn.is_none()).count(),
            "device": scouting.facts.device,
            "blender_version": scouting.hello.version_string,
            "render_time_seconds": seconds,
            "warnings": scouting.warnings.iter().chain(&found).collect::<Vec<_>>(),
        }));
    }
    let labelled = |tile: Tile| {
        let label = tile.label();
        (tile.picture, label)
    };
    ui.show(&tiles.into_iter().map(labelled).collect::<Vec<_>>());
    ui.answer(&output)
}

/// Where the sheet goes.
fn place(args: &Args, name: &std::ffi::OsStr) -> Result<PathBuf> {
    if args.output.as_deref() == Some(Path::new("-")) {
        return Err(Error::bad_input("bad_output", "the sheet cannot be written to stdout")
            .because("stdout carries its path")
            .hint("name a file with -o"));
    }
    let mut stem = name.to_owned();
    stem.push(".preview");
    render::place(args.output.as_deref(), &stem, &["png"], "a sheet", args.force)
}

/// The frames as pictures, as large as they are on the sheet.
fn tiles(scouting: &Scouting, resolution: [u32; 2]) -> Result<Vec<Tile>> {
    let fps = scouting.timeline.fps();
    let [width, height] = tile_size(scouting.frames.len() as u32, resolution);
    let tile = |frame: &render::Scouted| {
        let picture = Picture::read(&frame.path)?.scaled(width, height);
        Ok(Tile { index: frame.index, seconds: fps.seconds(frame.index), picture })
    };
    scouting.frames.iter().map(tile).collect()
}

/// Tells what is wrong with the frames.
fn look_over(tiles: &[Tile], transparent: bool, reporter: &dyn Reporter) -> Vec<Warning> {
    let frames: Vec<(u32, &Picture)> = tiles.iter().map(|tile| (tile.index, &tile.picture)).collect();
    let found = findings(&frames, transparent);
    found.iter().for_each(|warning| reporter.report(&Event::Warning(warning.clone())));
    found
}
