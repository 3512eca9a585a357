//! `broll jobs watch`.

use std::path::PathBuf;
use std::time::Duration;

use super::super::request_args::ProgressArgs;
use super::super::{Context, remote};
use super::{Job, fetch};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::runpod::bring_home;

/// Arguments of `jobs watch`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which job.
    #[command(flatten)]
    pub(super) job: Job,

    /// Where the clip goes [default: where the job was told to put it]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Replace the clip if it exists
    #[arg(short, long)]
    pub(super) force: bool,

    /// Stop waiting after this time, such as 90s or 30m; the job goes on
    #[arg(long, value_name = "TIME", value_parser = remote::time)]
    timeout: Option<Duration>,

    /// How progress is shown.
    #[command(flatten)]
    pub progress: ProgressArgs,
}

/// Runs the command.
///
/// # Errors
/// See [`bring_home`].
pub fn run(context: &Context, args: &Args, cancel: &Cancel) -> Result<()> {
    let (output, force) = (args.output.as_deref(), args.force);
    if fetch::is_here(context, &args.job, output, force)? {
        return Ok(());
    }
    let (mut entry, _, client) = args.job.open(context)?;
    // After an hour of waiting this would come too late.
    fetch::check_target(&entry, output, force)?;
    let reporter = context.ui.reporter();
    let home = fetch::home(context, output, force, reporter.as_ref(), cancel);
    let arrived = bring_home(&client, &mut entry, args.timeout, &home)?;
    drop(reporter);
    remote::answer_arrived(context, &entry, &arrived)
}
