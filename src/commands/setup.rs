//! `broll setup`: installs the managed Blender and ffmpeg, or the compiler of kernels.

use std::cell::RefCell;

use serde_json::json;

use super::Context;
use crate::error::Result;
use crate::paths::display;
use crate::toolchain::setup::{self, Installed, Options, Progress, ptxas};
use crate::ui::{Bar, Ui};

/// Install the managed Blender 4.2 LTS and ffmpeg.
///
/// Both come from PyPI, with every file's digest checked, into broll's own data folder: 420 MB to download, 1.1 GB on
/// disk. pip's configuration (mirrors, proxies) applies. A setup that fails leaves what was there as it was; run
/// again, it only checks that all of it works. Needs Python 3.11 or uv.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Args {
    /// Install anew what is installed already
    #[arg(long)]
    pub force: bool,

    /// Install ptxas instead, which `broll kernels build` needs: 40 MB to download, 32 MB on disk
    #[arg(long)]
    pub kernels: bool,

    /// Install missing system libraries with apt-get as well, as root or with a sudo that asks for no password
    #[arg(long)]
    pub system_packages: bool,
}

/// Runs `broll setup`.
///
/// # Errors
/// Those of [`setup::run`] and [`ptxas::run`].
pub fn run(context: &Context, args: Args) -> Result<()> {
    let ui = &context.ui;
    let shown = RefCell::new(None);
    let options = Options { force: args.force, system_packages: args.system_packages };
    if args.kernels {
        let done = ptxas::run(&context.paths, options, &|progress| show(ui, &shown, ptxas::TOTAL, progress));
        drop(shown);
        let done = done?;
        return if ui.json { ui.answer_json(&ptxas_json(&done)) } else { ui.answer(&ptxas_text(&done)) };
    }
    let done = setup::run(&context.paths, options, &|progress| show(ui, &shown, setup::TOTAL, progress));
    drop(shown);
    let done = done?;
    if ui.json { ui.answer_json(&json(&done)) } else { ui.answer(&text(&done)) }
}

/// A bar with the message it shows.
type Shown = RefCell<Option<(Bar, &'static str)>>;

fn show(ui: &Ui, shown: &Shown, total: u64, progress: Progress<'_>) {
    match progress {
        Progress::Step(text) => ui.status(text),
        Progress::Bytes(bytes, message) => {
            let mut shown = shown.borrow_mut();
            let (bar, last) = shown.get_or_insert_with(|| (ui.bytes_bar(total, message), message));
            if *last != message {
                bar.message(message);
                *last = message;
            }
            bar.set(bytes);
        }
    }
}

fn text(done: &Installed) -> String {
    let Installed { folder, python, blender, ffmpeg, ffmpeg_version, fresh } = done;
    let head = if *fresh { "installed in" } else { "already installed, and works, in" };
    format!(
        "{head} {}\nBlender {blender}  {}\nffmpeg {ffmpeg_version}  {}",
        display(folder),
        display(python),
        display(ffmpeg)
    )
}

fn json(done: &Installed) -> serde_json::Value {
    json!({
        "blender": {"version": done.blender, "path": done.python.to_string_lossy()},
        "ffmpeg": {"version": done.ffmpeg_version, "path": done.ffmpeg.to_string_lossy()},
        "folder": done.folder.to_string_lossy(),
        "installed": done.fresh,
    })
}

fn ptxas_text(done: &ptxas::Installed) -> String {
    let head = if done.fresh { "installed" } else { "already installed, and works" };
    format!("{head}: ptxas {}  {}", done.ptxas.version, display(&done.ptxas.path))
}

fn ptxas_json(done: &ptxas::Installed) -> serde_json::Value {
    let path = done.ptxas.path.to_string_lossy();
    json!({"ptxas": {"version": done.ptxas.version, "path": path}, "installed": done.fresh})
}
