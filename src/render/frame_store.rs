//! Rendered frames on disk, by the digest of all that decides their pixels: what a run does not live to use, the
//! next one does.

use std::io::{Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{assets, png};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::paths::{Paths, is_taken};

/// One job's folder of frames, locked while this value lives.
#[derive(Debug)]
pub struct FrameStore {
    folder: PathBuf,
    _lock: fs_err::File,
}

const LOCK: &str = "lock";
/// Frames nobody came back for in this time go.
pub(super) const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

impl FrameStore {
    /// Opens the store of `digest` below `root`, waiting while another broll has it; `waiting` is told its pid, once.
    ///
    /// # Errors
    /// Those of the file system; `interrupted`.
    pub fn open(
        root: &Path,
        digest: &str,
        cancel: &Cancel,
        mut waiting: impl FnMut(Option<u32>),
    ) -> Result<Self> {
        let folder = root.join(digest);
        let mut told = false;
        loop {
            let path = folder.join(LOCK);
            let opened = fs_err::create_dir_all(&folder).and_then(|()| {
                fs_err::OpenOptions::new().create(true).truncate(false).write(true).read(true).open(&path)
            });
            let mut lock = match opened {
                Err(error) if was_removed(&folder, &error) => {
                    cancel.check()?;
                    continue;
                }
                lock => lock?,
            };
            if is_taken(lock.file()) {
                if !told {
                    waiting(fs_err::read_to_string(&path).ok().and_then(|pid| pid.trim().parse().ok()));
                    told = true;
                }
                if cancel.requested() {
                    return Err(Error::interrupted("interrupted while waiting for another broll"));
                }
                std::thread::sleep(Duration::from_millis(100));
                continue;
            }
            // The one who had the lock may have removed the folder: then this lock guards nothing.
            if lock.metadata()?.nlink() == 0 {
                continue;
            }
            lock.set_len(0)?;
            lock.rewind()?;
            writeln!(lock, "{}", std::process::id())?;
            let store = Self { folder, _lock: lock };
            store.sweep(|name| name.starts_with('.'));
            return Ok(store);
        }
    }

    /// Where frame `index` of the clip lies, or will.
    pub fn path(&self, index: u32) -> PathBuf {
        self.folder.join(format!("{index:06}.png"))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Frames below `count` that are not there in this size, whole.
    pub fn missing(&self, count: u32, resolution: [u32; 2]) -> Vec<u32> {
        self.missing_of(0..count, resolution)
    }

    /// Those of these frames that are not there in this size, whole.
    pub fn missing_of(&self, frames: impl IntoIterator<Item = u32>, resolution: [u32; 2]) -> Vec<u32> {
        frames.into_iter().filter(|index| !png::is_whole(&self.path(*index), resolution)).collect()
    }

    /// Throws all frames away.
    pub fn clear(&self) {
        self.sweep(|name| name != LOCK);
    }

    /// Removes the store.
    pub fn remove(self) {
        remove(&self.folder);
    }

    fn sweep(&self, goes: impl Fn(&str) -> bool) {
        sweep(&self.folder, goes);
    }
}

/// Whether opening a store failed because whoever had its folder was just removing it.
fn was_removed(folder: &Path, error: &std::io::Error) -> bool {
    use std::io::ErrorKind as E;
    let in_the_way = || fs_err::symlink_metadata(folder).is_ok_and(|there| !there.is_dir());
    // Nobody removes the folder of all stores.
    let can_be = || folder.parent().is_some_and(Path::is_dir);
    matches!(error.kind(), E::NotFound | E::AlreadyExists) && can_be() && !in_the_way()
}

fn sweep(folder: &Path, goes: impl Fn(&str) -> bool) {
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(&goes) {
            let _ = fs_err::remove_file(entry.path());
        }
    }
}

/// Removes a store whose lock is held. The lock goes last: whoever opens the store from then on makes a new one, and the
/// folder stays for it.
fn remove(folder: &Path) {
    // What cannot be removed now goes with the next clean-up.
    sweep(folder, |name| name != LOCK);
    let _ = fs_err::remove_file(folder.join(LOCK));
    let _ = fs_err::remove_dir(folder);
}

/// Removes all frames that nobody has open, and the files that went into them, for a disk that is short.
pub fn forget_frames(paths: &Paths) {
    assets::prune(&paths.assets(), Duration::ZERO);
    prune(&paths.frames(), Duration::ZERO);
}

/// Removes stores that nobody has opened for longer than `kept` and nobody has open.
pub(super) fn prune(root: &Path, kept: Duration) {
    let old = |path: &Path| {
        let opened = fs_err::metadata(path).and_then(|data| data.modified()).ok()?;
        SystemTime::now().duration_since(opened).ok().filter(|age| *age > kept)
    };
    for entry in fs_err::read_dir(root).into_iter().flatten().flatten() {
        let lock = entry.path().join(LOCK);
        if old(&lock).is_none() {
            continue;
        }
        if let Ok(file) = fs_err::File::open(&lock)
            && file.file().try_lock().is_ok()
        {
            remove(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_others_remove_all_the_time_is_whole_for_whoever_has_it() {
        let root = tempfile::tempdir().unwrap();
        let work = || {
            for _ in 0..100 {
                let store = FrameStore::open(root.path(), "abc", &Cancel::default(), |_| {}).unwrap();
                fs_err::write(store.path(1), "a frame").unwrap();
                assert!(store.path(1).exists() && store.folder().join(LOCK).exists());
                store.remove();
            }
        };
        // A thread that waits for the lock looks again every tenth of a second: two of them meet often enough.
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(work);
            }
        });
    }

    #[test]
    fn a_locked_store_is_waited_for_and_its_pid_is_told() {
        let root = tempfile::tempdir().unwrap();
        let first = FrameStore::open(root.path(), "abc", &Cancel::default(), |_| panic!("free")).unwrap();
        let cancel = Cancel::default();
        let mut told = None;
        let error = FrameStore::open(root.path(), "abc", &cancel, |pid| {
            told = pid;
            cancel.cancel();
        });
        assert_eq!(error.unwrap_err().code(), "interrupted");
        assert_eq!(told, Some(std::process::id()));
        first.remove();
        assert!(FrameStore::open(root.path(), "abc", &Cancel::default(), |_| panic!("free")).is_ok());
    }

    #[test]
    fn partial_files_go_and_what_is_broken_counts_as_missing() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("abc");
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(folder.join(".000001.7.tmp.png"), "half").unwrap();
        fs_err::write(folder.join("000001.png"), "").unwrap();
        let store = FrameStore::open(root.path(), "abc", &Cancel::default(), |_| {}).unwrap();
        assert!(!folder.join(".000001.7.tmp.png").exists());
        assert_eq!(store.missing(3, [64, 36]), [0, 1, 2]);
    }

    #[test]
    fn only_what_is_old_and_free_is_pruned() {
        let root = tempfile::tempdir().unwrap();
        for name in ["new", "old", "held"] {
            let folder = root.path().join(name);
            fs_err::create_dir_all(&folder).unwrap();
            let lock = fs_err::File::create(folder.join(LOCK)).unwrap();
            if name != "new" {
                lock.file().set_modified(SystemTime::now() - KEPT - Duration::from_secs(60)).unwrap();
            }
        }
        let held = fs_err::File::open(root.path().join("held").join(LOCK)).unwrap();
        held.file().lock().unwrap();
        prune(root.path(), KEPT);
        assert!(root.path().join("new").exists() && root.path().join("held").exists());
        assert!(!root.path().join("old").exists());
    }

    #[test]
    fn on_a_short_disk_all_frames_go_but_those_in_use() {
        let root = tempfile::tempdir().unwrap();
        let [config, data, cache, state] = ["c", "d", "k", "s"].map(|name| root.path().join(name));
        let paths = Paths { config, data, cache, state };
        let open = |digest| FrameStore::open(&paths.frames(), digest, &Cancel::default(), |_| {}).unwrap();
        let used = open("used");
        let idle = open("idle").folder().to_owned();
        std::thread::sleep(Duration::from_millis(10));
        forget_frames(&paths);
        assert!(used.folder().exists() && !idle.exists());
    }
}
