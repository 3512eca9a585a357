//! `broll templates`: the library.

pub mod add;
pub mod check;
pub mod list;
pub mod remove;
pub mod show;
mod still;

use std::path::Path;

use clap::Subcommand;
use serde_json::{Value, json};

use super::Context;
use crate::error::Result;
use crate::template::Origin;
use crate::ui::{fmt, sanitize};

/// What to do with templates.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List all templates
    ///
    /// Searched are --library, BROLL_LIBRARY, ./templates, your own library and the bundled templates; the first that
    /// has a name wins. Length and size are those of the clip that a plain `broll render NAME` makes.
    List(list::Args),
    /// Show everything about a template that can be told without Blender
    Show(show::Args),
    /// Add a .blend to a library
    ///
    /// A manifest beside it (NAME.toml) comes along; otherwise one is made to fill in, with the scene's length, rate and
    /// size as defaults. Textures and other files that the
    /// .blend refers to stay where they are: pack them into it first (File > External Data > Pack Resources).
    /// With a Blender at hand the frame in the middle of its clip is rendered as a still (NAME.png), on the GPU if there is
    /// one, else on the processor.
    Add(add::Args),
    /// Remove a template from its library: the .blend, its manifest and its still
    ///
    /// Nothing is asked. Without --library it is removed from the first library that has it: BROLL_LIBRARY,
    /// ./templates, then your own.
    Remove(remove::Args),
    /// Try a template in Blender: whether it renders, and what it takes
    ///
    /// The file is opened on the CPU with the default of every parameter, and one tiny frame is rendered. What a render
    /// would only warn of is a warning here too.
    Check(check::Args),
}

/// Runs the command.
///
/// # Errors
/// Those of the command.
pub fn run(context: &Context, command: Command) -> Result<()> {
    match command {
        Command::List(args) => list::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::Add(args) => add::run(context, &args),
        Command::Remove(args) => remove::run(context, &args),
        Command::Check(args) => check::run(context, &args),
    }
}

/// `name  value` lines with the values under each other; empty values are left out.
pub(super) fn fields(pairs: &[(&str, String)]) -> String {
    let shown: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    let width = shown.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines = shown.iter().map(|(name, value)| format!("{name:width$}  {}", sanitize(value)));
    lines.collect::<Vec<_>>().join("\n")
}

fn seconds(duration: Option<f64>) -> String {
    duration.map(fmt::seconds).unwrap_or_default()
}

fn size(resolution: Option<[u32; 2]>) -> String {
    resolution.map(|[width, height]| format!("{width}x{height}")).unwrap_or_default()
}

/// `bundled`, the library's folder, or `path`.
fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Folder(folder) => crate::paths::display(folder),
        Origin::Bundled => "bundled".to_owned(),
        Origin::Path => "path".to_owned(),
    }
}

/// An absolute path, or `null`, for scripts.
fn path(path: Option<&Path>) -> Value {
    let absolute = path.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    absolute.map_or(Value::Null, |path| json!(path.to_string_lossy()))
}
