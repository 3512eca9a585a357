//! The plain scene, rendered once: what every file must look like whose output settings broll sets aside.

use std::sync::OnceLock;

use super::{Picture, Stage, stored};

/// Frames 1 to 3 of the scene `plain`.
pub(crate) fn reference() -> &'static [Picture] {
    static FRAMES: OnceLock<Vec<Picture>> = OnceLock::new();
    FRAMES.get_or_init(|| {
        let stage = Stage::new("plain");
        stage.render::<&str>(&[]).succeeds().warns(&[]);
        stored(&stage, [64, 36])
    })
}
