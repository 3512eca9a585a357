//! Putting a finished kernel where Blender loads it: whole or not at all.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::Arch;
use super::folder::kernel_path;
use super::mark::{self, Mark};
use crate::error::{Error, Result};
use crate::paths::display;
use crate::toolchain::Origin;
use crate::toolchain::blender::FoundBlender;

/// Tries to write into the folder, before minutes are spent: asking for permissions would say nothing of a file system
/// that is mounted read-only.
///
/// # Errors
/// `read_only_blender` (exit 3) with what can be done instead, those of the file system.
pub(super) fn check_writable(found: &FoundBlender, folder: &Path, archs: &[Arch]) -> Result<()> {
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            let what =
                format!("this Blender's kernels lie in {}, where nothing can be written", display(folder));
            Err(Error::environment("read_only_blender", what).because(&error).hint(instead(
                found,
                archs,
                error.kind(),
            )))
        }
        Err(error) => {
            let text = format!("cannot write in {}: {error}", display(folder));
            Err(std::io::Error::new(error.kind(), text).into())
        }
    }
}

fn instead(found: &FoundBlender, archs: &[Arch], why: ErrorKind) -> String {
    let program = display(found.program.path());
    let names: Vec<String> = archs.iter().map(ToString::to_string).collect();
    let command = format!("BROLL_BLENDER='{program}' broll kernels build --arch {}", names.join(" --arch "));
    let first = if why == ErrorKind::ReadOnlyFilesystem {
        format!("run `{command}` where that file system is writable, such as while the image is built")
    } else {
        format!("run `sudo {command}`, or the same as the folder's owner")
    };
    let own = match found.origin {
        Origin::Managed => {
            return format!("{first}; or set BROLL_DATA_DIR to a folder of your own and run `broll setup`");
        }
        Origin::Env(variable) => format!("unset {variable}"),
        Origin::Config => "run `broll config set blender \"\"`".to_owned(),
        Origin::Path => format!("take {program} off the PATH"),
    };
    format!("{first}; or {own} and run `broll setup` for a Blender of your own, and this again")
}

/// Puts a kernel and its mark in place, readable by whoever can read the PTX it was made from. Gives its path.
///
/// # Errors
/// Those of the file system.
pub(super) fn put(folder: &Path, arch: Arch, kernel: &[u8], mark: &Mark) -> Result<PathBuf> {
    let path = kernel_path(folder, arch);
    let readers = fs_err::metadata(folder.join(&mark.ptx))?.permissions();
    let text = serde_json::to_vec_pretty(mark).map_err(|error| Error::bug("mark", error.to_string()))?;
    // A kernel without its mark would pass for Blender's own, so the mark comes first; and no old kernel stands beside a
    // new mark. Whoever starts in between has its driver compile.
    if path.exists() {
        fs_err::remove_file(&path)?;
    }
    write(&mark::path(folder, arch), &text, &readers)?;
    write(&path, kernel, &readers)?;
    Ok(path)
}

fn write(path: &Path, bytes: &[u8], permissions: &std::fs::Permissions) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let told = |error: std::io::Error| {
        let text = format!("cannot write {}: {error}", display(path));
        Error::from(std::io::Error::new(error.kind(), text))
    };
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(told)?;
    draft.write_all(bytes).map_err(told)?;
    draft.as_file().set_permissions(permissions.clone()).map_err(told)?;
    // After a power cut the name must not stand for an empty file.
    draft.as_file().sync_all().map_err(told)?;
    draft.persist(path).map_err(|error| told(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blender::{Program, Version};

    fn found(origin: Origin) -> FoundBlender {
        FoundBlender {
            program: Program::Executable("/opt/blender 4/blender".into()),
            version: Version(4, 2, 0),
            version_string: "4.2.0".into(),
            origin,
        }
    }

    #[test]
    fn a_kernel_can_be_read_by_everybody_who_can_read_the_ptx() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let folder = root.path();
        fs_err::write(folder.join("k.ptx.zst"), "").unwrap();
        fs_err::set_permissions(folder.join("k.ptx.zst"), PermissionsExt::from_mode(0o644)).unwrap();
        let mark = Mark {
            ptxas: "12".into(),
            ptx: "k.ptx.zst".into(),
            ptx_sha256: String::new(),
            kernel_sha256: mark::digest(b"new"),
            broll: "1".into(),
        };
        for text in ["old", "new"] {
            let path = put(folder, Arch(90), text.as_bytes(), &mark).unwrap();
            assert_eq!(fs_err::read_to_string(&path).unwrap(), text);
            for file in [path, mark::path(folder, Arch(90))] {
                assert_eq!(fs_err::metadata(file).unwrap().permissions().mode() & 0o777, 0o644);
            }
        }
        assert_eq!(Mark::read(folder, Arch(90)), Some(mark));
        assert_eq!(fs_err::read_dir(folder).unwrap().count(), 3, "a draft was left behind");
    }

    #[test]
    fn every_alternative_is_a_command() {
        let both = [Arch(80), Arch(90)];
        let env = instead(&found(Origin::Env("BROLL_BLENDER")), &both, ErrorKind::PermissionDenied);
        assert!(env.contains(
            "`sudo BROLL_BLENDER='/opt/blender 4/blender' broll kernels build --arch sm_80 --arch sm_90`"
        ));
        assert!(env.contains("unset BROLL_BLENDER and run `broll setup`"), "{env}");
        let disk = instead(&found(Origin::Path), &both, ErrorKind::ReadOnlyFilesystem);
        assert!(!disk.contains("sudo") && disk.contains("off the PATH"), "{disk}");
        let managed = instead(&found(Origin::Managed), &both, ErrorKind::PermissionDenied);
        assert!(managed.contains("BROLL_DATA_DIR"), "{managed}");
        let root = tempfile::tempdir().unwrap();
        assert!(check_writable(&found(Origin::Path), root.path(), &both).is_ok());
        let gone = check_writable(&found(Origin::Path), &root.path().join("gone"), &both).unwrap_err();
        assert!(gone.code() == "not_found" && gone.message().contains("gone"));
    }
}
