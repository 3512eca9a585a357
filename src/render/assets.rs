//! Files that values bring, by their content: Blender reads them here, where nobody changes them under its hands.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::blender::{Asset, Assignment};
use crate::error::{Error, Result};
use crate::paths::{Paths, write_atomic};

/// Times that others may take a file away before it is given up: each of them must have come between.
const TRIES: u32 = 10;

/// Puts every file of these assignments to its place and tells them where that is. As long as what is given lives,
/// no clean-up takes them away.
///
/// # Errors
/// Those of the file system.
pub(super) fn place(assignments: &mut [Assignment], paths: &Paths) -> Result<Vec<fs_err::File>> {
    let folder = paths.assets();
    assignments.iter_mut().filter_map(Assignment::asset_mut).map(|asset| hold(asset, &folder)).collect()
}

fn hold(asset: &mut Asset, folder: &Path) -> Result<fs_err::File> {
    fs_err::create_dir_all(folder)?;
    let path = folder.join(asset.file_name());
    for _ in 0..TRIES {
        if fs_err::read(&path).ok().as_deref() != Some(&*asset.bytes) {
            write_atomic(&path, &asset.bytes)?;
        }
        let Ok(file) = fs_err::File::open(&path) else { continue };
        // Some network disks know no locks: nothing is removed there either.
        let _ = file.file().lock_shared();
        // Whoever removed it had the lock: then this one guards nothing.
        if file.metadata()?.nlink() > 0 {
            // Its age counts from its last use. Where that cannot be noted, it is only made again sooner.
            let _ = file.file().set_modified(SystemTime::now());
            asset.file = Some(std::path::absolute(&path)?);
            return Ok(file);
        }
    }
    Err(Error::tool("asset_lost", "a file that a parameter brings does not stay on the disk")
        .because(format!("something removes what is in {}", crate::paths::display(folder))))
}

/// Removes files that nobody has used for longer than `kept` and nobody uses.
pub(super) fn prune(folder: &Path, kept: Duration) {
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let used = entry.metadata().and_then(|data| data.modified()).ok();
        let age = used.and_then(|used| SystemTime::now().duration_since(used).ok());
        if age.is_none_or(|age| age <= kept) {
            continue;
        }
        // NFS locks what may be written.
        if let Ok(file) = fs_err::OpenOptions::new().write(true).open(entry.path())
            && file.file().try_lock().is_ok()
        {
            let _ = fs_err::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::blender::{Assigned, Place};

    fn assignment(bytes: &[u8]) -> Assignment {
        let asset = Asset {
            name: String::new(),
            sha256: crate::paths::hex(bytes),
            extension: "png",
            bytes: Arc::from(bytes),
            file: None,
        };
        Assignment { place: Place::parse("images[0]").unwrap(), value: Assigned::Image(asset) }
    }

    fn paths(root: &Path) -> Paths {
        let [config, data, cache, state] = ["c", "d", "k", "s"].map(|name| root.join(name));
        Paths { config, data, cache, state }
    }

    #[test]
    fn a_file_lies_there_whole_and_is_mended() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let mut all = [assignment(b"one"), assignment(b"two"), assignment(b"one")];
        let held = place(&mut all, &paths).unwrap();
        assert_eq!((held.len(), fs_err::read_dir(paths.assets()).unwrap().count()), (3, 2));
        let file = all[0].asset().unwrap().file.clone().unwrap();
        assert!(file.is_absolute() && fs_err::read(&file).unwrap() == b"one");
        drop(held);
        fs_err::write(&file, "cut").unwrap();
        place(&mut all, &paths).unwrap();
        assert_eq!(fs_err::read(&file).unwrap(), b"one");
    }

    #[test]
    fn only_what_is_old_and_free_is_pruned() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let mut all = [assignment(b"held"), assignment(b"free"), assignment(b"new")];
        let mut held = place(&mut all, &paths).unwrap();
        held.truncate(1);
        let files: Vec<_> = all.iter().map(|one| one.asset().unwrap().file.clone().unwrap()).collect();
        for file in &files[..2] {
            let long_ago = SystemTime::now() - Duration::from_secs(7200);
            fs_err::File::open(file).unwrap().file().set_modified(long_ago).unwrap();
        }
        prune(&paths.assets(), Duration::from_secs(3600));
        assert_eq!(files.iter().map(|file| file.exists()).collect::<Vec<_>>(), [true, false, true]);
        prune(&root.path().join("gone"), Duration::ZERO);
    }
}
