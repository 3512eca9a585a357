//! How a Blender is started, until its first answer.

use crate::blender::{Fault, Hello, Session, SessionOptions};
use crate::error::{Error, Result};
use crate::paths::display;
use crate::request::Backend;

/// How session `number` is started, beside the first one.
pub(super) fn sibling_options(
    options: &SessionOptions,
    number: usize,
    visible: Option<String>,
) -> SessionOptions {
    let log = options.log.with_extension(format!("{number}.log"));
    SessionOptions { visible, log, ..options.clone() }
}

/// Starts Blender and asks it who it is; once more if it dies on the way.
pub(super) fn first_answer(options: &SessionOptions, backends: &[Backend]) -> Result<(Session, Hello)> {
    let mut tried = false;
    loop {
        let mut session = Session::start(options)?;
        match session.hello(backends, false) {
            Ok(hello) => return Ok((session, hello)),
            Err(Fault::Interrupted) => return Err(Error::interrupted("interrupted")),
            Err(_) if !tried => tried = true,
            Err(fault) => {
                let error = Error::environment("blender_unrunnable", format!("Blender does not come up: {}", display(options.program.path())))
                    .because(fault.describe())
                    .hint("run `broll doctor`; missing system libraries are installed by `broll setup --system-packages`");
                return Err(session.last_lines().lines().fold(error, Error::because));
            }
        }
    }
}
