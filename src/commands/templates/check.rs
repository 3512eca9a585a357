//! `broll templates check`.

mod places;
mod report;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::Context;
use crate::blender::{SessionOptions, install_driver};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::request::Settings;
use crate::template::Library;
use crate::template::inspect::inspect;
use crate::ui::fields;
use crate::{render, toolchain};
use report::Report;

/// Silence after which Blender is given up, as in a render.
const STALL: Duration = Duration::from_secs(120);

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
    let (driver, home) = install_driver(paths)?;
    let options = SessionOptions {
        program: found.program,
        version: Some(found.version),
        driver,
        home,
        log: log_path(&paths.logs()),
        stall_timeout: STALL,
        cancel: Cancel::default(),
        visible: None,
    };
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

/// Beside the logs of renders, which sweep the folder.
fn log_path(folder: &Path) -> PathBuf {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    folder.join(format!("blender-check-{seconds}-{}.log", std::process::id()))
}
