//! The toolchain's folder: the new one moved in whole, the old ones out.

use std::path::Path;

use crate::error::Result;
use crate::toolchain::managed;

/// Folders that begin so belong to a setup that runs, or that died.
pub(super) const WORKSHOP: &str = ".setup-";

/// Moves `built` to `folder`; what was there goes into the workshop, and comes back when the move fails.
pub(super) fn into(built: &Path, folder: &Path, workshop: &Path) -> Result<()> {
    let old = workshop.join("old");
    let replaced = folder.exists();
    if replaced {
        fs_err::rename(folder, &old)?;
    }
    fs_err::rename(built, folder).inspect_err(|_| {
        if replaced {
            // Nothing more can be done when even this fails; the first error is the one to tell.
            let _ = fs_err::rename(&old, folder);
        }
    })?;
    Ok(())
}

/// Removes what dead setups left and, once the toolchain `keep` works, those of other versions of broll that no process
/// uses. Only under the lock.
pub(super) fn sweep(home: &Path, keep: Option<&Path>) {
    for entry in fs_err::read_dir(home).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let left_over = name.starts_with(WORKSHOP);
        let of_another = name.len() == 12
            && name.bytes().all(|byte| byte.is_ascii_hexdigit())
            && keep.is_some_and(|keep| keep != path)
            && !in_use(&path);
        if left_over || of_another {
            // What cannot be removed now is tried again by the next setup.
            let _ = fs_err::remove_dir_all(&path);
        }
    }
}

/// Removes the ptxas of other versions of broll. Only under the lock.
pub(super) fn sweep_ptxas(home: &Path, keep: &Path) {
    for entry in fs_err::read_dir(home).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if name.to_string_lossy().starts_with(managed::PTXAS_PREFIX) && path != keep && !in_use(&path) {
            // What cannot be removed now is tried again by the next setup.
            let _ = fs_err::remove_dir_all(&path);
        }
    }
}

/// Whether a process was started from there: a render may run on.
fn in_use(folder: &Path) -> bool {
    let folder = folder.as_os_str().as_encoded_bytes();
    let processes = fs_err::read_dir("/proc").into_iter().flatten().flatten();
    processes.into_iter().any(|process| {
        fs_err::read(process.path().join("cmdline")).is_ok_and(|line| line.starts_with(folder))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_one_replaces_the_old_one_and_a_failure_brings_it_back() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for (name, text) in [("new", "new"), ("place", "old")] {
            fs_err::create_dir(at(name)).unwrap();
            fs_err::write(at(name).join("file"), text).unwrap();
        }
        fs_err::create_dir(at("shop")).unwrap();
        assert!(into(&at("none"), &at("place"), &at("shop")).is_err());
        assert_eq!(fs_err::read_to_string(at("place/file")).unwrap(), "old");
        into(&at("new"), &at("place"), &at("shop")).unwrap();
        assert_eq!(fs_err::read_to_string(at("place/file")).unwrap(), "new");
    }

    #[test]
    fn only_what_setup_made_is_swept() {
        let root = tempfile::tempdir().unwrap();
        for name in [".setup-x1", "0123456789ab", "ba9876543210", "ptxas-0123456789ab"] {
            fs_err::create_dir_all(root.path().join(name).join("sub")).unwrap();
        }
        let left = || {
            let names = fs_err::read_dir(root.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<String> = names.collect();
            names.sort();
            names
        };
        sweep(root.path(), None);
        assert_eq!(left(), ["0123456789ab", "ba9876543210", "ptxas-0123456789ab"]);
        sweep(root.path(), Some(&root.path().join("0123456789ab")));
        assert_eq!(left(), ["0123456789ab", "ptxas-0123456789ab"]);
        sweep_ptxas(root.path(), &root.path().join("ptxas-ba9876543210"));
        assert_eq!(left(), ["0123456789ab"]);
    }
}
