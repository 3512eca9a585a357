//! `broll templates check`.

mod places;
mod report;

use std::ffi::OsString;
use std::path::PathBuf;

use super::super::Context;
use super::session;
use crate::error::Result;
use crate::request::Settings;
use crate::template::Library;
use crate::template::inspect::inspect;
use crate::ui::fields;
use crate::{render, toolchain};
use report::Report;

/// Arguments of `templates check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a template in the library, or path of a .blend
    #[arg(value_name = "NAME|FILE.blend")]
    template: OsString,

    /// Search this folder first
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Whatever would keep the template from being rendered.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let (ui, paths) = (&context.ui, &context.paths);
    let library = Library::new(args.library.as_deref(), context.config.library(), paths);
    let template = library.find(&args.template)?;
    let native = render::read_blend(&template.file)?;
    template.manifest.check()?;
    let settings = Settings::new(&template.manifest.defaults)?;
    let found = toolchain::blender::find(&context.config, paths)?;
    render::check_version(&template.file, &native, found.version)?;
    ui.status(&format!("opening it in Blender {}", found.version_string));
    let options = session::options(context, found)?;
    let findings = inspect(&template, &settings, &options)?;
    let report = Report { template: &template, native: &native, settings: &settings, findings: &findings };
    let warnings = report.warnings();
    if !ui.json {
        warnings.iter().for_each(|warning| ui.warn(&warning.message));
        let mut text = fields(&report.pairs());
        if !findings.places.is_empty() {
            text.push_str("\n\n");
            text.push_str(&places::table(&findings.places).to_string());
        }
        ui.answer(&text)?;
    }
    report.verdict()?;
    if ui.json { ui.answer_json(&report.to_json(&warnings)) } else { Ok(()) }
}
