//! What a Blender prints, on disk. One that stays up prints for as long as it does, so its log has an end.

use std::io::Write;
use std::path::{Path, PathBuf};

/// A log is put aside when it is as long as this, in bytes; with the one before it there are two.
pub(super) const LONGEST: u64 = 32 << 20;

/// The log of one session.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    file: fs_err::File,
    written: u64,
    longest: u64,
}

impl LogFile {
    /// Goes on with the log at this place.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn open(path: &Path, longest: u64) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        let file = fs_err::OpenOptions::new().create(true).append(true).open(path)?;
        let written = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, written, longest })
    }

    /// Adds a line. The log is a help, not a promise: a full disk must not end a render here.
    pub(super) fn push(&mut self, line: &str) {
        if self.written >= self.longest {
            let put_aside = fs_err::rename(&self.path, self.path.with_extension("old.log"));
            if let Ok(next) = put_aside.and_then(|()| Self::open(&self.path, self.longest)) {
                self.file = next.file;
            }
            // Where that does not work it is tried again as much later.
            self.written = 0;
        }
        let _ = writeln!(self.file, "{line}");
        self.written += line.len() as u64 + 1;
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_much_is_printed_the_last_of_it_stays_within_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blender-1-2.3.log");
        let mut log = LogFile::open(&path, 1000).unwrap();
        (0..1050).for_each(|number| log.push(&format!("line {number:04}")));
        let sizes: Vec<u64> = fs_err::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .collect();
        assert!(sizes.len() == 2 && sizes.iter().all(|size| *size <= 1010), "{sizes:?}");
        let read = |name: &str| fs_err::read_to_string(folder.path().join(name)).unwrap();
        let both = read("blender-1-2.3.old.log") + &read("blender-1-2.3.log");
        assert!(both.ends_with("line 1048\nline 1049\n"));
        let numbers: Vec<u32> = both.lines().map(|line| line[5..].parse().unwrap()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
        // The next session of the same name goes on there.
        LogFile::open(&path, 1000).unwrap().push("next");
        assert!(read("blender-1-2.3.log").ends_with("line 1049\nnext\n"));
    }

    #[test]
    fn a_log_that_cannot_be_put_aside_ends_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logs/blender.log");
        let mut log = LogFile::open(&path, 10).unwrap();
        fs_err::remove_dir_all(folder.path().join("logs")).unwrap();
        fs_err::write(folder.path().join("logs"), "in the way").unwrap();
        (0..10).for_each(|_| log.push("a line that is long"));
    }
}
