//! Building what is installed in its workshop: a virtual environment, and pip with every digest checked.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use super::python::Maker;
use super::{Progress, Tell};
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::process::{self, Child};
use crate::toolchain::{disk, managed};
use crate::ui::fmt::bytes;

/// What is installed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recipe {
    /// Exact versions with their digests, as pip reads them.
    pub(super) lock: &'static str,
    /// In words.
    pub(super) what: &'static str,
    /// The command that installs it.
    pub(super) command: &'static str,
    /// Bytes on disk at the end, the downloads counted too (measured).
    pub(super) total: u64,
    /// Most bytes that lie on disk at one time, with some air.
    pub(super) peak: u64,
    /// What it needs of the system.
    pub(super) needs: &'static str,
    /// Whether an environment holds the first files, so that nothing is downloaded any more.
    pub(super) unpacking: fn(&Path) -> bool,
}

/// What `broll setup` installs: wheels of 418,222,942 bytes, and an environment of 1.08 GB with its own pip.
pub(super) const TOOLCHAIN: Recipe = Recipe {
    lock: managed::LOCK,
    what: "Blender and ffmpeg",
    command: "broll setup",
    total: 418_222_942 + 1_084_700_000,
    peak: 1_700_000_000,
    needs: "it needs Linux on x86_64 with glibc 2.28 or newer; else name a Blender of your own in BROLL_BLENDER",
    unpacking: |built| managed::ffmpeg_in(built).is_some() || managed::bpy_in(built).exists(),
};

impl Recipe {
    /// Refuses a disk on which it would not fit.
    pub(super) fn check_room(&self, home: &Path) -> Result<()> {
        let Some(free) = disk::free_space(home).filter(|free| *free < self.peak) else { return Ok(()) };
        let (needed, shown) = (bytes(self.peak), crate::paths::display(home));
        let what = format!("{} needs {needed} in {shown}, and {} are free", self.command, bytes(free));
        Err(Error::environment("disk_full", what)
            .hint("free some space, or set BROLL_DATA_DIR to a folder on another disk"))
    }
}

/// How often progress is measured.
const TICK: Duration = Duration::from_millis(250);

/// Makes the environment below the workshop and gives its folder.
pub(super) fn build(workshop: &Path, maker: &Maker, recipe: &Recipe, tell: &Tell<'_>) -> Result<PathBuf> {
    let built = workshop.join("built");
    let temporary = workshop.join("tmp");
    fs_err::create_dir(&temporary)?;
    tell(Progress::Bytes(0, "preparing"));
    let log = workshop.join("venv.log");
    let status = watch(maker.command(&built).env("TMPDIR", &temporary), &log, &mut || ())?;
    if !status.success() {
        return Err(Error::environment("setup_failed", "the virtual environment could not be made")
            .because(last_words(&log, status))
            .hint(format!(
                "see that Python 3.11 with venv works here, or install uv; then run `{}` again",
                recipe.command
            )));
    }
    let lock = workshop.join("requirements.lock");
    fs_err::write(&lock, recipe.lock)?;
    let log = workshop.join("pip.log");
    let mut most = 0;
    let status = watch(&mut pip(&built, &lock, &temporary), &log, &mut || {
        // All wheels are whole before the first is unpacked; then they stay until the end.
        most = most.max(disk::used(workshop));
        tell(Progress::Bytes(most, if (recipe.unpacking)(&built) { "unpacking" } else { "downloading" }));
    })?;
    if status.success() {
        Ok(built)
    } else {
        Err(explain(recipe, &fs_err::read_to_string(&log).unwrap_or_default(), status))
    }
}

/// Pip with the user's own configuration: mirrors, proxies and certificates are set there.
fn pip(built: &Path, lock: &Path, temporary: &Path) -> Command {
    let mut command = Command::new(managed::python_in(built));
    command
        .args([
            "-s",
            "-m",
            "pip",
            "install",
            "--no-input",
            "--no-deps",
            "--no-cache-dir",
            "--disable-pip-version-check",
        ])
        .args(["--progress-bar", "off", "--require-hashes", "--only-binary", ":all:", "-r"])
        .arg(lock)
        .env("TMPDIR", temporary)
        // These would put the packages somewhere else.
        .env("PIP_USER", "0");
    for name in ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command with its output in a file, ends it on an interruption.
fn watch(command: &mut Command, log: &Path, tick: &mut dyn FnMut()) -> Result<ExitStatus> {
    let out = fs_err::File::create(log)?;
    let err = out.try_clone()?;
    command.stdin(Stdio::null()).stdout(out.into_file()).stderr(err.into_file());
    let mut child = Child::spawn(command).map_err(|error| {
        Error::environment(
            "setup_failed",
            format!("{} does not start", command.get_program().to_string_lossy()),
        )
        .source(error)
    })?;
    loop {
        if let Some(status) = child.wait_up_to(TICK) {
            return Ok(status);
        }
        // Dropping the child kills its whole group.
        interrupt::check()?;
        tick();
    }
}

fn last_words(log: &Path, status: ExitStatus) -> String {
    let text = fs_err::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines[lines.len().saturating_sub(3)..].join("; ");
    format!("{}: {last}", process::describe(Some(status)))
}

/// What pip's complaint means.
fn explain(recipe: &Recipe, log: &str, status: ExitStatus) -> Error {
    let Recipe { what, command, needs, .. } = recipe;
    let has = |texts: &[&str]| texts.iter().any(|text| log.contains(text));
    let error = if has(&["DO NOT MATCH THE HASHES"]) {
        Error::environment("download_corrupt", "a download is not the file it should be")
            .hint(format!("run `{command}` again; if it stays so, pip's package index serves another file: see `pip config list`"))
    } else if has(&["No space left on device", "Disk quota exceeded"]) {
        Error::new(Kind::Environment, "disk_full", "the disk is full")
            .hint(format!("free {}, or set BROLL_DATA_DIR to a folder on another disk", bytes(recipe.peak)))
    } else if has(&[
        "NewConnectionError",
        "ConnectTimeout",
        "ReadTimeout",
        "Read timed out",
        "ProxyError",
        "SSLError",
        "NameResolutionError",
        "Connection aborted",
        "Connection refused",
        "Connection broken",
        "IncompleteRead",
    ]) {
        Error::environment("no_network", "the package index cannot be reached")
            .hint(format!("check the network, HTTPS_PROXY and pip's configuration (`pip config list`), then run `{command}` again"))
    } else if has(&["No matching distribution found", "is not a supported wheel on this platform"]) {
        Error::environment("no_wheel", format!("the package index has no {what} for this system"))
            .hint(*needs)
    } else {
        Error::environment("setup_failed", "pip failed")
            .hint(format!("mend what pip says, then run `{command}` again"))
    };
    let said = log
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("ERROR: ") || line.contains("Error("))
        .take(3);
    let error = said.fold(error, |error, line| {
        error.because(line.trim_start_matches("ERROR: ").trim_start_matches("WARNING: "))
    });
    if error.causes().is_empty() {
        error.because(format!("pip ended with {}", process::describe(Some(status))))
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(log: &str) -> &'static str {
        use std::os::unix::process::ExitStatusExt;
        explain(&TOOLCHAIN, log, ExitStatus::from_raw(1 << 8)).code()
    }

    #[test]
    fn pip_is_understood() {
        assert_eq!(
            code("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."),
            "download_corrupt"
        );
        assert_eq!(
            code("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"),
            "disk_full"
        );
        let offline = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<…>: Failed')': /simple/bpy/
ERROR: Could not find a version that satisfies the requirement bpy==4.2.23 (from versions: none)
ERROR: No matching distribution found for bpy==4.2.23";
        assert_eq!(code(offline), "no_network");
        assert_eq!(code("ERROR: No matching distribution found for bpy==4.2.23"), "no_wheel");
        assert_eq!(code("Traceback"), "setup_failed");
    }

    #[test]
    fn pip_keeps_the_configuration_of_the_user() {
        let command = pip(Path::new("/b"), Path::new("/l"), Path::new("/t"));
        let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy()).collect();
        assert!(args.iter().any(|arg| arg == "--require-hashes"));
        assert!(!args.iter().any(|arg| arg == "--isolated" || arg.contains("index")), "{args:?}");
    }

    #[test]
    fn output_of_a_step_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let log = root.path().join("log");
        let mut ticks = 0;
        let mut command = Command::new("sh");
        let status =
            watch(command.args(["-c", "echo one; echo two >&2; sleep 0.4; exit 3"]), &log, &mut || {
                ticks += 1;
            })
            .unwrap();
        assert_eq!(last_words(&log, status), "exit code 3: one; two");
        assert!(ticks >= 1);
    }
}
