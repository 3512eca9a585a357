//! Asks a Blender who it is and what it sees, with the very driver that renders.

use std::time::Duration;

use super::libraries;
use crate::blender::{Fault, Hello, Program, Session, SessionOptions, Version, install_driver};
use crate::error::{Error, Result};
use crate::interrupt::{self, Cancel};
use crate::paths::{Paths, display};
use crate::request::Backend;

/// A driver that hangs must not hang broll; loading all backends from a cold disk takes a while.
const STALL: Duration = Duration::from_secs(120);

/// Starts it, says hello, ends it.
///
/// # Errors
/// `missing_libraries`, `blender_failed` (exit 3), `interrupted`.
pub(super) fn hello(
    paths: &Paths,
    program: &Program,
    version: Version,
    backends: &[Backend],
) -> Result<Hello> {
    let (driver, home) = install_driver(paths)?;
    let mut session = Session::start(&SessionOptions {
        program: program.clone(),
        version: Some(version),
        driver,
        home,
        log: paths.logs().join("hello.log"),
        stall_timeout: STALL,
        cancel: Cancel::default(),
        visible: None,
    })?;
    let answer = session.hello(backends, true);
    interrupt::check()?;
    match answer {
        Ok(hello) => {
            session.quit();
            Ok(hello)
        }
        Err(fault) => Err(explain(program, &fault, &session.last_lines())),
    }
}

fn explain(program: &Program, fault: &Fault, printed: &str) -> Error {
    if let Err(missing) = libraries::require(&libraries::from_loader(printed)) {
        return missing;
    }
    let last = printed.lines().map(str::trim).rfind(|line| !line.is_empty());
    let error = Error::environment(
        "blender_failed",
        format!("the Blender at {} does not work here", display(program.path())),
    )
    .because(fault.describe());
    let error = last.map(|line| format!("its last line: {line}")).into_iter().fold(error, Error::because);
    error.hint("run `broll setup` for the managed Blender, or name another in BROLL_BLENDER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_told_from_a_crash() {
        let program = Program::Module("/v/bin/python".into());
        let died = Fault::Died { how: "exit code 1".to_owned(), killed: false };
        let printed = "Traceback (most recent call last):\nImportError: libXi.so.6: cannot open shared object file: No such file or directory\n";
        assert_eq!(explain(&program, &died, printed).code(), "missing_libraries");
        let other = explain(&program, &died, "Traceback\nImportError: numpy\n\n");
        assert_eq!((other.code(), other.kind().exit_code()), ("blender_failed", 3));
        assert!(
            other.to_string().contains("exit code 1") && other.to_string().contains("ImportError: numpy")
        );
    }
}
