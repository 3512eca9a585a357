//! The command line: the clap tree and nothing else.

use clap::{Parser, Subcommand};

use crate::commands;
use crate::ui::ProgressMode;

/// Turns Blender templates into finished B-roll clips.
///
/// A template is a .blend file, by path or by its name in a library. `broll render` makes an MP4 of it on this
/// machine's GPU; what is asked of the clip is said in flags, and what cannot be done is refused before a frame
/// is rendered.
#[derive(Debug, Parser)]
#[command(
    name = "broll",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    args_override_self = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Print the answer, or the error, as one JSON object on stdout
    #[arg(long, global = true)]
    pub json: bool,
}

impl Cli {
    /// How the command shows progress.
    pub fn progress(&self) -> ProgressMode {
        match &self.command {
            // The parser lets only known names through.
            Command::Render(args) => args.progress.parse().unwrap_or_default(),
            _ => ProgressMode::Auto,
        }
    }
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render a template to a clip on this machine
    ///
    /// The clip is checked (frames, length, colour tags, decodes) before it gets its name. Frames are kept until then:
    /// after a crash, Ctrl-C or a power cut the same command continues where it stopped.
    Render(Box<commands::render::Args>),
    /// List, show, add, remove and check templates
    #[command(subcommand)]
    Templates(commands::templates::Command),
    /// Install the managed Blender 4.2 LTS and ffmpeg, or ptxas
    Setup(commands::setup::Args),
    /// Check what this machine can do, and how to mend what it cannot
    Doctor(commands::doctor::Args),
    /// List Blender's kernels for NVIDIA GPUs, and build those that are missing
    #[command(subcommand)]
    Kernels(commands::kernels::Command),
    /// Show and change the configuration
    #[command(subcommand)]
    Config(commands::config::Command),
    /// Print a completion script for a shell
    Completions(commands::completions::Args),
    /// Write the man pages into a folder
    Man(commands::man::Args),
}
