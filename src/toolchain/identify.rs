//! What a path really is, going by what it answers and never by its name: wrapper scripts are common.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::libraries;
use crate::blender::{PYTHON_VARIABLES, Program, Version};
use crate::process::{self, Captured};

/// Time for a tool to say its version; the first run from a cold network disk takes many seconds.
const LIMIT: Duration = Duration::from_secs(30);

/// Tells where bpy lies and which it is, without loading it: line one its folder, line two its version.
const ASK_MODULE: &str = "import importlib.util as u
s = u.find_spec('bpy')
print(list(s.submodule_search_locations or [''])[0] if s else '')
try:
    import importlib.metadata as m
    print(m.version('bpy'))
except Exception:
    print('')
";

/// A Blender that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) program: Program,
    pub(super) version: Version,
    pub(super) text: String,
}

/// Runs `path --version`, and for a Python asks for bpy. The error is the reason, and a hint when there is a good one.
pub(super) fn identify(path: &Path) -> Result<Identity, Unfit> {
    if path.is_dir() {
        return Err(Unfit::new("it is a folder").hint("name the blender executable in it"));
    }
    let run = run(Command::new(path).arg("--version"))?;
    match parse_version(&run.stdout).or_else(|| parse_version(&run.stderr)) {
        Some(Answer::Blender(version, text)) => {
            Ok(Identity { program: Program::Executable(path.to_owned()), version, text })
        }
        Some(Answer::Python) => module(path),
        None => Err(no_answer(&run)),
    }
}

/// Where bpy lies for a Python, such as `…/site-packages/bpy`.
pub(super) fn bpy_folder(python: &Path) -> Option<PathBuf> {
    let run = ask_module(python).ok()?;
    run.stdout.lines().next().filter(|line| !line.is_empty()).map(PathBuf::from)
}

fn module(python: &Path) -> Result<Identity, Unfit> {
    let run = ask_module(python)?;
    let mut lines = run.stdout.lines();
    let (folder, text) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    if folder.is_empty() {
        return Err(Unfit::new("it is a Python without the bpy module")
            .hint("install bpy for it, or run `broll setup`"));
    }
    let version = text.parse().ok().or_else(|| version_folder(Path::new(folder)));
    let version = version.ok_or_else(|| Unfit::new("its bpy module does not tell its version"))?;
    let text = if text.is_empty() { version.to_string() } else { text.to_owned() };
    Ok(Identity { program: Program::Module(python.to_owned()), version, text })
}

fn ask_module(python: &Path) -> Result<Captured, Unfit> {
    run(Command::new(python).args(["-B", "-s", "-c", ASK_MODULE]))
}

/// The `4.2` among bpy's files; builds by hand have no metadata.
pub(super) fn version_folder(bpy: &Path) -> Option<Version> {
    let entries = fs_err::read_dir(bpy).ok()?;
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).max()
}

fn run(command: &mut Command) -> Result<Captured, Unfit> {
    for name in PYTHON_VARIABLES {
        command.env_remove(name);
    }
    process::capture(command, LIMIT).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Unfit::new("there is no such file"),
        std::io::ErrorKind::PermissionDenied => Unfit::new("it may not be executed"),
        _ => Unfit::new(error.to_string()),
    })
}

enum Answer {
    Blender(Version, String),
    Python,
}

/// Reads `Blender 4.2.23 LTS` or `Python 3.11.7`, also behind lines that a driver or a wrapper printed first.
fn parse_version(output: &str) -> Option<Answer> {
    output.lines().find_map(|line| {
        if let Some(text) = line.trim_end().strip_prefix("Blender ") {
            let version = text.split_whitespace().next()?.parse().ok()?;
            return Some(Answer::Blender(version, text.to_owned()));
        }
        let python = line.strip_prefix("Python ")?;
        python.starts_with(|c: char| c.is_ascii_digit()).then_some(Answer::Python)
    })
}

fn no_answer(run: &Captured) -> Unfit {
    let missing = libraries::from_loader(&run.stderr);
    if !missing.is_empty() {
        let unfit = Unfit::new(format!("it needs {}, which this machine lacks", missing.join(", ")));
        return unfit.hint(libraries::advice(&missing));
    }
    let said = run.stderr.lines().chain(run.stdout.lines()).map(str::trim).find(|line| !line.is_empty());
    let how = process::describe(Some(run.status));
    Unfit::new(match said {
        Some(said) => {
            format!("it is neither Blender nor Python: `--version` ended with {how} and said: {said}")
        }
        None => format!("it is neither Blender nor Python: `--version` ended with {how} and said nothing"),
    })
}

/// Why a path cannot be used as Blender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) reason: String,
    pub(super) hint: Option<String>,
}

impl Unfit {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(folder: &Path, name: &str, body: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join(name);
        // Written and renamed: a file that is open for writing anywhere cannot be executed.
        let draft = folder.join("draft");
        fs_err::write(&draft, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs_err::set_permissions(&draft, PermissionsExt::from_mode(0o755)).unwrap();
        fs_err::rename(draft, &path).unwrap();
        path
    }

    #[test]
    fn an_executable_is_known_by_its_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = script(
            folder.path(),
            "python3",
            "echo 'ALSA: none' ; echo 'Blender 4.2.23 LTS'; echo '\tbuild date: 2025'",
        );
        let found = identify(&path).unwrap();
        assert_eq!(
            (found.program, found.version, found.text.as_str()),
            (Program::Executable(path), Version(4, 2, 23), "4.2.23 LTS")
        );
        let old = identify(&script(folder.path(), "old", "echo 'Blender 2.79 (sub 0)'")).unwrap();
        assert_eq!(old.version, Version(2, 79, 0));
    }

    #[test]
    fn a_python_is_asked_for_bpy() {
        let folder = tempfile::tempdir().unwrap();
        let answer =
            |lines: &str| format!("[ \"$1\" = --version ] && echo 'Python 3.11.7' || printf '{lines}'");
        let path = script(folder.path(), "blender", &answer("/x/bpy\\n4.2.23\\n"));
        let found = identify(&path).unwrap();
        assert_eq!((found.program, found.version), (Program::Module(path), Version(4, 2, 23)));
        let without = identify(&script(folder.path(), "p", &answer("\\n\\n"))).unwrap_err();
        assert!(without.reason.contains("without the bpy module"), "{without:?}");
        fs_err::create_dir_all(folder.path().join("bpy/4.5/scripts")).unwrap();
        let lines = format!("{}/bpy\\n\\n", folder.path().display());
        assert_eq!(identify(&script(folder.path(), "q", &answer(&lines))).unwrap().version, Version(4, 5, 0));
    }

    #[test]
    fn what_is_neither_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let reason = |path: &Path| identify(path).unwrap_err();
        assert_eq!(reason(&folder.path().join("none")).reason, "there is no such file");
        assert_eq!(reason(folder.path()).hint.as_deref(), Some("name the blender executable in it"));
        let other = reason(&script(folder.path(), "other", "echo 'GNU bash 5'; exit 2"));
        assert!(other.reason.contains("exit code 2") && other.reason.contains("GNU bash 5"), "{other:?}");
        let body = "echo 'blender: error while loading shared libraries: libXi.so.6: cannot open shared object file: No such file' >&2; exit 127";
        let lacking = reason(&script(folder.path(), "lacking", body));
        assert!(lacking.reason.contains("libXi.so.6") && lacking.hint.unwrap().contains("libxi6"));
    }
}
