//! Where broll's own Blender and ffmpeg lie, and its own ptxas. Their versions are pinned in `requirements.lock` and
//! `ptxas.lock`, which are compiled in; another lock file is another folder.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::blender::Version;
use crate::paths::{Paths, hex};

/// What is installed: exact versions with their digests.
pub const LOCK: &str = include_str!("requirements.lock");
/// The same for ptxas, which only those need who build kernels.
pub const PTXAS_LOCK: &str = include_str!("ptxas.lock");
/// Version of the managed Blender.
pub const VERSION: Version = Version(4, 2, 23);
/// The same as Blender writes it.
pub const VERSION_TEXT: &str = "4.2.23 LTS";

/// Bpy is built for this Python alone.
const PACKAGES: &str = "lib/python3.11/site-packages";

/// What the folders of managed ptxas begin with.
pub(super) const PTXAS_PREFIX: &str = "ptxas-";

/// The folder of this broll's toolchain, which need not exist.
pub fn folder(paths: &Paths) -> PathBuf {
    paths.toolchain().join(name_of(LOCK))
}

/// The folder of this broll's ptxas, which need not exist.
pub fn ptxas_folder(paths: &Paths) -> PathBuf {
    paths.toolchain().join(format!("{PTXAS_PREFIX}{}", name_of(PTXAS_LOCK)))
}

fn name_of(lock: &str) -> String {
    hex(&Sha256::digest(lock)[..6])
}

/// The Python that has the managed bpy, once `broll setup` has run.
pub fn managed_python(paths: &Paths) -> Option<PathBuf> {
    let folder = folder(paths);
    // The link breaks when the system's own Python goes away.
    let python = python_in(&folder);
    (python.exists() && bpy_in(&folder).exists()).then_some(python)
}

/// The managed ffmpeg, once `broll setup` has run.
pub fn managed_ffmpeg(paths: &Paths) -> Option<PathBuf> {
    ffmpeg_in(&folder(paths))
}

/// The managed ptxas, once `broll setup --kernels` has run.
pub fn managed_ptxas(paths: &Paths) -> Option<PathBuf> {
    Some(ptxas_in(&ptxas_folder(paths))).filter(|path| path.exists())
}

pub(super) fn ptxas_in(folder: &Path) -> PathBuf {
    folder.join("ptxas")
}

/// Where pip puts it.
pub(super) fn ptxas_in_packages(environment: &Path) -> PathBuf {
    environment.join(PACKAGES).join("nvidia/cuda_nvcc/bin/ptxas")
}

/// The licences of the package that ptxas comes in.
pub(super) fn ptxas_licences(environment: &Path) -> Vec<PathBuf> {
    let entries =
        |folder: PathBuf| fs_err::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let named = |path: &Path, text: &str| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(text))
    };
    let package = entries(environment.join(PACKAGES)).filter(|path| named(path, "nvidia_cuda_nvcc"));
    package.flat_map(entries).filter(|path| named(path, "License")).collect()
}

pub(super) fn python_in(folder: &Path) -> PathBuf {
    folder.join("bin/python")
}

/// The library that is all of Blender.
pub(super) fn bpy_in(folder: &Path) -> PathBuf {
    folder.join(PACKAGES).join("bpy/__init__.so")
}

pub(super) fn ffmpeg_in(folder: &Path) -> Option<PathBuf> {
    let binaries = fs_err::read_dir(folder.join(PACKAGES).join("imageio_ffmpeg/binaries")).ok()?;
    let is_ffmpeg =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ffmpeg-"));
    binaries.filter_map(|entry| Some(entry.ok()?.path())).find(is_ffmpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_pins_what_the_code_expects() {
        let pinned: Vec<&str> = LOCK.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(
            pinned[0].starts_with(&format!("bpy=={VERSION} "))
                && VERSION_TEXT.starts_with(&VERSION.to_string())
        );
        assert!(VERSION >= Version::OLDEST);
        let ptxas = PTXAS_LOCK.lines().filter(|line| !line.starts_with('#'));
        for line in pinned.into_iter().chain(ptxas) {
            let (_, digest) = line.split_once(" --hash=sha256:").unwrap();
            assert_eq!(digest.len(), 64, "{line}");
        }
    }

    #[test]
    fn a_folder_without_the_tools_is_none() {
        let root = tempfile::tempdir().unwrap();
        let paths = Paths {
            config: root.path().into(),
            data: root.path().into(),
            cache: root.path().into(),
            state: root.path().into(),
        };
        let folder = folder(&paths);
        assert_eq!(folder.file_name().unwrap().len(), 12);
        assert_eq!((managed_python(&paths), managed_ffmpeg(&paths)), (None, None));
        for file in [
            "bin/python",
            "lib/python3.11/site-packages/bpy/__init__.so",
            "lib/python3.11/site-packages/imageio_ffmpeg/binaries/README.md",
            "lib/python3.11/site-packages/imageio_ffmpeg/binaries/ffmpeg-linux-x86_64-v9",
        ] {
            fs_err::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
            fs_err::write(folder.join(file), "").unwrap();
        }
        assert_eq!(managed_python(&paths), Some(folder.join("bin/python")));
        assert!(managed_ffmpeg(&paths).unwrap().ends_with("ffmpeg-linux-x86_64-v9"));
    }
}
