//! A Blender for looking at one file, beside those that render.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::Context;
use crate::blender::{SessionOptions, install_driver};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::toolchain::blender::FoundBlender;

/// Silence after which Blender is given up, as in a render.
const STALL: Duration = Duration::from_secs(120);

/// How this Blender is started. Its log lies beside those of renders, which sweep the folder; `what` is in its name.
pub(super) fn options(context: &Context, found: FoundBlender, what: &str) -> Result<SessionOptions> {
    let (driver, home) = install_driver(&context.paths)?;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let log = format!("blender-{what}-{seconds}-{}.log", std::process::id());
    Ok(SessionOptions {
        program: found.program,
        version: Some(found.version),
        driver,
        home,
        log: context.paths.logs().join(log),
        stall_timeout: STALL,
        cancel: Cancel::default(),
        visible: None,
    })
}
