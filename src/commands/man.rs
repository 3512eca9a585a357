//! `broll man`: man pages, generated from the clap tree.

use std::path::PathBuf;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::error::Result;
use crate::paths::display;
use crate::ui::Ui;

/// Write the man pages into a folder.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder, created if need be
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// Writes `broll.1` and one page for each command.
///
/// # Errors
/// Those of the file system.
pub fn run(ui: &Ui, args: &Args) -> Result<()> {
    fs_err::create_dir_all(&args.folder)?;
    clap_mangen::generate_to(Cli::command(), &args.folder)?;
    if ui.json {
        return ui.answer_json(&serde_json::json!({"folder": display(&args.folder)}));
    }
    ui.answer(&display(&args.folder))
}
