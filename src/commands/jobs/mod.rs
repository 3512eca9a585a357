//! `broll jobs`: what was sent to an endpoint, and what became of it.

pub mod cancel;
pub mod fetch;
pub mod list;
pub mod retry;
pub mod status;
mod view;
pub mod watch;

use clap::Subcommand;

use super::Context;
use crate::error::Result;
use crate::event::{Event, Reporter, Warning};
use crate::interrupt::Cancel;
use crate::runpod::{Client, Entry, Pace};

/// What to do with jobs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the jobs sent from this machine
    ///
    /// Those that are not over are asked for at their endpoints. Costs are the time at the worker by rate_per_second of
    /// the configuration; a worker's start and idle time come on top of them.
    List(list::Args),
    /// Show where a job is
    Status(Job),
    /// Wait for a job and take in its clip
    ///
    /// Ctrl-C and --timeout end the waiting and not the job: the same command goes on with it.
    Watch(watch::Args),
    /// Take in the clip of a job that is done
    ///
    /// Endpoints keep results for 30 minutes.
    Fetch(fetch::Args),
    /// End a job
    Cancel(Job),
    /// Run a job again that failed or took too long
    ///
    /// It keeps its id and what was asked. Endpoints can do that for 30 minutes.
    Retry(Job),
}

/// Names a job.
#[derive(Debug, clap::Args)]
pub struct Job {
    /// The job's id, or its beginning for jobs sent from this machine
    #[arg(value_name = "ID")]
    id: String,

    /// The endpoint of a job that was sent from elsewhere [default: the configured one]
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
}

impl Job {
    /// The job.
    fn entry(&self, context: &Context) -> Result<Entry> {
        super::remote::entry(context, &self.id, self.endpoint.as_deref())
    }

    /// The job, its id at the endpoint, and whom to ask about it.
    fn open(&self, context: &Context) -> Result<(Entry, String, Client)> {
        let entry = self.entry(context)?;
        let id = entry.job_id()?.to_owned();
        let client = super::remote::client(context, entry.endpoint()?, Pace::default())?;
        Ok((entry, id, client))
    }
}

/// A journal that cannot be written keeps nobody from a job.
fn noted(written: Result<()>, reporter: &dyn Reporter) {
    if let Err(error) = written {
        let text = format!("the journal cannot be written: {error}");
        reporter.report(&Event::Warning(Warning::new("not_journaled", text)));
    }
}

/// Runs the command.
///
/// # Errors
/// Those of the command.
pub fn run(context: &Context, command: Command) -> Result<()> {
    let cancel = Cancel::default();
    match command {
        Command::List(args) => list::run(context, &args, &cancel),
        Command::Status(job) => status::run(context, &job, &cancel),
        Command::Watch(args) => watch::run(context, &args, &cancel),
        Command::Fetch(args) => fetch::run(context, &args, &cancel),
        Command::Cancel(job) => cancel::run(context, &job, &cancel),
        Command::Retry(job) => retry::run(context, &job, &cancel),
    }
}
