//! How Blender is started: as an executable, or as Python with the `bpy` module. The same driver serves both.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Version, caches};
use crate::error::Result;
use crate::paths::Paths;

/// What can run the driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "path", rename_all = "snake_case")]
pub enum Program {
    /// A `blender` executable.
    Executable(PathBuf),
    /// A Python that has the `bpy` module.
    Module(PathBuf),
}

impl Program {
    /// The file that is run.
    pub fn path(&self) -> &Path {
        match self {
            Self::Executable(path) | Self::Module(path) => path,
        }
    }

    /// The command that starts the driver, without pipes. `home` is an empty folder in place of the user's own
    /// Blender settings: their start-up scripts and preferences must not change a clip. It lies in broll's cache folder,
    /// and the caches of the GPU's driver go beside it.
    pub fn command(&self, version: Option<Version>, driver: &Path, home: &Path) -> Command {
        let mut command = Command::new(self.path());
        match self {
            Self::Executable(_) => {
                command.args(["--background", "--factory-startup", "--disable-autoexec", "-noaudio"]);
                // `--offline-mode` came with 4.2; older ones take it for a file name.
                if version.is_some_and(|version| version >= Version::OLDEST) {
                    command.arg("--offline-mode");
                }
                command.args(["--python-exit-code", "1", "--python"]).arg(driver);
            }
            Self::Module(_) => {
                command.args(["-B", "-s", "-u"]).arg(driver);
            }
        }
        for name in [
            "BLENDER_USER_RESOURCES",
            "BLENDER_USER_CONFIG",
            "BLENDER_USER_SCRIPTS",
            "BLENDER_USER_EXTENSIONS",
        ] {
            command.env(name, home);
        }
        for name in PYTHON_VARIABLES {
            command.env_remove(name);
        }
        command.env("PYTHONNOUSERSITE", "1");
        command.envs(caches::variables(home.parent().unwrap_or(home)));
        command
    }
}

/// Variables through which another project's modules could take the place of Blender's or the driver's.
pub(crate) const PYTHON_VARIABLES: [&str; 3] = ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP"];

/// The driver's files; the first is the one that is started.
const DRIVER: &[(&str, &str)] = &[
    ("driver.py", include_str!("driver/driver.py")),
    ("broll_animation.py", include_str!("driver/broll_animation.py")),
    ("broll_assets.py", include_str!("driver/broll_assets.py")),
    ("broll_brought.py", include_str!("driver/broll_brought.py")),
    ("broll_device.py", include_str!("driver/broll_device.py")),
    ("broll_errors.py", include_str!("driver/broll_errors.py")),
    ("broll_hazards.py", include_str!("driver/broll_hazards.py")),
    ("broll_opengl.py", include_str!("driver/broll_opengl.py")),
    ("broll_overrides.py", include_str!("driver/broll_overrides.py")),
    ("broll_pack.py", include_str!("driver/broll_pack.py")),
    ("broll_parameters.py", include_str!("driver/broll_parameters.py")),
    ("broll_shot.py", include_str!("driver/broll_shot.py")),
    ("broll_trial.py", include_str!("driver/broll_trial.py")),
    ("broll_upright.py", include_str!("driver/broll_upright.py")),
];

/// A digest of the driver: frames of another revision are not reused.
pub(crate) fn driver_revision() -> String {
    let mut hash = Sha256::new();
    for (name, text) in DRIVER {
        hash.update(name);
        hash.update(text);
    }
    crate::paths::hex(&hash.finalize()[..8])
}

/// Puts the driver and the empty settings folder into the cache, once per revision. Gives (driver, home).
///
/// # Errors
/// Those of the file system.
pub fn install_driver(paths: &Paths) -> Result<(PathBuf, PathBuf)> {
    let folder = paths.cache.join("driver").join(driver_revision());
    let home = paths.cache.join("blender-home");
    fs_err::create_dir_all(&home)?;
    fs_err::create_dir_all(&folder)?;
    for (name, text) in DRIVER {
        let file = folder.join(name);
        if fs_err::read(&file).is_ok_and(|there| there == text.as_bytes()) {
            continue;
        }
        crate::paths::write_atomic(&file, text.as_bytes())?;
    }
    Ok((folder.join(OsStr::new(DRIVER[0].0)), home))
}
