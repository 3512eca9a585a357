//! The note beside a kernel that broll built: what it was made of, so that another Blender's update is noticed.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Arch;
use crate::paths::hex;

/// What broll knows of a kernel it built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Version of the ptxas that compiled it.
    pub(super) ptxas: String,
    /// File name of the PTX it was compiled from.
    pub(super) ptx: String,
    /// SHA-256 of that file.
    pub(super) ptx_sha256: String,
    /// SHA-256 of the kernel.
    pub(super) kernel_sha256: String,
    /// Version of the broll that built it.
    pub(super) broll: String,
}

impl Mark {
    /// The mark of a kernel, if there is one that can be read.
    pub(super) fn read(folder: &Path, arch: Arch) -> Option<Self> {
        serde_json::from_slice(&fs_err::read(path(folder, arch)).ok()?).ok()
    }

    /// Whether it speaks of this very kernel.
    pub(super) fn is_of(&self, kernel: &Path) -> bool {
        digest_of(kernel).is_some_and(|digest| digest == self.kernel_sha256)
    }

    /// Whether Blender still has the PTX that the kernel was compiled from.
    pub(super) fn is_fresh(&self, folder: &Path) -> bool {
        // A name with a slash in it is none that broll wrote.
        Path::new(&self.ptx).components().count() == 1
            && digest_of(&folder.join(&self.ptx)).is_some_and(|digest| digest == self.ptx_sha256)
    }
}

/// Where the mark of a kernel lies: beside it, under a name that Blender does not look for.
pub(super) fn path(folder: &Path, arch: Arch) -> PathBuf {
    folder.join(format!("kernel_{arch}.broll.json"))
}

/// SHA-256 of bytes, in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The same of a whole file; kernels and PTX are a few megabytes.
fn digest_of(file: &Path) -> Option<String> {
    fs_err::read(file).ok().map(|bytes| digest(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_knows_its_kernel_and_its_ptx() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs_err::write(at("k.ptx.zst"), "ptx").unwrap();
        fs_err::write(at("kernel"), "kernel").unwrap();
        let mark = Mark {
            ptxas: "12.8.93".into(),
            ptx: "k.ptx.zst".into(),
            ptx_sha256: digest(b"ptx"),
            kernel_sha256: digest(b"kernel"),
            broll: "1".into(),
        };
        fs_err::write(path(root.path(), Arch(90)), serde_json::to_vec(&mark).unwrap()).unwrap();
        assert_eq!(Mark::read(root.path(), Arch(90)), Some(mark.clone()));
        assert!(mark.is_of(&at("kernel")) && mark.is_fresh(root.path()));
        fs_err::write(at("k.ptx.zst"), "another").unwrap();
        fs_err::write(at("kernel"), "Blender's own").unwrap();
        assert!(!mark.is_of(&at("kernel")) && !mark.is_fresh(root.path()));
        let outside = Mark { ptx: "../k.ptx.zst".into(), ..mark };
        assert!(!outside.is_fresh(&at("sub")));
        fs_err::write(path(root.path(), Arch(90)), "{").unwrap();
        assert_eq!(Mark::read(root.path(), Arch(90)), None);
    }
}
