//! `broll setup`: installs the managed Blender and ffmpeg.

use std::cell::RefCell;

use serde_json::json;

use super::Context;
use crate::error::Result;
use crate::paths::display;
use crate::toolchain::setup::{self, Installed, Options, Progress};
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

    /// Install missing system libraries with apt-get as well, as root or with a sudo that asks for no password
    #[arg(long)]
    pub system_packages: bool,
}

/// Runs `broll setup`.
///
/// # Errors
/// Those of [`setup::run`].
pub fn run(context: &Context, args: Args) -> Result<()> {
    let ui = &context.ui;
    let shown = RefCell::new(None);
    let options = Options { force: args.force, system_packages: args.system_packages };
    let done = setup::run(&context.paths, options, &|progress| show(ui, &shown, progress));
    drop(shown);
    let done = done?;
    if ui.json { ui.answer_json(&json(&done)) } else { ui.answer(&text(&done)) }
}

/// A bar with the message it shows.
type Shown = RefCell<Option<(Bar, &'static str)>>;

fn show(ui: &Ui, shown: &Shown, progress: Progress<'_>) {
    match progress {
        Progress::Step(text) => ui.status(text),
        Progress::Bytes(bytes, message) => {
            let mut shown = shown.borrow_mut();
            let (bar, last) = shown.get_or_insert_with(|| (ui.bytes_bar(setup::TOTAL, message), message));
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
