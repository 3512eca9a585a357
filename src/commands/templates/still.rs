//! The still of a template: rendered when it is added, drawn when it is shown.

use std::path::{Path, PathBuf};

use super::super::Context;
use crate::error::{Error, Kind, Result};
use crate::sheet::{Picture, render_still};
use crate::template::blend_file::BlendFacts;
use crate::template::install::{Installed, put_still};
use crate::template::{Library, Template, still_of};
use crate::toolchain;

/// Renders the still of a template that was just added; tells whether it has one now. Without a Blender there is none, and
/// what goes wrong is a warning.
///
/// # Errors
/// `interrupted`; the template stays.
pub(super) fn make(context: &Context, installed: &Installed) -> Result<bool> {
    let (ui, paths, config) = (&context.ui, &context.paths, &context.config);
    if toolchain::blender::find(config, paths).is_err() {
        return Ok(false);
    }
    let reporter = ui.reporter();
    let made = find(context, installed)
        .and_then(|template| render_still(&template, paths, config, reporter.as_ref()))
        .and_then(|png| put_still(installed, &png));
    drop(reporter);
    match made {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == Kind::Interrupted => {
            Err(Error::interrupted("interrupted: the template is in the library, without a still")
                .hint("add it again with --force, or leave the still out with --no-still"))
        }
        Err(error) => {
            ui.warn(&format!("no still was rendered: {error}"));
            Ok(false)
        }
    }
}

/// The template as it is in its library now, with its manifest.
fn find(context: &Context, installed: &Installed) -> Result<Template> {
    let folder = std::path::absolute(&installed.file)?.parent().map(Path::to_owned);
    let name = installed.file.file_stem().unwrap_or_default();
    Library::new(folder.as_deref(), None, &context.paths).find(name)
}

/// The file of a template's still, where there is one.
pub(super) fn path_of(template: &Template) -> Option<PathBuf> {
    Some(still_of(&template.file)).filter(|path| path.is_file())
}

/// Draws the still, or else the small picture that Blender saved into the file, on a terminal that can.
///
/// # Errors
/// Those of stdout.
pub(super) fn draw(context: &Context, template: &Template, facts: &BlendFacts) -> Result<()> {
    // A still that cannot be read is not what was asked for.
    let still = || path_of(template).and_then(|path| Picture::read(&path).ok());
    let saved = || {
        let small = facts.thumbnail.as_ref()?;
        Picture::new(small.width, small.height, small.rgba.clone())
    };
    match context.ui.drawn(|| still().or_else(saved)) {
        Some(lines) => context.ui.answer_styled(&format!("{lines}\n\n")),
        None => Ok(()),
    }
}
