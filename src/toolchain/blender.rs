//! Finding Blender: what is named explicitly must fit; else the PATH, then the managed one.

use std::path::Path;

use super::identify::{Identity, Unfit, identify};
use super::{Origin, managed, named, on_path};
use crate::blender::{Program, Version};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::paths::{Paths, display};

/// A Blender that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBlender {
    /// How it is started.
    pub program: Program,
    /// Its version.
    pub version: Version,
    /// Its version as it writes it, such as `4.2.23 LTS`.
    pub version_string: String,
    /// Who named it.
    pub origin: Origin,
}

/// The Blender to render with.
///
/// # Errors
/// `blender_too_old`, `blender_unfit` for one that was named, `no_blender`; all exit 3.
pub fn find(config: &Config, paths: &Paths) -> Result<FoundBlender> {
    if let Some((path, origin)) = named(config, "blender") {
        return examine(&path, origin);
    }
    let mut passed_over = None;
    for path in on_path(Path::new("blender")) {
        match examine(&path, Origin::Path) {
            Ok(found) => return Ok(found),
            Err(error) => passed_over = passed_over.or(Some(error)),
        }
    }
    if let Some(python) = managed::managed_python(paths) {
        return Ok(FoundBlender {
            program: Program::Module(python),
            version: managed::VERSION,
            version_string: managed::VERSION_TEXT.to_owned(),
            origin: Origin::Managed,
        });
    }
    Err(passed_over.unwrap_or_else(|| {
        Error::environment("no_blender", "no Blender was found")
            .because("neither BROLL_BLENDER, the configuration, the PATH nor `broll setup` gives one")
            .hint("run `broll setup`")
    }))
}

fn examine(path: &Path, origin: Origin) -> Result<FoundBlender> {
    let shown = format!("{} (from {origin})", display(path));
    match identify(path) {
        Ok(Identity { version, text, .. }) if version < Version::OLDEST => {
            let oldest = Version::OLDEST;
            let what =
                format!("the Blender at {shown} is {text}; broll needs {}.{} or newer", oldest.0, oldest.1);
            Err(Error::environment("blender_too_old", what).hint(instead(origin)))
        }
        Ok(Identity { program, version, text }) => {
            Ok(FoundBlender { program, version, version_string: text, origin })
        }
        Err(Unfit { reason, hint }) => {
            // One that was stopped together with broll may well work.
            interrupt::check()?;
            Err(Error::environment("blender_unfit", format!("{shown} is not a Blender that works"))
                .because(reason)
                .hint(hint.unwrap_or_else(|| instead(origin))))
        }
    }
}

fn instead(origin: Origin) -> String {
    let managed = format!("for the managed Blender {}", managed::VERSION_TEXT);
    match origin {
        Origin::Env(variable) => {
            format!("name another in {variable}, or unset it and run `broll setup` {managed}")
        }
        Origin::Config => format!(
            "run `broll config set blender PATH` for another, or `broll config set blender \"\"` and `broll setup` {managed}"
        ),
        Origin::Path | Origin::Managed => {
            format!("run `broll setup` {managed}, or name another in BROLL_BLENDER")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fake(folder: &Path, name: &str, body: &str) -> std::path::PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let (draft, path) = (folder.join("draft"), folder.join(name));
        fs_err::write(&draft, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs_err::set_permissions(&draft, PermissionsExt::from_mode(0o755)).unwrap();
        fs_err::rename(draft, &path).unwrap();
        path
    }

    #[test]
    fn a_named_blender_must_fit() {
        let folder = tempfile::tempdir().unwrap();
        let fit = fake(folder.path(), "fit", "echo Blender 5.0.1");
        let found = examine(&fit, Origin::Config).unwrap();
        assert_eq!((found.version, found.version_string.as_str()), (Version(5, 0, 1), "5.0.1"));
        let old = fake(folder.path(), "old", "echo Blender 3.4.1");
        let error = examine(&old, Origin::Env("BROLL_BLENDER")).unwrap_err();
        assert_eq!((error.code(), error.kind().exit_code()), ("blender_too_old", 3));
        assert!(
            error.message().contains("3.4.1")
                && error.message().contains("4.2")
                && error.message().contains("BROLL_BLENDER")
        );
        let unfit = examine(&folder.path().join("none"), Origin::Config).unwrap_err();
        assert_eq!((unfit.code(), unfit.kind().exit_code()), ("blender_unfit", 3));
        assert!(unfit.hint_text().contains("config set blender"));
    }
}
