//! Debian's and Ubuntu's packages: the exact command, and running it where that is allowed.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{Progress, Tell};
use crate::error::{Error, Result};
use crate::process::{self, Captured};

/// A slow mirror and a few megabytes.
const LIMIT: Duration = Duration::from_secs(900);
const INSTALL: [&str; 3] = ["install", "-y", "--no-install-recommends"];

/// The command to type: `sudo apt-get install -y --no-install-recommends libx11-6 …`.
pub fn command_line(packages: &[&str]) -> String {
    line(packages, is_root())
}

fn line(packages: &[&str], root: bool) -> String {
    let sudo = if root { "" } else { "sudo " };
    format!("{sudo}apt-get {} {}", INSTALL.join(" "), packages.join(" "))
}

/// Installs packages, as root or with a sudo that asks for no password. An apt that runs is not interrupted: that would
/// leave the system's packages half done.
pub(super) fn install(packages: &[&str], tell: &Tell<'_>) -> Result<()> {
    let command = command_line(packages);
    let failed = |cause: String| {
        Error::environment("apt_failed", "the system packages could not be installed")
            .because(cause)
            .hint(format!("run `{command}`"))
    };
    if !is_root()
        && !process::capture(Command::new("sudo").args(["-n", "true"]), Duration::from_secs(20))
            .is_ok_and(|run| run.status.success())
    {
        return Err(failed("broll may not: it is not root, and sudo asks for a password".to_owned()));
    }
    if !has_lists() {
        tell(Progress::Step("apt-get update"));
        apt(&["update"]).map_err(&failed)?;
    }
    tell(Progress::Step(&command));
    let arguments: Vec<&str> = INSTALL.iter().chain(packages).copied().collect();
    if apt(&arguments).is_err() {
        // Lists that are old name versions that are gone.
        tell(Progress::Step("apt-get update"));
        apt(&["update"]).and_then(|_| apt(&arguments)).map_err(failed)?;
    }
    Ok(())
}

fn apt(arguments: &[&str]) -> Result<Captured, String> {
    let mut command = if is_root() { Command::new("env") } else { Command::new("sudo") };
    if !is_root() {
        command.args(["-n", "env"]);
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    let run = process::capture(&mut command, LIMIT).map_err(|error| format!("apt-get: {error}"))?;
    if run.status.success() {
        return Ok(run);
    }
    let said =
        run.stderr.lines().rev().find(|line| line.starts_with("E: ")).or_else(|| run.stderr.lines().last());
    Err(format!("apt-get {}: {}", arguments.join(" "), said.unwrap_or("no reason given")))
}

fn has_lists() -> bool {
    let lists = fs_err::read_dir("/var/lib/apt/lists").into_iter().flatten().flatten();
    lists.into_iter().any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

/// Whether this process is root: `/proc/self` belongs to the effective user.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs_err::metadata(Path::new("/proc/self")).is_ok_and(|meta| meta.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_goes_without_sudo() {
        assert_eq!(line(&["libxi6"], true), "apt-get install -y --no-install-recommends libxi6");
        assert_eq!(
            line(&["libxi6", "libsm6"], false),
            "sudo apt-get install -y --no-install-recommends libxi6 libsm6"
        );
    }
}
