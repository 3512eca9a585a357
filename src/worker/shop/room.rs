//! A folder for each job's clip, gone with the job, also with one whose process was killed.

use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::error::Result;

/// Where such folders are made. Their names begin with the process id of their owner.
#[derive(Debug, Clone)]
pub(super) struct Room {
    folder: PathBuf,
}

impl Room {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// A new folder; what dead processes left is removed first.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn open(&self) -> Result<TempDir> {
        fs_err::create_dir_all(&self.folder)?;
        for entry in fs_err::read_dir(&self.folder)?.flatten() {
            if owner(&entry.path()).is_some_and(|pid| kill(pid, None) == Err(Errno::ESRCH)) {
                let _ = fs_err::remove_dir_all(entry.path());
            }
        }
        let prefix = format!("{}-", std::process::id());
        Ok(tempfile::Builder::new().prefix(&prefix).tempdir_in(&self.folder)?)
    }
}

fn owner(folder: &Path) -> Option<Pid> {
    let (pid, _) = folder.file_name()?.to_str()?.split_once('-')?;
    pid.parse().ok().filter(|pid| *pid > 0).map(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_dead_processes_go_and_those_of_living_ones_stay() {
        let root = tempfile::tempdir().unwrap();
        let room = Room::new(root.path().join("jobs"));
        let mut gone = std::process::Command::new("true").spawn().unwrap();
        let dead = gone.id();
        gone.wait().unwrap();
        let at = |name: String| root.path().join("jobs").join(name);
        for name in [format!("{dead}-a"), format!("{}-b", std::process::id()), "0-c".into(), "-1-d".into()] {
            fs_err::create_dir_all(at(name)).unwrap();
        }
        let own = room.open().unwrap();
        assert!(!at(format!("{dead}-a")).exists() && own.path().is_dir());
        for name in [format!("{}-b", std::process::id()), "0-c".into(), "-1-d".into()] {
            assert!(at(name).exists());
        }
        let path = own.path().to_owned();
        drop(own);
        assert!(!path.exists());
    }
}
