//! `broll jobs watch`.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;

use super::super::{Context, remote};
use super::{Job, fetch};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::runpod::bring_home;
use crate::ui::ProgressMode;

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

    /// How to show progress: auto, plain, json or off
    #[arg(hide_possible_values = true, long, value_name = "MODE", default_value = "auto", value_parser = PossibleValuesParser::new(ProgressMode::NAMES))]
    pub progress: String,
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
