//! Makes one file of a download: what lies beside it goes inside, and what it still needs is told.

use std::path::Path;

use crate::blender::{MissingFile, SessionOptions};
use crate::error::{Error, Result};
use crate::event::Silent;
use crate::paths::display;
use crate::render::{Keeper, Resident, Studio};
use crate::request::Device;

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneFile {
    /// Whether `to` was written, by the Blender in use. With nothing to pack the file stays as it is.
    pub saved: bool,
    /// Files that it needs and that are not inside it.
    pub external: Vec<MissingFile>,
}

/// Opens `file` in Blender, without running anything that is in it, and saves it as `to` with the textures, fonts and
/// sounds inside that lie in its folder. No other file of this machine is taken in, whatever the .blend refers to.
///
/// # Errors
/// `unreadable_in_blender` (exit 4) and those of a Blender that does not come up.
pub fn pack(options: &SessionOptions, file: &Path, to: &Path) -> Result<OneFile> {
    let studio = Studio::new(&Silent);
    let (mut session, _, _) = Keeper::hello(&studio, options, Device::Cpu, &Resident::default())?;
    match session.pack(file, to) {
        Ok(done) => {
            session.quit();
            Ok(OneFile { saved: done.saved, external: done.external })
        }
        Err(_) if options.cancel.requested() => Err(Error::interrupted("interrupted")),
        Err(fault) => Err(Error::tool("unreadable_in_blender", "Blender could not open the downloaded file")
            .because(fault.describe())
            .because(format!("its whole log is {}", display(session.log_path())))
            .hint("try another asset, or another Blender in BROLL_BLENDER")),
    }
}
