//! `broll templates remove`.

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::json;

use super::super::Context;
use super::path;
use crate::error::Result;
use crate::paths::display;
use crate::template::{Library, install};

/// Arguments of `templates remove`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the template
    #[arg(value_name = "NAME")]
    template: OsString,

    /// Remove it from this library only
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// `bundled_template`, `no_template`, `bad_name`, or an I/O error.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let only = args.library.as_deref();
    let library = Library::new(only, context.config.library(), &context.paths);
    let folder = install::folder_of(&args.template, &library, only)?;
    let name = args.template.to_string_lossy();
    let removed = install::remove(&name, &folder)?;
    if context.ui.json {
        let removed: Vec<_> = removed.iter().map(|file| path(Some(file))).collect();
        return context.ui.answer_json(&json!({"name": name, "removed": removed}));
    }
    let lines: Vec<String> = removed.iter().map(|path| format!("removed {}", display(path))).collect();
    context.ui.answer(&lines.join("\n"))
}
