//! `broll endpoint`: how an endpoint is, and whether it renders.

pub mod health;
mod stages;
pub mod test;

use clap::Subcommand;

use super::Context;
use crate::error::Result;
use crate::interrupt::Cancel;

/// What to do with an endpoint.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show an endpoint's queue and workers
    Health(health::Args),
    /// Render one second at 320x180 and show how long each stage takes
    ///
    /// The job goes the way of every other one, and is paid like it. The clip is checked and thrown away unless -o names
    /// a place for it.
    Test(test::Args),
}

/// Runs the command.
///
/// # Errors
/// Those of the command.
pub fn run(context: &Context, command: Command) -> Result<()> {
    let cancel = Cancel::default();
    match command {
        Command::Health(args) => health::run(context, &args, &cancel),
        Command::Test(args) => test::run(context, &args, &cancel),
    }
}
