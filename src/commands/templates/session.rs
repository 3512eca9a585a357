//! A Blender for looking at one file, beside those that render.

use std::time::Duration;

use super::super::Context;
use crate::blender::SessionOptions;
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::render;
use crate::toolchain::blender::FoundBlender;

/// Silence after which Blender is given up, as in a render.
const STALL: Duration = Duration::from_secs(120);

/// How this Blender is started: as for a render, on whatever the environment shows.
pub(super) fn options(context: &Context, found: FoundBlender) -> Result<SessionOptions> {
    render::session_options(found, &context.paths, STALL, Cancel::default(), None)
}
