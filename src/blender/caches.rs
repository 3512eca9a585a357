//! Where NVIDIA's driver keeps what it compiled, in a folder that lasts: a compile of minutes must not be lost with a
//! home folder, a temporary folder or a container.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use crate::paths::env;

/// Where RunPod mounts an endpoint's network volume.
const VOLUME: &str = "/runpod-volume";

/// Bytes for compiled kernels, CUDA's own default since release 12 on desktops and servers (older drivers take 256 MiB;
/// NVIDIA's CUDA programming guide, "CUDA environment variables"). A result larger than the whole is not kept, and
/// the oldest go first: Blender's 26 MB of PTX become 26.6 MB (measured), so some forty of them fit, of every
/// GPU, driver and Blender that share a volume.
const CUDA_SIZE: &str = "1073741824";

/// The driver's variables for a process that keeps its other files in `cache`; what the user has set stays.
pub(super) fn variables(cache: &Path) -> Vec<(&'static str, OsString)> {
    let folder = folder(Path::new(VOLUME), cache);
    let wanted = [
        ("CUDA_CACHE_PATH", folder.join("cuda").into_os_string()),
        ("CUDA_CACHE_MAXSIZE", CUDA_SIZE.into()),
        ("OPTIX_CACHE_PATH", folder.join("optix").into_os_string()),
    ];
    wanted.into_iter().filter(|(name, _)| env(name).is_none()).collect()
}

/// The folder, made where that is possible: the driver goes without a cache where it is not.
fn folder(volume: &Path, cache: &Path) -> PathBuf {
    let here = cache.join("gpu");
    let lasting = volume.join("broll-cache");
    let make = |folder: &Path| {
        ["cuda", "optix"].iter().all(|name| fs_err::create_dir_all(folder.join(name)).is_ok())
    };
    if takes_files(volume) && make(&lasting) && takes_files(&lasting) {
        return lasting;
    }
    make(&here);
    here
}

fn takes_files(folder: &Path) -> bool {
    folder.is_dir() && access(folder, AccessFlags::W_OK | AccessFlags::X_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_that_takes_files_comes_first() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        assert_eq!(folder(&at("volume"), &at("cache")), at("cache/gpu"));
        fs_err::create_dir(at("volume")).unwrap();
        let lasting = folder(&at("volume"), &at("cache"));
        assert!(
            lasting == at("volume/broll-cache")
                && lasting.join("optix").is_dir()
                && lasting.join("cuda").is_dir()
        );
        fs_err::write(at("file"), "").unwrap();
        assert_eq!(folder(&at("file"), &at("cache")), at("cache/gpu"));
        fs_err::create_dir(at("odd")).unwrap();
        fs_err::write(at("odd/broll-cache"), "").unwrap();
        assert_eq!(folder(&at("odd"), &at("cache")), at("cache/gpu"));
        assert_eq!(folder(&at("none"), &at("file/below")), at("file/below/gpu"));
    }
}
