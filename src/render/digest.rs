//! The name of a frame store: a digest of everything that decides a pixel.

use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{RenderJob, Timeline};
use crate::blender::SceneFacts;
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::paths::hex;

/// SHA-256 of a file in hexadecimal.
///
/// # Errors
/// Those of the file system; `interrupted` as soon as `cancel` asks to end.
pub fn of_file(path: &Path, cancel: &Cancel) -> Result<String> {
    let mut hash = Hashing(Sha256::new(), cancel);
    let copied = io::copy(&mut fs_err::File::open(path)?, &mut hash);
    cancel.check()?;
    copied?;
    Ok(hex(&hash.0.finalize()))
}

/// What tells whether a file is still the one it was: device, inode, size, and times of change in nanoseconds.
pub(super) type Stamp = (u64, u64, u64, i128, i128);

/// The stamp of a file.
///
/// # Errors
/// Those of the file system.
pub(super) fn stamp(path: &Path) -> Result<Stamp> {
    let data = fs_err::metadata(path)?;
    let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    let (modified, changed) =
        (nanos(data.mtime(), data.mtime_nsec()), nanos(data.ctime(), data.ctime_nsec()));
    Ok((data.dev(), data.ino(), data.size(), modified, changed))
}

struct Hashing<'a>(Sha256, &'a Cancel);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.1.requested() {
            return Err(io::Error::other("cancelled"));
        }
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
