//! `broll templates add`.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::Context;
use super::{path, still};
use crate::error::Result;
use crate::paths::display;
use crate::template::blend_file::BlendFacts;
use crate::template::{Library, Origin, install};
use crate::{render, toolchain};

/// Arguments of `templates add`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The .blend
    #[arg(value_name = "FILE.blend")]
    file: PathBuf,

    /// Its name in the library [default: the file's name]
    #[arg(long)]
    name: Option<String>,

    /// The library [default: BROLL_LIBRARY, else your own]
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,

    /// Replace a template of this name
    #[arg(short, long)]
    force: bool,

    /// Do not render a still of it
    #[arg(long)]
    no_still: bool,
}

/// Runs the command.
///
/// # Errors
/// Those of a .blend that cannot be read, `newer_file`, `bad_name`, `bad_manifest`, `exists`.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let facts = render::read_blend(&args.file)?;
    check_version(context, &args.file, &facts)?;
    let name = install::name_for(&args.file, args.name.as_deref())?;
    let (named, configured) = (args.library.as_deref(), context.config.library());
    let folder = Library::home(named, configured, &context.paths);
    let installed = install::install(&args.file, &facts, &name, &folder, args.force)?;
    if let Some(Origin::Folder(other)) = Library::new(named, configured, &context.paths).names().get(&name)
        && *other != folder
    {
        let other = display(other);
        context.ui.warn(&format!("{other} has a template {name} too and is searched first from here"));
    }
    let has_still = !args.no_still && still::make(context, &installed)?;
    if context.ui.json {
        let [file, manifest] = [&installed.file, &installed.manifest].map(|file| path(Some(file)));
        let still = path(has_still.then_some(&installed.still));
        return context
            .ui
            .answer_json(&json!({"name": name, "file": file, "manifest": manifest, "still": still}));
    }
    context.ui.answer(&display(&installed.file))
}

/// Refuses a file that the Blender in use could not open; without a Blender that question stays open.
fn check_version(context: &Context, file: &Path, facts: &BlendFacts) -> Result<()> {
    match toolchain::blender::find(&context.config, &context.paths) {
        Ok(found) => render::check_version(file, facts, found.version),
        Err(error) => {
            let saved = facts.version;
            context.ui.status(&format!(
                "note: it was not checked whether Blender can open this file of Blender {saved}: {}",
                error.message()
            ));
            Ok(())
        }
    }
}
