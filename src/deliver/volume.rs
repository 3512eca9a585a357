//! A network volume: a folder that outlives the worker.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use fs_err::os::unix::fs::OpenOptionsExt;

use super::Parcel;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::Url;
use crate::paths::display;

/// The folder on the volume that clips are written to.
const FOLDER: &str = "broll";
/// Bytes copied at a time.
const CHUNK: usize = 1 << 20;
/// Bytes after which what was written is waited for, so that no single wait is long.
const FLUSH: u64 = 64 << 20;

/// The folder for clips, which can be written.
#[derive(Debug, Clone)]
pub(super) struct Volume {
    folder: PathBuf,
}

impl Volume {
    /// Makes the folder and tries to write there.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn new(mount: &Path) -> Result<Self> {
        let folder = std::path::absolute(mount.join(FOLDER))?;
        fs_err::create_dir_all(&folder)?;
        tempfile::Builder::new().prefix(".probe").tempfile_in(&folder)?.write_all(b"broll")?;
        Ok(Self { folder })
    }

    /// Where clips lie, as it may be shown.
    pub(super) fn shown(&self) -> String {
        display(&self.folder)
    }

    /// Copies the clip; what has the name already is replaced when the copy is whole and on disk.
    ///
    /// # Errors
    /// `volume_failed` with what the file system says, `interrupted`.
    pub(super) fn deliver(
        &self,
        clip: &Parcel<'_>,
        cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<String> {
        let target = self.folder.join(&clip.name);
        let failed = |error: std::io::Error| {
            Error::tool("volume_failed", format!("the clip could not be written to {}", display(&target)))
                .source(error)
                .hint("see whether the network volume is full or was detached")
        };
        let mut source = fs_err::File::open(clip.file)?;
        // A random name: the same job may be at work twice. Others than the worker read the volume too.
        let mut copy = tempfile::Builder::new()
            .prefix(&format!(".{}.", clip.name))
            .suffix(".part")
            .make_in(&self.folder, |path| {
                fs_err::OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)
            })
            .map_err(failed)?;
        let (mut done, mut flushed, mut buffer) = (0, 0, vec![0; CHUNK]);
        loop {
            cancel.check()?;
            let count = source.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            copy.as_file_mut().write_all(&buffer[..count]).map_err(failed)?;
            done += count as u64;
            if done - flushed >= FLUSH {
                copy.as_file().sync_data().map_err(failed)?;
                flushed = done;
            }
            progress(done);
        }
        copy.as_file().sync_all().map_err(failed)?;
        copy.persist(&target).map_err(|error| failed(error.error))?;
        // The name itself is on disk once its folder is; not every file system can.
        let _ = fs_err::File::open(&self.folder).and_then(|folder| folder.sync_all());
        let url = Url::from_file_path(&target)
            .map_err(|()| Error::bug("volume_path", format!("{} has no URL", display(&target))))?;
        Ok(url.into())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_clip_is_whole_or_not_there() {
        let (mount, clip) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        fs_err::write(clip.path(), vec![7; 3 * CHUNK + 5]).unwrap();
        let volume = Volume::new(mount.path()).unwrap();
        let names = || {
            let entries = fs_err::read_dir(mount.path().join(FOLDER)).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        let (parcel, cancel) = (Parcel::new(clip.path(), "a", "mp4").unwrap(), Cancel::default());
        let stop = |done| {
            if done > CHUNK as u64 {
                cancel.cancel();
            }
        };
        assert_eq!(volume.deliver(&parcel, &cancel, &stop).unwrap_err().code(), "interrupted");
        assert!(names().is_empty());
        let twice = [0, 1].map(|_| volume.deliver(&parcel, &Cancel::default(), &|_| ()).unwrap());
        assert_eq!(names(), ["a.mp4"]);
        let path = twice[1].parse::<Url>().unwrap().to_file_path().unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), fs_err::read(clip.path()).unwrap());
        assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o444, 0o444);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_known_at_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(Volume::new(file.path()).is_err());
        let mount = tempfile::tempdir().unwrap();
        let volume = Volume::new(mount.path()).unwrap();
        fs_err::remove_dir_all(mount.path()).unwrap();
        let error = volume
            .deliver(&Parcel::new(file.path(), "a", "mp4").unwrap(), &Cancel::default(), &|_| ())
            .unwrap_err();
        assert_eq!(error.code(), "volume_failed");
    }
}
