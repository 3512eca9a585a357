//! Locks of files at places where another broll may remove the file or put a new one.

use std::fs::TryLockError;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Whether somebody else has this file; if not, it is locked until it is closed. Some network disks know no locks: there
/// nobody has it.
pub(super) fn is_taken(file: &fs_err::File) -> bool {
    loop {
        match file.file().try_lock() {
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            tried => return matches!(tried, Err(TryLockError::WouldBlock)),
        }
    }
}

/// Times that a file may be another one than that at its place: then the file system numbers its files as it likes.
const MOST_MOVES: u32 = 100;

/// Whether a file, opened at `path` and then locked, still is what lies there. `moved` counts how often it was not.
///
/// # Errors
/// Those of the file system.
pub(crate) fn lies_at(file: &fs_err::File, path: &Path, moved: &mut u32) -> io::Result<bool> {
    // Not its number of links: on NFS a file that was removed while it is open keeps one.
    let ids = |at: &std::fs::Metadata| (at.dev(), at.ino());
    let Ok(there) = path.symlink_metadata() else { return Ok(false) };
    *moved += 1;
    Ok(ids(&there) == ids(&file.metadata()?) || *moved > MOST_MOVES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_are_no_locks_nobody_has_a_file() {
        use fs_err::os::unix::fs::OpenOptionsExt;

        let file = tempfile::NamedTempFile::new().unwrap();
        let open =
            |flags| fs_err::OpenOptions::new().write(true).custom_flags(flags).open(file.path()).unwrap();
        let (held, other) = (open(0), open(0));
        assert!(!is_taken(&held) && is_taken(&other));
        // Only a place, which cannot be locked.
        let place = open(nix::libc::O_PATH);
        assert!(matches!(place.file().try_lock(), Err(TryLockError::Error(_))) && !is_taken(&place));
    }

    #[test]
    fn a_file_is_where_it_was_until_it_is_removed_or_another_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other] = ["a", "b"].map(|name| folder.path().join(name));
        let (file, mut moved) = (fs_err::File::create(&path).unwrap(), 0);
        assert!(lies_at(&file, &path, &mut moved).unwrap());
        fs_err::rename(&path, &other).unwrap();
        assert!(!lies_at(&file, &path, &mut moved).unwrap());
        fs_err::write(&path, "").unwrap();
        assert!(!lies_at(&file, &path, &mut moved).unwrap());
        assert!((0..MOST_MOVES).any(|_| lies_at(&file, &path, &mut moved).unwrap()));
    }
}
