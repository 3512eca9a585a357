//! A Blender for looking at one file, beside those that render.

use super::super::Context;
use crate::blender::SessionOptions;
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::process::STALL;
use crate::render;
use crate::toolchain::blender::FoundBlender;

/// How this Blender is started: as for a render, on whatever the environment shows.
pub(super) fn options(context: &Context, found: FoundBlender) -> Result<SessionOptions> {
    render::session_options(found, &context.paths, STALL, Cancel::default(), None)
}
