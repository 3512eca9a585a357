//! `broll submit`: a template becomes a clip on a RunPod endpoint.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgGroup;
use serde_json::{Value, json};

use super::budget::{Budget, Limit};
use super::estimate::dollars;
use super::request_args::{ProgressArgs, RequestArgs};
use super::{Context, remote};
use crate::error::Result;
use crate::event::{Event, Warning};
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::render;
use crate::request::RenderRequest;
use crate::runpod::parcel::{Draft, Parcel, Policy, S3Config, Source, Terms, patience};
use crate::runpod::{self, Asking, Endpoint, Home, Journal, Pace};
use crate::template::Library;
use crate::ui::ProgressMode;

/// Render a template to a clip on a RunPod endpoint.
///
/// Everything that can be checked here is checked before anything is sent.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("source").required(true).args(["template", "template_url"])))]
pub struct Args {
    /// Name of a template on the endpoint, or path of a .blend to send along, textures packed into it
    #[arg(value_name = "TEMPLATE|FILE.blend")]
    pub template: Option<OsString>,

    /// Where the clip goes [default: TEMPLATE.mp4]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// What is asked of the clip.
    #[command(flatten)]
    pub request: RequestArgs,

    /// Endpoint to send it to [default: the configuration's]
    #[arg(help_heading = "The job", long, value_name = "ID")]
    pub endpoint: Option<String>,

    /// Have the endpoint fetch the .blend from here (https), instead of a name or a file
    #[arg(help_heading = "The job", long, value_name = "URL", requires = "template_sha256")]
    pub template_url: Option<String>,

    /// SHA-256 of the .blend at --template-url, 64 hexadecimal digits
    #[arg(
        help_heading = "The job",
        long,
        value_name = "HEX",
        requires = "template_url",
        conflicts_with = "template"
    )]
    pub template_sha256: Option<String>,

    /// Have the endpoint put the clip here (a presigned URL for PUT) if it is too large for its answer
    #[arg(help_heading = "The job", long, value_name = "URL")]
    pub upload_url: Option<String>,

    /// The same with an S3 bucket: a JSON file with endpointUrl, accessId, accessSecret and bucketName
    #[arg(help_heading = "The job", long, value_name = "FILE")]
    pub s3_config: Option<PathBuf>,

    /// Have RunPod tell this URL when the job ends
    #[arg(help_heading = "The job", long, value_name = "URL")]
    pub webhook: Option<String>,

    /// Longest time the job may run, from 5s to 7d [default: 1h]
    #[arg(help_heading = "The job", long, value_name = "TIME", allow_hyphen_values = true, value_parser = remote::time)]
    pub execution_timeout: Option<Duration>,

    /// Longest life of the job with its time in the queue, from 10s to 7d [default: --execution-timeout and 24h more]
    #[arg(help_heading = "The job", long, value_name = "TIME", allow_hyphen_values = true, value_parser = remote::time)]
    pub ttl: Option<Duration>,

    /// Send nothing that will most likely cost more, and have the endpoint end the job before it does
    #[arg(help_heading = "The job", long, value_name = "USD", allow_hyphen_values = true, value_parser = dollars)]
    pub max_cost: Option<f64>,

    /// US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]
    #[arg(help_heading = "The job", long, value_name = "USD", allow_hyphen_values = true, value_parser = dollars, requires = "max_cost")]
    pub rate: Option<f64>,

    /// Start no further worker for this job: it waits for one that is running
    #[arg(help_heading = "The job", long)]
    pub low_priority: bool,

    /// Print the job's id and do not wait for the clip: `broll jobs fetch ID` gets it
    #[arg(help_heading = "This run", long)]
    pub detach: bool,

    /// Longest time to wait for the clip, such as 30m; the job itself goes on [default: 2h]
    #[arg(help_heading = "This run", long, value_name = "TIME", allow_hyphen_values = true, value_parser = remote::time, conflicts_with = "detach")]
    pub timeout: Option<Duration>,

    /// Replace the clip if it exists
    #[arg(help_heading = "This run", short, long)]
    pub force: bool,

    /// Print what would be sent, without the .blend and without secrets, and send nothing
    #[arg(help_heading = "This run", long)]
    pub dry_run: bool,

    /// How progress is shown.
    #[command(flatten)]
    pub progress: ProgressArgs,
}

impl Args {
    /// Where the template comes from; the parser lets exactly one of both through.
    fn source(&self) -> Source<'_> {
        match (&self.template_url, &self.template_sha256) {
            (Some(url), Some(sha256)) => Source::Link { url, sha256 },
            _ => Source::Given(self.template.as_deref().unwrap_or_default()),
        }
    }

    fn limit(&self) -> Option<Limit<'_>> {
        let (rate, endpoint, dry_run) = (self.rate, self.endpoint.as_deref(), self.dry_run);
        self.max_cost.map(|max_cost| Limit { max_cost, rate, endpoint, dry_run })
    }
}

/// Runs the command.
///
/// # Errors
/// Those of [`Budget`], [`Draft`], [`render::clip_path`] and of the job itself.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let ui = &context.ui;
    let policy = Policy::new(args.execution_timeout, args.ttl, args.low_priority)?;
    let patience = patience(args.timeout)?;
    let library = Library::new(None, context.config.library(), &context.paths);
    let request = RenderRequest { upload_url: args.upload_url.clone(), ..args.request.request() };
    let draft = Draft::new(args.source(), request, &library)?;
    let output = render::clip_path(args.output.as_deref(), draft.name(), draft.encoder(), args.force)?;
    if !draft.is_known() {
        let name = display(Path::new(draft.name()));
        if let Some(meant) = library.nearest(&name) {
            let text = format!(
                "this machine has no template {name} (did you mean {meant}?): the endpoint must have it"
            );
            ui.reporter().report(&Event::Warning(Warning::new("unknown_template", text)));
        }
    }
    for doubt in draft.doubts() {
        ui.reporter().report(&Event::Warning(doubt.clone()));
    }
    let budget = args.limit().map(|limit| Budget::of(context, &library, &draft, limit)).transpose()?;
    let policy = budget.as_ref().map_or(policy, |budget| policy.at_most(budget.longest));
    if let Some(budget) = &budget {
        tell(context, budget, policy);
    }
    let s3_config = args.s3_config.as_deref().map(S3Config::read).transpose()?;
    let terms = Terms { policy, webhook: args.webhook.clone(), s3_config };
    let content = draft.file().filter(|_| !args.dry_run);
    let content = content.map(|file| render::sha256_of_file(file, &Cancel::default())).transpose()?;
    let parcel = draft.pack(&terms, &Cancel::default())?;
    if args.dry_run {
        let body = parcel.redacted();
        return if ui.json { ui.answer_json(body) } else { ui.answer(&format!("{body:#}")) };
    }
    let budget = budget.map(|budget| budget.json(policy.execution()));
    send_and_wait(context, (&parcel, content), &output, patience, (args, budget))
}

/// Tells what a limited job will cost, and where it ends.
fn tell(context: &Context, budget: &Budget, policy: Policy) {
    let ui = &context.ui;
    // Lines of JSON stay such; who wants none gets none.
    if matches!(ui.progress, ProgressMode::Auto | ProgressMode::Plain) {
        ui.status(&budget.told(policy.execution()));
    }
    if let Some(doubt) = budget.doubt() {
        ui.reporter().report(&Event::Warning(Warning::new("max_cost", doubt)));
    }
}

/// Sends the parcel, waits for its clip at most for so long, and puts it to its place.
fn send_and_wait(
    context: &Context,
    (parcel, content): (&Parcel, Option<String>),
    output: &Path,
    patience: Duration,
    (args, budget): (&Args, Option<Value>),
) -> Result<()> {
    let (ui, cancel) = (&context.ui, Cancel::default());
    let client = remote::client(
        context,
        Endpoint::configured(&context.config, args.endpoint.as_deref())?,
        Pace::default(),
    )?;
    let journaled = runpod::Draft {
        template: display(Path::new(parcel.name())),
        content,
        output: Some(std::path::absolute(output)?),
        unnamed: args.output.as_deref().is_none_or(Path::is_dir),
        force: args.force,
        request: parcel.redacted().clone(),
    };
    render::probe(output)?;
    let reporter = ui.reporter();
    let asking = Asking { patience: client.pace().patience, reporter: reporter.as_ref(), cancel: &cancel };
    let journal = Journal::open(&context.paths);
    let mut entry = runpod::send(&client, &journal, &journaled, parcel.body(), &asking)?;
    if args.detach {
        drop(reporter);
        let id = entry.id();
        let told = if ui.json {
            let mut answer = json!({"id": id, "endpoint": client.endpoint().id()});
            if let Some(budget) = budget {
                answer["budget"] = budget;
            }
            ui.answer_json(&answer)
        } else {
            ui.answer(id)
        };
        return told.map_err(|error| runpod::kept(error, id));
    }
    let home = Home {
        // Where the journal says.
        output: None,
        force: args.force,
        paths: &context.paths,
        config: &context.config,
        reporter: reporter.as_ref(),
        cancel: &cancel,
    };
    let arrived = runpod::bring_home(&client, &mut entry, Some(patience), &home)?;
    drop(reporter);
    remote::answer_arrived(context, &entry, &arrived)
}
