//! Where broll keeps things: configuration, data, cache and state.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The four folders, resolved once at the start; none of them need exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml` and keys.
    pub config: PathBuf,
    /// The managed toolchain and the user's template library.
    pub data: PathBuf,
    /// Frames and other things that can be made again.
    pub cache: PathBuf,
    /// Logs and journals.
    pub state: PathBuf,
}

impl Paths {
    /// Reads `BROLL_{CONFIG,DATA,CACHE,STATE}_DIR`, else the platform's own places.
    ///
    /// # Errors
    /// `no_home` when neither names a folder.
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            config: folder("BROLL_CONFIG_DIR", dirs::config_dir())?,
            data: folder("BROLL_DATA_DIR", dirs::data_dir())?,
            cache: folder("BROLL_CACHE_DIR", dirs::cache_dir())?,
            state: folder("BROLL_STATE_DIR", dirs::state_dir().or_else(dirs::data_local_dir))?,
        })
    }

    /// The configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The user's template library.
    pub fn library(&self) -> PathBuf {
        self.data.join("templates")
    }

    /// Where the managed Blender and ffmpeg live.
    pub fn toolchain(&self) -> PathBuf {
        self.data.join("toolchain")
    }

    /// Rendered frames by job.
    pub fn frames(&self) -> PathBuf {
        self.cache.join("frames")
    }

    /// Files that parameters bring, by content.
    pub fn assets(&self) -> PathBuf {
        self.cache.join("assets")
    }

    /// The API keys that `broll login` keeps, readable by their owner alone.
    pub fn credentials(&self) -> PathBuf {
        self.config.join("credentials")
    }

    /// The journal of jobs at endpoints, one file a job.
    pub fn jobs(&self) -> PathBuf {
        self.state.join("jobs")
    }

    /// What Blender printed, one file a render.
    pub fn logs(&self) -> PathBuf {
        self.state.join("logs")
    }
}

/// Whether there is no such file, also where what should be its folder is a file: a home such as /dev/null, as accounts of
/// services have it, holds nothing.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The value of an environment variable; an empty one counts as unset.
pub fn env(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Writes a file so that it is either whole or as it was before. Only its owner may read it.
///
/// # Errors
/// Those of the file system.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    replace(path, bytes, |_| Ok(())).map(drop)
}

/// The same, and when it returns the file is on the disk, whatever happens to the machine.
///
/// # Errors
/// Those of the file system.
pub fn write_durable(path: &Path, bytes: &[u8]) -> Result<()> {
    write_held(path, bytes).map(drop)
}

/// The same; the file is locked for as long as what this returns is open, and was so before anybody could see it. A file
/// system without locks does without.
///
/// # Errors
/// Those of the file system.
pub fn write_held(path: &Path, bytes: &[u8]) -> Result<std::fs::File> {
    let held = replace(path, bytes, |file| {
        let _ = file.try_lock();
        file.sync_all()
    })?;
    // Some file systems cannot do this for a folder; they keep names safe by themselves.
    let _ = fs_err::File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    Ok(held)
}

/// Whether somebody else has this file locked; if nobody has, it is locked from here on. A file system without locks does
/// without.
pub fn is_taken(file: &std::fs::File) -> bool {
    matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock))
}

fn replace(
    path: &Path,
    bytes: &[u8],
    settle: impl FnOnce(&std::fs::File) -> io::Result<()>,
) -> Result<std::fs::File> {
    let folder = folder_of(path);
    let mut partial =
        tempfile::NamedTempFile::new_in(folder).map_err(|error| cannot_write(&error, folder))?;
    partial
        .write_all(bytes)
        .and_then(|()| settle(partial.as_file()))
        .map_err(|error| cannot_write(&error, path))?;
    partial.persist(path).map_err(|error| cannot_write(&error.error, path))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn cannot_write(error: &io::Error, path: &Path) -> Error {
    let (kind, text) = (error.kind(), format!("cannot write {}: {error}", display(path)));
    io::Error::new(kind, text).into()
}

/// A path as it may be shown: control characters, which could rewrite a terminal, are escaped.
pub fn display(path: &Path) -> String {
    path.to_string_lossy()
        .chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn folder(variable: &str, platform: Option<PathBuf>) -> Result<PathBuf> {
    let folder = env(variable)
        .map(PathBuf::from)
        .or_else(|| platform.map(|base| base.join("broll")))
        .ok_or_else(|| {
            Error::environment("no_home", format!("no folder is known for {variable}"))
                .hint(format!("set HOME or {variable}"))
        })?;
    std::path::absolute(&folder).map_err(Into::into)
}
