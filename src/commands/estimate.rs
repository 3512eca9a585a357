//! `broll estimate`: what a clip will take, before it is made.

mod view;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Context;
use super::render::GpuArgs;
use super::request_args::{ProgressArgs, RequestArgs};
use crate::error::Result;
use crate::estimate::{Bill, Forecast, Here, Past, Rate, Saved, Survey, offers, survey};
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::render::{Options, RenderJob};
use crate::request::{Fps, RenderRequest};
use crate::runpod::{Endpoint, Journal};
use crate::template::{Library, Template, is_path};
use view::{There, View};

/// Silence after which Blender is given up, as in a render.
const STALL: Duration = Duration::from_secs(120);

/// Tell what a clip will take, before it is made.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a template in the library, or path of a .blend
    #[arg(value_name = "TEMPLATE|FILE.blend")]
    pub template: OsString,

    /// What is asked of the clip.
    #[command(flatten)]
    pub request: RequestArgs,

    /// Frames to render, evenly spread over the clip
    #[arg(help_heading = "The estimate", long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub scouts: u32,

    /// US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]
    #[arg(help_heading = "The estimate", long, value_name = "USD", allow_hyphen_values = true, value_parser = dollars)]
    pub rate: Option<f64>,

    /// Search this folder first
    #[arg(help_heading = "This run", long, value_name = "DIR")]
    pub library: Option<PathBuf>,

    /// Throw frames of earlier runs away, and render all of them anew
    #[arg(help_heading = "This run", long)]
    pub fresh: bool,

    /// Which GPUs would render.
    #[command(flatten)]
    pub gpus: GpuArgs,

    /// How progress is shown.
    #[command(flatten)]
    pub progress: ProgressArgs,
}

/// An amount as a flag gives it.
pub(super) fn dollars(text: &str) -> Result<f64, String> {
    let amount = text.trim_start_matches('$').parse().ok().filter(|amount| (1e-9..=1e6).contains(amount));
    amount.ok_or_else(|| {
        "it must be a number of US dollars, more than 0 and at most a million, such as 0.00031".to_owned()
    })
}

/// Runs the command.
///
/// # Errors
/// See [`survey`].
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let (paths, config, ui) = (&context.paths, &context.config, &context.ui);
    let library = Library::new(args.library.as_deref(), config.library(), paths);
    let template = library.find(&args.template)?;
    let own = args.request.request();
    let request = own.clone().over(&template.manifest.defaults).over(&config.render_defaults());
    let job = RenderJob::new(&request, &template, None, true)?;
    let options = options(args.fresh, args.gpus.wish());
    let reporter = ui.reporter();
    let found = survey(&job, args.scouts, paths, config, &options, reporter.as_ref())?;
    drop(reporter);
    keep(context, &found);
    let here = Here::of(config, &found.device);
    let view = View {
        job: &job,
        survey: &found,
        there: there(context, args, &own, &template, &job, &found),
        offers: offers(config, &here, &found.pace, found.work.frames),
        prices: config.prices(),
        worker_seconds: config.worker_seconds(),
        here: &here,
    };
    if ui.json { ui.answer_json(&view.json()) } else { ui.answer(&view.text()) }
}

/// How scout frames are rendered.
pub(super) fn options(fresh: bool, gpus: crate::render::GpuWish) -> Options {
    Options {
        force: true,
        fresh,
        keep_frames: true,
        strict: false,
        stall_timeout: STALL,
        gpus,
        cancel: Cancel::default(),
        resident: Arc::default(),
    }
}

/// Keeps the estimate for `submit --max-cost`.
pub(super) fn keep(context: &Context, found: &Survey) {
    let saved = Saved::new(found.template_sha256.clone(), found.work, found.device.clone(), found.pace);
    if let Err(error) = saved.keep(&context.paths) {
        context.ui.warn(&format!("the estimate is not kept for `broll submit --max-cost`: {error}"));
    }
}

/// The request with the template's name in it, as `submit` sends it.
fn identity(request: &RenderRequest, template: &OsString) -> RenderRequest {
    let name = (!is_path(template)).then(|| template.to_string_lossy().into_owned());
    RenderRequest { template: name, ..request.clone() }
}

/// What is known of the configured endpoint.
fn there(
    context: &Context,
    args: &Args,
    own: &RenderRequest,
    template: &Template,
    job: &RenderJob,
    found: &Survey,
) -> There {
    let config = &context.config;
    let rate = Rate::known(args.rate, config);
    let name = display(Path::new(&template.name));
    let file_fps = || job.facts.fps.map(|(numer, denom)| Fps::reduced(numer, denom));
    let past = Endpoint::configured(config, None).ok().and_then(|endpoint| {
        let entries = Journal::open(&context.paths).list().ok()?.entries;
        let request = identity(own, &args.template);
        let name = if is_path(&args.template) { &found.template_sha256 } else { &name };
        let beneath = Some(&template.manifest.defaults);
        Some(Past::of(&entries, &endpoint, (&request, name), beneath, file_fps))
    });
    let by_jobs = past.and_then(|past| Forecast::by_jobs(&past, &found.work));
    let forecast = by_jobs
        .map_or_else(|| Forecast::by_pace(config, &found.device, &found.pace, found.work.frames, None), Ok);
    let usd = forecast
        .as_ref()
        .ok()
        .zip(rate.as_ref())
        .map(|(forecast, rate)| Bill::new(rate.usd_per_second, config).price(forecast.seconds));
    There { forecast, rate, usd }
}
