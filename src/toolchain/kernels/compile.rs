//! One kernel, from PTX to the compressed file that Blender loads, all in a workshop.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Arch, Ptxas, cubin};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::process::{self, Captured};

/// No machine on which Blender is of any use takes that long.
const LIMIT: Duration = Duration::from_secs(3 * 3600);
/// Between the size of Blender's own files and the time it takes: 1.3 s for a kernel of 25 MB, where level 19 takes 13 s
/// to save a fifth.
const LEVEL: i32 = 12;
/// Bytes that are compressed between two looks at an interruption.
const CHUNK: usize = 1 << 20;
/// Lines of ptxas that are shown when it fails.
const SHOWN: usize = 5;

/// What to compile, and with how much of the machine.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) ptxas: &'a Ptxas,
    pub(super) arch: Arch,
    /// Unpacked PTX.
    pub(super) ptx: &'a Path,
    /// Threads for ptxas.
    pub(super) threads: usize,
    /// A folder for what lies between; two architectures do not meet there.
    pub(super) workshop: &'a Path,
}

impl Job<'_> {
    /// Compiles and checks; gives the bytes of the compressed kernel.
    ///
    /// # Errors
    /// `ptxas_failed` (exit 4), `interrupted`, those of the file system.
    pub(super) fn run(&self, cancel: &Cancel) -> Result<Vec<u8>> {
        let target = self.workshop.join(format!("{}.cubin", self.arch));
        let run = process::capture_fed(&mut self.command(&target), None, LIMIT, cancel)
            .map_err(|error| self.not_ended(&error, cancel))?;
        if !run.status.success() {
            return Err(self.failed(&run));
        }
        let kernel = fs_err::read(&target).map_err(|error| self.unfit(&error.to_string()))?;
        match cubin::arch(&kernel) {
            Ok(arch) if arch == self.arch => {}
            Ok(arch) => return Err(self.unfit(&format!("it is for {arch}"))),
            Err(reason) => return Err(self.unfit(&reason)),
        }
        fs_err::remove_file(&target)?;
        compress(&kernel, cancel)
    }

    fn command(&self, target: &Path) -> Command {
        let mut command = Command::new(&self.ptxas.path);
        command.arg(format!("-arch={}", self.arch)).arg("-O3");
        if self.ptxas.splits && self.threads > 1 {
            command.args(["--split-compile", &self.threads.to_string()]);
        }
        command.arg(self.ptx).arg("-o").arg(target).env("TMPDIR", self.workshop);
        command
    }

    fn failed(&self, run: &Captured) -> Error {
        use std::os::unix::process::ExitStatusExt;
        let error =
            Error::tool("ptxas_failed", format!("ptxas could not compile the kernel for {}", self.arch))
                .because(format!(
                    "ptxas {} ended with {}",
                    self.ptxas.version,
                    process::describe(Some(run.status))
                ));
        let said: Vec<&str> =
            run.stdout.lines().chain(run.stderr.lines()).filter(|line| !line.trim().is_empty()).collect();
        let error = said[said.len().saturating_sub(SHOWN)..].iter().fold(error, Error::because);
        // Nobody in broll kills a compiler that is waited for.
        error.hint(if run.status.signal() == Some(9) {
            "it was most likely killed for want of memory: close other programs, or build one architecture at a time"
        } else {
            "try another ptxas, such as the one of `broll setup --kernels`, first on the PATH"
        })
    }

    fn unfit(&self, reason: &str) -> Error {
        Error::tool("ptxas_failed", format!("what ptxas made for {} is no kernel for it", self.arch))
            .because(reason)
            .hint("try another ptxas, such as the one of `broll setup --kernels`, first on the PATH")
    }

    fn not_ended(&self, error: &std::io::Error, cancel: &Cancel) -> Error {
        if cancel.requested() {
            return Error::interrupted("stopped: no half kernel was left behind")
                .hint("run the same command again; what was finished is kept");
        }
        Error::tool("ptxas_failed", format!("ptxas could not compile the kernel for {}", self.arch))
            .because(error)
            .hint("run `broll setup --kernels`, and `broll kernels build` again")
    }
}

fn compress(kernel: &[u8], cancel: &Cancel) -> Result<Vec<u8>> {
    let mut packed = zstd::Encoder::new(Vec::new(), LEVEL)?;
    packed.set_pledged_src_size(Some(kernel.len() as u64))?;
    packed.include_contentsize(true)?;
    for chunk in kernel.chunks(CHUNK) {
        cancel.check()?;
        packed.write_all(chunk)?;
    }
    Ok(packed.finish()?)
}

/// Where an unpacked PTX lies in a workshop.
pub(super) fn ptx_path(workshop: &Path, virtual_arch: Arch) -> PathBuf {
    workshop.join(format!("compute_{}.ptx", virtual_arch.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(folder: &Path, script: &str) -> Ptxas {
        use std::os::unix::fs::PermissionsExt;
        let (draft, path) = (folder.join("draft"), folder.join("ptxas"));
        fs_err::write(&draft, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs_err::set_permissions(&draft, PermissionsExt::from_mode(0o755)).unwrap();
        fs_err::rename(draft, &path).unwrap();
        Ptxas { path, version: "12.8.93".to_owned(), archs: vec![Arch(90)], splits: true }
    }

    /// Runs a compiler that is this script; `$out` is the file it should write.
    fn outcome(script: &str, cancel: &Cancel) -> Result<Vec<u8>> {
        let root = tempfile::tempdir().unwrap();
        let ptxas = program(root.path(), &format!("for out; do :; done\n{script}"));
        let ptx = root.path().join("k.ptx");
        Job { ptxas: &ptxas, arch: Arch(90), ptx: &ptx, threads: 2, workshop: root.path() }.run(cancel)
    }

    #[test]
    fn a_compiler_that_fails_shows_its_last_lines() {
        let error = outcome("for i in 1 2 3 4 5 6; do echo line $i >&2; done; exit 255", &Cancel::default())
            .unwrap_err();
        assert_eq!((error.code(), error.kind().exit_code()), ("ptxas_failed", 4));
        assert_eq!(error.causes()[1..], ["line 2", "line 3", "line 4", "line 5", "line 6"]);
        let killed = outcome("kill -KILL $$", &Cancel::default()).unwrap_err();
        assert!(killed.hint_text().contains("memory"), "{killed}");
    }

    #[test]
    fn what_is_no_kernel_for_the_architecture_is_refused() {
        for script in ["true > \"$out\"", "head -c 5000 /dev/zero > \"$out\"", "cp /bin/sh \"$out\""] {
            let error = outcome(script, &Cancel::default()).unwrap_err();
            assert!(error.message().contains("no kernel for it"), "{script}: {error}");
        }
        assert_eq!(outcome("exit 0", &Cancel::default()).unwrap_err().code(), "ptxas_failed");
    }

    #[test]
    fn an_interruption_ends_the_compiler() {
        let cancel = Cancel::default();
        cancel.cancel();
        let error = outcome("sleep 600", &cancel).unwrap_err();
        assert_eq!(error.kind().exit_code(), 130);
        assert!(compress(&[0; 10], &cancel).is_err());
    }
}
