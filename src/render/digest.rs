//! The name of a frame store: a digest of everything that decides a pixel.

use std::io::{self, Write};
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{RenderJob, Timeline};
use crate::blender::SceneFacts;
use crate::error::Result;
use crate::paths::hex;

/// SHA-256 of a file in hexadecimal.
///
/// # Errors
/// Those of the file system.
pub(super) fn of_file(path: &Path) -> Result<String> {
    let mut hash = Hashing(Sha256::new());
    io::copy(&mut fs_err::File::open(path)?, &mut hash)?;
    Ok(hex(&hash.0.finalize()))
}

struct Hashing(Sha256);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Digest of a job: the template's bytes, the external files it uses, every setting that changes a pixel, the
/// driver, Blender and the backend. The clip's length is not part of it: a longer clip reuses a shorter one.
pub(super) fn of_job(
    job: &RenderJob,
    template: &str,
    timeline: &Timeline,
    facts: &SceneFacts,
    driver: &str,
    blender: &str,
) -> String {
    let settings = &job.settings;
    let parts = json!([
        template,
        facts.files,
        [timeline.fps().to_string(), timeline.file_fps().to_string(), timeline.first().to_string()],
        settings.resolution,
        settings.samples,
        settings.seed,
        settings.denoise,
        settings.transparent,
        facts.scene,
        settings.camera,
        job.sequencer,
        job.assignments,
        driver,
        blender,
        facts.device.backend,
    ]);
    hex(&Sha256::digest(parts.to_string())[..16])
}
