//! `--max-cost`: what a job will most likely cost, and how long it may run so that it does not cost more.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Context, estimate};
use crate::error::{Error, Result};
use crate::estimate::{
    Bill, Forecast, Here, Past, Rate, Saved, Spread, Work, about_dollars, about_time, per_second, survey,
};
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::render::{GpuWish, RenderJob, read_blend, sha256_of_file};
use crate::request::{Device, DeviceUsed, Fps, RenderRequest, Settings};
use crate::runpod::parcel::{Draft, SHORTEST_RUN};
use crate::runpod::{Endpoint, Journal};
use crate::template::{Library, Template};
use crate::toolchain::gpu;
use crate::ui::fmt;

/// Frames that are rendered here when nothing else tells the price.
const SCOUTS: u32 = 3;

/// What is to be kept within.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit<'a> {
    /// US dollars.
    pub(super) max_cost: f64,
    /// US dollars a second, where the user gives it.
    pub(super) rate: Option<f64>,
    /// The endpoint, where the user names it.
    pub(super) endpoint: Option<&'a str>,
    /// Nothing is started, so no frames are rendered either.
    pub(super) dry_run: bool,
}

/// A job that most likely costs no more than allowed.
#[derive(Debug)]
pub(super) struct Budget {
    max_cost: f64,
    forecast: Forecast,
    usd: Spread,
    /// A run that is longer would cost more.
    pub(super) longest: Duration,
}

impl Budget {
    /// Looks for the best ground there is: earlier jobs, an estimate that was kept, frames rendered now.
    ///
    /// # Errors
    /// `no_rate`, `unknown_cost`, `too_expensive` (all exit 1), and those of a template that is here and cannot be read.
    pub(super) fn of(context: &Context, library: &Library, draft: &Draft, limit: Limit<'_>) -> Result<Self> {
        let rate = Rate::needed(limit.rate, &context.config)?;
        let bill = Bill::new(rate.usd_per_second, &context.config);
        let forecast = Order::new(library, draft)?.forecast(context, limit)?;
        let usd = bill.price(forecast.seconds);
        let longest = Duration::from_secs(bill.longest_run(limit.max_cost));
        if usd.mean > limit.max_cost || longest < SHORTEST_RUN {
            return Err(too_expensive(limit.max_cost, &forecast, usd, &bill, &rate));
        }
        Ok(Self { max_cost: limit.max_cost, forecast, usd, longest })
    }

    /// What was found, and the cap, in one sentence.
    pub(super) fn told(&self, run: Duration) -> String {
        format!(
            "{}, going by {}; the endpoint ends the job after {}, so that it costs no more than {}",
            about_dollars(self.usd),
            self.forecast.basis,
            fmt::duration(run),
            fmt::dollars(self.max_cost)
        )
    }

    /// What may go wrong, if anything may: the cap ends a job that takes longer than expected.
    pub(super) fn doubt(&self) -> Option<String> {
        (self.usd.high > self.max_cost).then(|| {
            format!(
                "the job may take longer than --max-cost allows ({}): it would be ended without a clip, and paid",
                about_dollars(self.usd)
            )
        })
    }

    /// The same for scripts.
    pub(super) fn json(&self, run: Duration) -> Value {
        json!({
            "usd": self.usd,
            "seconds": self.forecast.seconds,
            "max_usd": self.max_cost,
            "longest_run_seconds": run.as_secs(),
            "rests_on": self.forecast.basis.to_string(),
        })
    }
}

fn too_expensive(most: f64, forecast: &Forecast, usd: Spread, bill: &Bill, rate: &Rate) -> Error {
    let most = fmt::dollars(most);
    let text = format!("the job would cost {}: more than --max-cost {most}", about_dollars(usd));
    Error::bad_input("too_expensive", text)
        .because(format!(
            "it runs {}, at ${} a second ({}); {} of a worker's start and {} of its idle time are paid too",
            about_time(forecast.seconds),
            per_second(rate.usd_per_second),
            rate.from,
            fmt::seconds(bill.start),
            fmt::seconds(bill.idle)
        ))
        .because(format!("that goes by {}", forecast.basis))
        .hint("ask for less with --samples, --resolution or --duration, or allow more with --max-cost")
}

/// What is to be sent, as far as its time depends on it.
struct Order<'a> {
    library: &'a Library,
    draft: &'a Draft,
    request: &'a RenderRequest,
    name: String,
    /// The template's own defaults; none for a name that only the endpoint knows.
    beneath: Option<RenderRequest>,
    settings: Settings,
    file_fps: Option<Fps>,
}

impl<'a> Order<'a> {
    fn new(library: &'a Library, draft: &'a Draft) -> Result<Self> {
        let request = draft.request();
        let beneath = match &request.template {
            Some(name) => library.manifest(name)?.map(|manifest| manifest.defaults),
            None => Some(RenderRequest::default()),
        };
        let whole = request.clone().over(beneath.as_ref().unwrap_or(&RenderRequest::default()));
        let settings = Settings::new(&whole)?;
        let name = display(Path::new(draft.name()));
        let mut order = Self { library, draft, request, name, beneath, settings, file_fps: None };
        // Only a range of frames counts in the template's own rate.
        if whole.frames.is_some()
            && let Some(template) = order.template().transpose()?
        {
            let rate = read_blend(&template.file)?.fps;
            order.file_fps = rate.map(|(numer, denom)| Fps::reduced(numer, denom));
        }
        Ok(order)
    }

    /// The template, where this machine has it. A bundled one is unpacked for it.
    fn template(&self) -> Option<Result<Template>> {
        let there = self.beneath.is_some() && self.request.template_url.is_none();
        let given = self.draft.file().map_or(self.draft.name(), Path::as_os_str);
        there.then(|| self.library.find(given))
    }

    /// SHA-256 of the .blend that would be rendered, as far as this machine can tell.
    fn content(&self) -> Result<Option<String>> {
        if let Some(sha256) = &self.request.template_sha256 {
            return Ok(Some(sha256.clone()));
        }
        let template = self.template().transpose()?;
        template.map(|template| sha256_of_file(&template.file, &Cancel::default())).transpose()
    }

    fn forecast(&self, context: &Context, limit: Limit<'_>) -> Result<Forecast> {
        let config = &context.config;
        let work = Work::of(&self.settings, self.file_fps)?;
        if let Some(forecast) = Forecast::by_jobs(&self.past(context, limit.endpoint)?, &work) {
            return Ok(forecast);
        }
        let mut why = vec!["the journal has no finished job of this template at this endpoint".to_owned()];
        if self.settings.device == Device::Cpu {
            why.push(
                "it is for the endpoint's processor, which frames rendered here tell nothing about"
                    .to_owned(),
            );
            return Err(unknown(why, FIRST));
        }
        match self.content()?.and_then(|sha256| Saved::find(&context.paths, &sha256)) {
            Some(saved) => match Forecast::by_saved(config, &saved, &work) {
                Ok(forecast) => return Ok(forecast),
                Err(reason) => why.push(format!("`broll estimate` was run here, but {reason}")),
            },
            None => why.push(
                "`broll estimate` was not run for it, as it is now, here in the last 30 days".to_owned(),
            ),
        }
        match self.scoutable(context, limit) {
            Ok(()) => self.scout(context),
            Err(reason) => {
                why.push(format!("no frames were rendered for it now: {reason}"));
                Err(unknown(why, &format!("{FIRST}; or {ELSEWHERE}")))
            }
        }
    }

    fn past(&self, context: &Context, endpoint: Option<&str>) -> Result<Past> {
        // Without an endpoint nothing is sent, which is said where it would be.
        let Ok(endpoint) = Endpoint::configured(&context.config, endpoint) else {
            return Ok(Past::default());
        };
        let entries = Journal::open(&context.paths).list()?.entries;
        // A file that travels may be another one under the same name.
        let content = if self.draft.file().is_some() { self.content()? } else { None };
        let job = (self.request, content.as_deref().unwrap_or(&self.name));
        Ok(Past::of(&entries, &endpoint, job, self.beneath.as_ref(), || self.file_fps))
    }

    /// Why frames that are rendered here would not tell what they take at the endpoint, if they would not.
    fn scoutable(&self, context: &Context, limit: Limit<'_>) -> Result<(), String> {
        let config = &context.config;
        if self.beneath.is_none() || self.request.template_url.is_some() {
            return Err("the template is not on this machine".to_owned());
        }
        let own = gpu::meant_by(self.settings.device).into_iter().next();
        let own = own.ok_or("this machine shows no NVIDIA GPU")?;
        let there = config.endpoint_gpu().and_then(|name| config.prices().named(name));
        let there = there.ok_or("endpoint_gpu names no GPU of the price table")?;
        // Which backend it will be does not matter for its speed.
        let device = DeviceUsed { backend: "gpu".to_owned(), names: vec![own.name.clone()] };
        Here::of(config, &device)
            .slower_on(there)
            .ok_or_else(|| format!("prices do not say how fast a {} is beside {}", there.name, own.name))?;
        if limit.dry_run { Err("--dry-run starts nothing".to_owned()) } else { Ok(()) }
    }

    fn scout(&self, context: &Context) -> Result<Forecast> {
        let (paths, config) = (&context.paths, &context.config);
        let template = self.template().unwrap_or_else(|| self.library.find(self.draft.name()))?;
        let request = self.request.clone().over(&template.manifest.defaults);
        let job = RenderJob::new(&request, &template, None, true)?;
        let options = estimate::options(false, GpuWish::default());
        let found = survey(&job, SCOUTS, paths, config, &options, context.ui.reporter().as_ref())?;
        estimate::keep(context, &found);
        Forecast::by_pace(config, &found.device, &found.pace, found.work.frames, None)
            .map_err(|why| unknown(vec![why], FIRST))
    }
}

/// What always helps.
const FIRST: &str = "send a short job of this template first, with --duration 1 and --execution-timeout for a limit: later \
                     ones go by what it takes";
/// What helps where frames can be rendered here.
const ELSEWHERE: &str =
    "run `broll estimate` on a machine with a GPU that prices.GPU.speed compares with endpoint_gpu";

fn unknown(why: Vec<String>, hint: &str) -> Error {
    let error =
        Error::bad_input("unknown_cost", "it is not known what the job would cost, and --max-cost limits it");
    why.into_iter().fold(error, Error::because).hint(hint)
}
