//! Where broll keeps things: configuration, data, cache and state.

use std::ffi::OsString;
use std::io::Write;
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

    /// What Blender printed, one file a render.
    pub fn logs(&self) -> PathBuf {
        self.state.join("logs")
    }
}

/// The value of an environment variable; an empty one counts as unset.
pub fn env(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Writes a file so that it is either whole or as it was before.
///
/// # Errors
/// Those of the file system.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut partial = tempfile::NamedTempFile::new_in(folder).map_err(|error| io(&error, folder))?;
    partial.write_all(bytes).map_err(|error| io(&error, path))?;
    partial.persist(path).map_err(|error| io(&error.error, path))?;
    Ok(())
}

fn io(error: &std::io::Error, path: &Path) -> Error {
    let (kind, text) = (error.kind(), format!("cannot write {}: {error}", display(path)));
    std::io::Error::new(kind, text).into()
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
