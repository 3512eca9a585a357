//! The tools broll drives: finding Blender and ffmpeg, knowing the GPUs, installing the managed ones, and telling
//! what is missing.
//!
//! [`blender`] and [`ffmpeg`] find, [`identify`] tells what a path really is, [`gpu`] asks the NVIDIA driver,
//! [`kernels`] makes a Blender ready for a GPU, [`managed`] knows where broll's own copies lie, [`setup`] puts them
//! there, [`doctor`] looks at it all.

pub mod blender;
mod disk;
pub mod doctor;
pub mod ffmpeg;
pub mod gpu;
mod hello;
mod identify;
pub mod kernels;
pub mod libraries;
mod lock;
pub mod managed;
pub mod setup;

pub(crate) use disk::free_space;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config::{self, Config};

/// Who named a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub enum Origin {
    /// This environment variable.
    Env(&'static str),
    /// `config.toml`.
    Config,
    /// The PATH.
    Path,
    /// `broll setup`.
    Managed,
}

impl From<Origin> for &'static str {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Env(variable) => variable,
            Origin::Config => "config.toml",
            Origin::Path => "PATH",
            Origin::Managed => "managed",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str((*self).into())
    }
}

/// The program that a key of the configuration names, and who named it. A bare name is looked up on the PATH.
fn named(config: &Config, key: &str) -> Option<(PathBuf, Origin)> {
    let entry = config.entry(key)?;
    let path = Path::new(entry.value.as_deref()?);
    let origin = match entry.origin {
        config::Origin::Env(variable) => Origin::Env(variable),
        config::Origin::File | config::Origin::Default => Origin::Config,
    };
    let found = if path.components().count() == 1 && !path.exists() {
        on_path(path).into_iter().next()
    } else {
        None
    };
    Some((found.or_else(|| std::path::absolute(path).ok()).unwrap_or_else(|| path.to_owned()), origin))
}

/// Every executable of that name on the PATH, in its order; one that appears twice (`/bin` and `/usr/bin` are often
/// the same folder) counts once.
fn on_path(name: &Path) -> Vec<PathBuf> {
    let folders = crate::paths::env("PATH").unwrap_or_default();
    executables(name, std::env::split_paths(&folders))
}

fn executables(name: &Path, folders: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let mut seen = Vec::new();
    // An empty entry means the working folder to a shell; nothing from there is run by accident.
    folders
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .filter(|path| is_executable(path))
        .filter(|path| {
            let real = fs_err::canonicalize(path).unwrap_or_else(|_| path.clone());
            let new = !seen.contains(&real);
            seen.push(real);
            new
        })
        .collect()
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_searched_in_order_and_links_count_once() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let folders: Vec<PathBuf> = ["a", "b", "c", "d"].map(|name| root.path().join(name)).into();
        for folder in &folders[..3] {
            fs_err::create_dir(folder).unwrap();
            fs_err::write(folder.join("tool"), "").unwrap();
        }
        for folder in &folders[1..3] {
            fs_err::set_permissions(folder.join("tool"), PermissionsExt::from_mode(0o755)).unwrap();
        }
        fs_err::os::unix::fs::symlink(&folders[1], &folders[3]).unwrap();
        let found = executables(Path::new("tool"), folders.iter().cloned().chain([PathBuf::new()]));
        assert_eq!(found, [folders[1].join("tool"), folders[2].join("tool")]);
    }
}
