//! A world of its own for one test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A temporary home with nothing in it.
pub(crate) struct Env {
    root: TempDir,
}

impl Env {
    pub(crate) fn new() -> Self {
        let env = Self { root: tempfile::tempdir().expect("a temporary folder") };
        for folder in ["home", "here", "bin"] {
            fs_err::create_dir(env.path(folder)).expect("a folder");
        }
        env
    }

    /// A path inside; `here` is the current folder of every command.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// broll with these arguments and nothing of the outer environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_broll"));
        command.args(args).env_clear().current_dir(self.path("here"));
        command.env("HOME", self.path("home")).env("PATH", self.path("bin")).env("TERM", "dumb");
        for name in ["CONFIG", "DATA", "CACHE", "STATE"] {
            command.env(format!("BROLL_{name}_DIR"), self.path("home").join(name.to_lowercase()));
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("broll runs")
    }

    /// A program on the PATH that prints these lines, whatever it is asked.
    pub(crate) fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path("bin").join(name);
        fs_err::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs_err::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("its mode");
    }
}
