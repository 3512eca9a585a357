//! Files that came with requests, by hash: a job that is sent again finds its .blend here. What is not used any more
//! makes room for what is.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use crate::error::Result;
use crate::interrupt::Cancel;
use crate::render;
use crate::toolchain::free_space;

/// Files nobody asked for in this time go, as frames do.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// A folder of files that are named by their SHA-256.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    folder: PathBuf,
    /// Bytes that stay free on the disk, if taking files off the shelf can help it.
    room: u64,
}

impl Shelf {
    pub(super) fn new(folder: PathBuf, room: u64) -> Self {
        Self { folder, room }
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(format!("{sha256}.blend"))
    }

    /// The file of this hash, if it is here and still what it was.
    ///
    /// # Errors
    /// `interrupted`.
    pub(super) fn find(&self, sha256: &str, cancel: &Cancel) -> Result<Option<PathBuf>> {
        let path = self.path(sha256);
        match render::sha256_of_file(&path, cancel) {
            Ok(found) if found == sha256 => {
                touch(&path);
                Ok(Some(path))
            }
            Ok(_) => {
                let _ = fs_err::remove_file(&path);
                Ok(None)
            }
            Err(_) => cancel.check().map(|()| None),
        }
    }

    /// A file to be written, invisible to [`Self::find`] and gone when it is dropped.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn draft(&self) -> Result<NamedTempFile> {
        fs_err::create_dir_all(&self.folder)?;
        Ok(tempfile::Builder::new().prefix(DRAFT).tempfile_in(&self.folder)?)
    }

    /// Puts a whole file onto the shelf.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn put(&self, draft: NamedTempFile, sha256: &str) -> Result<PathBuf> {
        let path = self.path(sha256);
        draft.persist(&path).map_err(|error| error.error)?;
        self.tidy(&path, free_space);
        Ok(path)
    }

    /// Takes off what is old, and, while the disk is short, what was used longest ago; `keep` stays.
    fn tidy(&self, keep: &Path, free: impl Fn(&Path) -> Option<u64>) {
        let now = SystemTime::now();
        let mut files: Vec<(Duration, PathBuf)> = fs_err::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .filter_map(|entry| Some((age(&entry.path(), now)?, entry.path())))
            .filter(|(_, path)| path != keep)
            .collect();
        files.sort();
        while let Some((age, path)) = files.pop() {
            let draft =
                path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(DRAFT.as_bytes()));
            let short = !draft && free(&self.folder).is_some_and(|free| free < self.room);
            if age > KEPT || short {
                let _ = fs_err::remove_file(path);
            }
        }
    }
}

/// How the names of files that are being written begin.
const DRAFT: &str = ".draft-";

fn age(path: &Path, now: SystemTime) -> Option<Duration> {
    let modified = fs_err::metadata(path).and_then(|data| data.modified()).ok()?;
    Some(now.duration_since(modified).unwrap_or_default())
}

/// Marks a file as used now; one that cannot be marked only goes earlier.
fn touch(path: &Path) {
    let file = fs_err::OpenOptions::new().append(true).open(path);
    let _ = file.and_then(|file| file.file().set_modified(SystemTime::now()));
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use sha2::{Digest, Sha256};

    use super::*;

    fn stored(shelf: &Shelf, bytes: &[u8]) -> String {
        let sha256 = crate::paths::hex(&Sha256::digest(bytes));
        let mut draft = shelf.draft().unwrap();
        draft.write_all(bytes).unwrap();
        assert!(shelf.find(&sha256, &Cancel::default()).unwrap().is_none(), "a draft is not seen");
        shelf.put(draft, &sha256).unwrap();
        sha256
    }

    fn aged(shelf: &Shelf, sha256: &str, age: Duration) {
        let file = fs_err::OpenOptions::new().append(true).open(shelf.path(sha256)).unwrap();
        file.file().set_modified(SystemTime::now() - age).unwrap();
    }

    #[test]
    fn a_file_is_found_by_its_hash_and_not_once_it_is_damaged() {
        let root = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(root.path().join("a/b"), 0);
        let cancel = Cancel::default();
        assert!(shelf.find("00", &cancel).unwrap().is_none());
        let sha256 = stored(&shelf, b"hello");
        let path = shelf.find(&sha256, &cancel).unwrap().unwrap();
        fs_err::write(&path, "hellO").unwrap();
        assert!(shelf.find(&sha256, &cancel).unwrap().is_none() && !path.exists());
        drop(shelf.draft().unwrap());
        assert_eq!(fs_err::read_dir(root.path().join("a/b")).unwrap().count(), 0);
    }

    #[test]
    fn old_files_go_and_on_a_short_disk_those_used_longest_ago() {
        let root = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(root.path().to_owned(), 100);
        let names = [b"1", b"2", b"3", b"4"].map(|bytes| stored(&shelf, bytes));
        aged(&shelf, &names[0], KEPT * 2);
        aged(&shelf, &names[1], Duration::from_secs(60));
        aged(&shelf, &names[2], Duration::from_secs(120));
        let there = || names.each_ref().map(|name| shelf.path(name).exists());
        shelf.tidy(&shelf.path(&names[3]), |_| Some(100));
        assert_eq!(there(), [false, true, true, true]);
        // One file less is enough.
        shelf.tidy(&shelf.path(&names[3]), |_| Some(if there()[2] { 99 } else { 100 }));
        assert_eq!(there(), [false, true, false, true]);
        // What is in use stays, whatever the disk.
        shelf.tidy(&shelf.path(&names[3]), |_| Some(0));
        assert_eq!(there(), [false, false, false, true]);
    }

    #[test]
    fn a_cancelled_job_does_not_hash_on() {
        let root = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(root.path().to_owned(), 0);
        let sha256 = stored(&shelf, b"hello");
        let cancel = Cancel::default();
        cancel.cancel();
        assert_eq!(shelf.find(&sha256, &cancel).unwrap_err().code(), "interrupted");
        assert!(shelf.path(&sha256).exists());
    }
}
