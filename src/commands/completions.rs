//! `broll completions`: completion scripts, generated from the clap tree.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Result;
use crate::ui::Ui;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Those of stdout.
pub fn run(ui: &Ui, args: &Args) -> Result<()> {
    ui.answer(script(args.shell).trim_end_matches('\n'))
}

/// The script of a shell.
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "broll", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
