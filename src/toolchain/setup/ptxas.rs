//! Installing ptxas, the compiler behind `broll kernels build`: one file of a wheel that holds all of nvcc.

use std::path::{Path, PathBuf};

use super::install::{self, Recipe};
use super::{Options, Progress, SUPPORTED, Tell, hold, place, python};
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::paths::{Paths, display};
use crate::toolchain::kernels::{self, Ptxas};
use crate::toolchain::managed;

/// Bytes on disk on the way: a wheel of 40 MB, its 94 MB of files, and an environment with pip.
pub const TOTAL: u64 = RECIPE.total;

const RECIPE: Recipe = Recipe {
    lock: managed::PTXAS_LOCK,
    what: "ptxas",
    command: "broll setup --kernels",
    total: 40_128_098 + 119_000_000,
    peak: 250_000_000,
    needs: "it needs Linux on x86_64; else install NVIDIA's CUDA toolkit and put its ptxas on the PATH",
    unpacking: |built| managed::ptxas_in_packages(built).exists(),
};

/// The managed ptxas, proven to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The compiler.
    pub ptxas: Ptxas,
    /// Whether this run installed it, rather than found it there.
    pub fresh: bool,
}

/// Installs, or proves what is there.
///
/// # Errors
/// Those of the steps; nearly all exit 3.
pub fn run(paths: &Paths, options: Options, tell: &Tell<'_>) -> Result<Installed> {
    work(paths, options, tell).map_err(|error| match error.kind() {
        Kind::Interrupted => {
            error.hint("what was installed before is as it was; `broll setup --kernels` begins anew")
        }
        _ => error,
    })
}

fn work(paths: &Paths, options: Options, tell: &Tell<'_>) -> Result<Installed> {
    if !SUPPORTED {
        return Err(Error::environment("setup_unsupported", "the managed ptxas is for Linux on x86_64")
            .hint("install NVIDIA's CUDA toolkit and put its ptxas on the PATH"));
    }
    let home = paths.toolchain();
    let _lock = hold(&home, tell)?;
    place::sweep(&home, None);
    let folder = managed::ptxas_folder(paths);
    if folder.exists() && !options.force {
        match prove(&folder) {
            Ok(ptxas) => return Ok(Installed { ptxas, fresh: false }),
            Err(error) => tell(Progress::Step(&format!(
                "what is installed does not work ({error}); installing it anew"
            ))),
        }
    }
    RECIPE.check_room(&home)?;
    let maker = python::find(options, tell)?;
    // Removed when dropped: on failure, on interruption, and with all that is not needed after success.
    let workshop = tempfile::Builder::new().prefix(place::WORKSHOP).tempdir_in(&home)?;
    let built = install::build(workshop.path(), &maker, &RECIPE, tell)?;
    interrupt::check()?;
    tell(Progress::Bytes(TOTAL, "checking"));
    let kept = keep(&built, workshop.path())?;
    prove(&kept)?;
    place::into(&kept, &folder, workshop.path())?;
    place::sweep_ptxas(&home, &folder);
    Ok(Installed { ptxas: prove(&folder)?, fresh: true })
}

/// Moves ptxas out of the environment, with NVIDIA's licence beside it.
fn keep(built: &Path, workshop: &Path) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let kept = workshop.join("ptxas");
    fs_err::create_dir(&kept)?;
    let (from, to) = (managed::ptxas_in_packages(built), managed::ptxas_in(&kept));
    fs_err::rename(&from, &to)?;
    // Not every wheel and not every pip keeps the mode.
    fs_err::set_permissions(&to, PermissionsExt::from_mode(0o755))?;
    for licence in managed::ptxas_licences(built) {
        if let Some(name) = licence.file_name() {
            fs_err::copy(&licence, kept.join(name))?;
        }
    }
    Ok(kept)
}

fn prove(folder: &Path) -> Result<Ptxas> {
    let path = managed::ptxas_in(folder);
    kernels::examine(&path).map_err(|reason| {
        Error::environment("setup_incomplete", format!("{} does not work", display(&path)))
            .because(reason)
            .hint("run `broll setup --kernels --force`")
    })
}
