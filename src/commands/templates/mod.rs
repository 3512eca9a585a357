//! `broll templates`: the library.

pub mod add;
pub mod check;
mod kit;
pub mod list;
pub mod remove;
pub mod search;
mod session;
pub mod show;
mod still;

use std::path::Path;

use clap::Subcommand;
use serde_json::{Value, json};

use super::Context;
use crate::error::Result;
use crate::template::Origin;
use crate::ui::fmt;

/// What to do with templates.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List all templates
    ///
    /// Searched are --library, BROLL_LIBRARY, ./templates, your own library and the bundled templates; the first that
    /// has a name wins. Length and size are those of the clip that a plain `broll render NAME` makes.
    List(list::Args),
    /// Show everything about a template that can be told without Blender
    ///
    /// Parameters are a table; with --json they are a JSON Schema of what a request may set.
    Show(show::Args),
    /// Search BlenderKit for scenes
    ///
    /// BlenderKit (Blendkit since June 2026) is a library of assets. No account is needed to search it; what an account may
    /// download is told once BLENDERKIT_API_KEY holds its key. What a newer Blender than the one in use saved is marked.
    Search(search::Args),
    /// Add a .blend to a library
    ///
    /// blenderkit:ID adds an asset that `broll templates search` found. Its licence, author and page are kept in the
    /// manifest; it is downloaded once, opened in Blender without running what is in it, and what it lacks is told.
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
    /// Every value of every parameter is tried at each of its places in the file: the default, each choice, both ends of a
    /// range, each camera, a picture, a typeface. Then the file is opened on the CPU with the default of every parameter, and
    /// one tiny frame is rendered. What a render would only warn of is a warning here too.
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
        Command::Search(args) => search::run(context, &args),
        Command::Add(args) => add::run(context, &args),
        Command::Remove(args) => remove::run(context, &args),
        Command::Check(args) => check::run(context, &args),
    }
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
