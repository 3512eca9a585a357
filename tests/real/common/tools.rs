//! The real tools. A test without its tool fails: it never passes by not running.

use std::path::{Path, PathBuf};

fn named(variable: &str) -> PathBuf {
    match std::env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(path) => existing(PathBuf::from(path)),
        None => panic!(
            "{variable} is not set: run these tests with `make test`, which installs the tools and names them"
        ),
    }
}

fn existing(path: PathBuf) -> PathBuf {
    assert!(
        path.is_file(),
        "there is no {}: run these tests with `make test`, which installs it",
        path.display()
    );
    path
}

fn on_path(name: &str) -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("{name} is not on the PATH: run these tests with `make test`, which installs it")
    })
}

/// A Python that has bpy 4.2.
pub(crate) fn blender() -> PathBuf {
    named("BROLL_TEST_BLENDER")
}

/// NVIDIA's compiler of GPU code.
pub(crate) fn ptxas() -> PathBuf {
    named("BROLL_TEST_PTXAS")
}

/// The managed ffmpeg, a new one.
pub(crate) fn ffmpeg() -> PathBuf {
    named("BROLL_TEST_FFMPEG")
}

/// The system's ffmpeg, an old one.
pub(crate) fn debian_ffmpeg() -> PathBuf {
    on_path("ffmpeg")
}

/// ffprobe, which the managed ffmpeg comes without.
pub(crate) fn ffprobe() -> PathBuf {
    on_path("ffprobe")
}

/// A Blender that is too old.
pub(crate) fn old_blender() -> PathBuf {
    match std::env::var_os("BROLL_TEST_OLD_BLENDER").filter(|value| !value.is_empty()) {
        Some(path) if Path::new(&path).components().count() > 1 => existing(PathBuf::from(path)),
        Some(name) => on_path(&name.to_string_lossy()),
        None => on_path("blender"),
    }
}
