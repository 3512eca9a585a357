//! Installing the managed Blender and ffmpeg, and on demand [`ptxas`]: built beside, proven, then renamed into place,
//! so that a failure leaves what was there as it was.

pub mod apt;
mod install;
mod place;
mod proof;
pub mod ptxas;
mod python;

use std::path::{Path, PathBuf};

use super::lock::lock;
use super::managed;
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::paths::Paths;

/// What the user asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Install anew what is there already.
    pub force: bool,
    /// Install missing system libraries too.
    pub system_packages: bool,
}

/// The managed toolchain, proven to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Where all of it lies.
    pub folder: PathBuf,
    /// The Python that has bpy.
    pub python: PathBuf,
    /// Version of Blender, as Blender writes it.
    pub blender: String,
    /// The ffmpeg executable.
    pub ffmpeg: PathBuf,
    /// Its version.
    pub ffmpeg_version: String,
    /// Whether this run installed it, rather than found it there.
    pub fresh: bool,
}

/// What setup is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A step, in words.
    Step(&'a str),
    /// Bytes on disk of the total ([`TOTAL`], [`ptxas::TOTAL`]), and what is being done.
    Bytes(u64, &'static str),
}

/// Listens to the progress.
pub type Tell<'a> = dyn Fn(Progress<'_>) + 'a;

/// Bytes that are on disk at the end, the downloads counted too (measured).
pub const TOTAL: u64 = install::TOOLCHAIN.total;

/// Installs, or proves what is there.
///
/// # Errors
/// Those of the steps; nearly all exit 3.
pub fn run(paths: &Paths, options: Options, tell: &Tell<'_>) -> Result<Installed> {
    work(paths, options, tell).map_err(|error| match error.kind() {
        Kind::Interrupted => error.hint("what was installed before is as it was; `broll setup` begins anew"),
        _ => error,
    })
}

fn work(paths: &Paths, options: Options, tell: &Tell<'_>) -> Result<Installed> {
    if !SUPPORTED {
        return Err(Error::environment("setup_unsupported", "the managed Blender is for Linux on x86_64")
            .hint(
                "install Blender 4.2 or newer and ffmpeg, and name them in BROLL_BLENDER and BROLL_FFMPEG",
            ));
    }
    let home = paths.toolchain();
    let _lock = hold(&home, tell)?;
    place::sweep(&home, None);
    let folder = managed::folder(paths);
    if folder.exists() && !options.force {
        tell(Progress::Step("checking what is installed"));
        match proof::prove(paths, &folder, options, tell) {
            Err(error) if worth_a_new_try(&error) => {
                tell(Progress::Step(&format!(
                    "what is installed does not work ({error}); installing it anew"
                )));
            }
            done => return done.inspect(|_| place::sweep(&home, Some(&folder))),
        }
    }
    install::TOOLCHAIN.check_room(&home)?;
    let maker = python::find(options, tell)?;
    // Removed when dropped: on failure, on interruption, and empty after success.
    let workshop = tempfile::Builder::new().prefix(place::WORKSHOP).tempdir_in(&home)?;
    let built = install::build(workshop.path(), &maker, &install::TOOLCHAIN, tell)?;
    interrupt::check()?;
    tell(Progress::Bytes(TOTAL, "checking"));
    match proof::prove(paths, &built, options, tell) {
        // What is downloaded is whole; only the system around it is not ready.
        Err(error) if error.code() == "missing_libraries" => {
            place::into(&built, &folder, workshop.path())?;
            Err(error.because("all else is installed: `broll setup` then only checks it"))
        }
        Err(error) => Err(error),
        Ok(_) => {
            place::into(&built, &folder, workshop.path())?;
            drop(workshop);
            place::sweep(&home, Some(&folder));
            let found = proof::prove_files(&folder)?;
            Ok(Installed { fresh: true, ..found })
        }
    }
}

/// Whether there are wheels for this system.
const SUPPORTED: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

/// The toolchain's folder, for one setup alone.
fn hold(home: &Path, tell: &Tell<'_>) -> Result<fs_err::File> {
    fs_err::create_dir_all(home)?;
    lock(home, &mut || tell(Progress::Step("waiting for another `broll setup`")))
}

/// Whether an installation that fails its proof can be mended by installing it anew.
fn worth_a_new_try(error: &Error) -> bool {
    error.kind() != Kind::Interrupted && error.code() != "missing_libraries"
}
