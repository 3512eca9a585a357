//! The command line: the clap tree and nothing else.

use clap::{Parser, Subcommand};

use crate::commands;
use crate::ui::ProgressMode;

/// Turns Blender templates into finished B-roll clips.
///
/// A template is a .blend file, by path or by its name in a library. `broll render` makes an MP4 of it on this
/// machine's GPU, `broll submit` on that of a RunPod endpoint; what is asked of the clip is said in flags, and what
/// cannot be done is refused before a frame is rendered.
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
            Command::Render(args) => args.progress.mode(),
            Command::Preview(args) => args.progress.mode(),
            Command::Estimate(args) => args.progress.mode(),
            Command::Submit(args) => args.progress.mode(),
            Command::Jobs(commands::jobs::Command::Watch(args)) => args.progress.mode(),
            Command::Endpoint(commands::endpoint::Command::Test(args)) => args.progress.mode(),
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
    /// Look at a few frames of a clip before it is rendered
    ///
    /// The first, the middle and the last frame, or as many as --count says, are rendered small and with few samples, tiled
    /// into one picture, and shown in the terminal. What usually goes wrong is warned of: frames that are black, blown out,
    /// of one colour or transparent, and clips in which nothing moves.
    Preview(Box<commands::preview::Args>),
    /// Tell what a clip will take, time and price, before it is made
    ///
    /// A few frames are rendered at the real settings. They stay: the render that follows does not render them again. The
    /// time of the whole clip on this machine comes from them, and where the price table knows how fast GPUs are, time and
    /// price on an endpoint's GPUs too.
    ///
    /// Prices are RunPod's list prices unless `broll config set prices.GPU.usd_per_hour USD` says otherwise. How fast GPUs
    /// are is for you to say, with `broll config set prices.GPU.speed N`: only ratios count, so the median scores of Blender
    /// Open Data will do. What rendered here is known by its name in the table, or with `broll config set local_speed N`.
    Estimate(Box<commands::estimate::Args>),
    /// Render a template to a clip on a RunPod endpoint
    ///
    /// The request is checked here as far as it can be, then sent as one job; the clip is checked when it is here.
    /// Ctrl-C leaves the job running: `broll jobs watch ID` comes back to it.
    ///
    /// A .blend on this machine travels within the request, compressed, up to about 7.8 MB. Device, encoder and quality
    /// in this machine's configuration are for renders here: what no flag says is up to the template and the endpoint.
    Submit(Box<commands::submit::Args>),
    /// See, await, fetch and end the jobs sent to an endpoint
    #[command(subcommand)]
    Jobs(commands::jobs::Command),
    /// See how an endpoint is, and try it
    #[command(subcommand)]
    Endpoint(commands::endpoint::Command),
    /// Keep the API key of an endpoint on this machine
    ///
    /// The key is asked for without being shown, or read from stdin when that is no terminal. It is checked with the
    /// configured endpoint, if there is one, and kept in a file that only you can read. It is given to the API that is
    /// configured now (endpoint_base_url) and to no other. RUNPOD_API_KEY wins over it.
    Login(commands::login::Args),
    /// Take the clip out of an answer of the API
    ///
    /// The answer may be the body of /status, of /runsync or of a webhook, the output alone, or base64, also as a data
    /// URI. A link to a clip is followed. The clip is checked (size and SHA-256 where the answer tells them, structure,
    /// and with ffmpeg every frame) before it gets its name. A failed job is told with its error, and ends in exit code 5.
    Decode(commands::decode::Args),
    /// List, show, add, remove and check templates
    #[command(subcommand)]
    Templates(commands::templates::Command),
    /// Serve as a RunPod endpoint on this machine
    ///
    /// Jobs wait in a queue that survives restarts, and are rendered one at a time. `broll submit` and every other client
    /// of a RunPod endpoint can use it: set the two variables that are printed. Ctrl-C stops it; the job at work goes
    /// back to the queue and continues at the next start.
    Serve(commands::serve::Args),
    /// Carry out the jobs of a RunPod endpoint, or one job for a test
    ///
    /// In the container of an endpoint this takes jobs until it is told to stop: the first SIGTERM lets it finish the job
    /// it holds. With --test-input it carries out one job here, as the endpoint would, and prints the response.
    Worker(commands::worker::Args),
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
