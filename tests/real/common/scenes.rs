//! The scenes, built once in each run by the scripts in `scenes/`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::tools::blender;

/// Kept for the whole run: a static is never dropped, so the folder is named by the process that owns it and the
/// next run removes what dead processes left.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let root = std::env::temp_dir().join("broll-test-scenes");
        fs_err::create_dir_all(&root).unwrap();
        for entry in fs_err::read_dir(&root).unwrap().flatten() {
            let owner = entry.file_name().to_string_lossy().into_owned();
            if !Path::new("/proc").join(&owner).exists() {
                let _ = fs_err::remove_dir_all(entry.path());
            }
        }
        let folder = root.join(std::process::id().to_string());
        fs_err::create_dir_all(&folder).unwrap();
        run_script("tests/real/scenes/build.py", &[&folder]);
        folder
    })
}

/// Runs a Python script of this repository in Blender's Python, with no settings of the user's; gives its stdout.
pub(crate) fn run_script(script: &str, args: &[&Path]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let home = TempDir::new().unwrap();
    let mut command = Command::new(blender());
    command.args(["-B", "-s"]).arg(root.join("tests/real/scenes/run.py")).arg(root.join(script)).args(args);
    let output =
        command.env("HOME", home.path()).env("BLENDER_USER_RESOURCES", home.path()).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The file of a scene; to be copied, not to be rendered where it lies.
pub(crate) fn scene(name: &str) -> PathBuf {
    folder().join(format!("{name}.blend"))
}

/// A file that the scenes' scripts wrote beside them.
pub(crate) fn prop(name: &str) -> PathBuf {
    folder().join(name)
}

/// A file that another Blender saved.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/blend").join(name)
}
