//! A Python 3.11 that can make virtual environments: bpy 4.2 is built for that version alone.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Options, Tell, apt};
use crate::error::{Error, Result};
use crate::process;
use crate::toolchain::on_path;

/// What makes the virtual environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Maker {
    /// A Python 3.11 with venv and ensurepip.
    Python(PathBuf),
    /// uv, which brings its own Python.
    Uv(PathBuf),
}

impl Maker {
    /// The command that makes an environment with pip at `target`.
    pub(super) fn command(&self, target: &Path) -> Command {
        match self {
            Self::Python(python) => {
                let mut command = Command::new(python);
                command.args(["-m", "venv"]).arg(target);
                command
            }
            Self::Uv(uv) => {
                let mut command = Command::new(uv);
                command.args(["venv", "--quiet", "--python", "3.11", "--seed"]).arg(target);
                command
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fitness {
    Fit,
    NoVenv,
    Other,
}

/// Prints the version, then `venv` if environments can be made.
const ASK: &str = "import sys
print('%d.%d %s' % (sys.version_info[0], sys.version_info[1], sys.implementation.name))
import ensurepip, venv
print('venv')
";
const LIMIT: Duration = Duration::from_secs(30);

/// The first that fits; uv where no Python does.
pub(super) fn find(options: Options, tell: &Tell<'_>) -> Result<Maker> {
    match (look(), options.system_packages) {
        (Err(packages), true) => {
            apt::install(packages, tell).map_err(|error| error.hint(advice(packages)))?;
            look().map_err(none_found)
        }
        (found, _) => found.map_err(none_found),
    }
}

/// What fits, or the packages that would bring it.
fn look() -> Result<Maker, &'static [&'static str]> {
    let mut lacks_venv = false;
    for path in ["python3.11", "python3", "python"].iter().flat_map(|name| on_path(Path::new(name))) {
        match fitness(&path) {
            Fitness::Fit => return Ok(Maker::Python(path)),
            Fitness::NoVenv => lacks_venv = true,
            Fitness::Other => {}
        }
    }
    if let Some(uv) = on_path(Path::new("uv")).into_iter().next() {
        return Ok(pythons_of(&uv).map_or(Maker::Uv(uv), Maker::Python));
    }
    Err(if lacks_venv { &["python3.11-venv"] } else { &["python3.11", "python3.11-venv"] })
}

fn none_found(packages: &[&str]) -> Error {
    let error = if packages.len() == 1 {
        Error::environment("no_python_venv", "Python 3.11 cannot make virtual environments here")
            .because("its ensurepip module is missing")
    } else {
        Error::environment("no_python", "no Python 3.11 was found")
            .because("Blender 4.2 as a Python module needs exactly that version")
    };
    error.hint(advice(packages))
}

/// Debian 12 has these packages; newer systems have no Python 3.11, but uv runs everywhere.
fn advice(packages: &[&str]) -> String {
    let command = apt::command_line(packages);
    format!(
        "run `{command}` (or `broll setup --system-packages`); where there is no such package install uv, which brings a Python 3.11"
    )
}

/// A Python 3.11 that uv has or knows.
fn pythons_of(uv: &Path) -> Option<PathBuf> {
    let run = process::capture(Command::new(uv).args(["python", "find", "3.11"]), LIMIT).ok()?;
    let path = PathBuf::from(run.stdout.lines().next()?.trim());
    (run.status.success() && fitness(&path) == Fitness::Fit).then_some(path)
}

fn fitness(python: &Path) -> Fitness {
    // In isolated mode neither the working folder nor PYTHON* variables change the answer.
    process::capture(Command::new(python).args(["-I", "-c", ASK]), LIMIT)
        .map_or(Fitness::Other, |run| judge(&run.stdout))
}

fn judge(answer: &str) -> Fitness {
    let mut lines = answer.lines();
    match (lines.next(), lines.next()) {
        (Some("3.11 cpython"), Some("venv")) => Fitness::Fit,
        (Some("3.11 cpython"), _) => Fitness::NoVenv,
        _ => Fitness::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cpython_3_11_with_venv_fits() {
        assert_eq!(judge("3.11 cpython\nvenv\n"), Fitness::Fit);
        assert_eq!(judge("3.11 cpython\n"), Fitness::NoVenv);
        for other in ["3.12 cpython\nvenv\n", "3.11 pypy\nvenv\n", "", "pyenv: version not found"] {
            assert_eq!(judge(other), Fitness::Other);
        }
    }

    #[test]
    fn what_is_missing_is_named_with_its_command() {
        let error = none_found(&["python3.11-venv"]);
        assert!(
            error.code() == "no_python_venv"
                && error.hint_text().contains("apt-get install -y --no-install-recommends python3.11-venv`")
        );
        assert_eq!(
            (none_found(&["python3.11", "python3.11-venv"]).code(), error.kind().exit_code()),
            ("no_python", 3)
        );
    }
}
