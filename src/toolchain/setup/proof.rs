//! Proof that a toolchain works: its libraries are here, Blender answers with Cycles in it, ffmpeg runs.

use std::path::Path;

use super::{Installed, Options, Tell, apt};
use crate::blender::Program;
use crate::error::{Error, Result};
use crate::paths::{Paths, display};
use crate::toolchain::hello::hello;
use crate::toolchain::{ffmpeg, libraries, managed};

/// Runs everything once; installs missing libraries first where that is asked for.
pub(super) fn prove(paths: &Paths, folder: &Path, options: Options, tell: &Tell<'_>) -> Result<Installed> {
    let found = prove_files(folder)?;
    let binary = managed::bpy_in(folder);
    let mut missing = libraries::missing(&binary);
    let packages = libraries::packages(&missing).0;
    if !packages.is_empty() && options.system_packages {
        apt::install(&packages, tell)?;
        missing = libraries::missing(&binary);
    }
    let offer = || format!("{}, or `broll setup --system-packages`", libraries::advice(&missing));
    libraries::require(&missing)
        .map_err(|error| if options.system_packages { error } else { error.hint(offer()) })?;
    let blender = answer(paths, &found.python)?;
    Ok(Installed { blender, ..found })
}

/// The files alone, with an ffmpeg that runs.
pub(super) fn prove_files(folder: &Path) -> Result<Installed> {
    let broken =
        |what: String| Error::environment("setup_incomplete", what).hint("run `broll setup --force`");
    let python = managed::python_in(folder);
    if !python.exists() {
        return Err(broken(format!("{} is missing, or its own Python is gone", display(&python))));
    }
    let ffmpeg =
        managed::ffmpeg_in(folder).ok_or_else(|| broken(format!("no ffmpeg in {}", display(folder))))?;
    let ffmpeg_version =
        ffmpeg::version(&ffmpeg).ok_or_else(|| broken(format!("{} does not run", display(&ffmpeg))))?;
    let blender = managed::VERSION_TEXT.to_owned();
    Ok(Installed { folder: folder.to_owned(), python, blender, ffmpeg, ffmpeg_version, fresh: false })
}

fn answer(paths: &Paths, python: &Path) -> Result<String> {
    let program = Program::Module(python.to_owned());
    let hello = hello(paths, &program, managed::VERSION, &[]).map_err(|error| {
        if error.code() == "blender_failed" {
            error.hint("see `broll doctor`; `broll setup --force` installs it anew")
        } else {
            error
        }
    })?;
    if hello.version != managed::VERSION || !hello.cycles {
        let cycles = if hello.cycles { "" } else { " without Cycles" };
        let what = format!(
            "the managed Blender answers as {}{cycles}, not as {}",
            hello.version_string,
            managed::VERSION_TEXT
        );
        return Err(Error::environment("setup_incomplete", what).hint("run `broll setup --force`"));
    }
    Ok(hello.version_string)
}
