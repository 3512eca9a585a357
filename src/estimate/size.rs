//! How large the clip becomes: some of its frames are encoded.

use std::path::{Path, PathBuf};

use crate::deliver::least_bytes;
use crate::encode::{ClipFormat, Encoder, Feeder};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::process::STALL;

/// Least and most bytes of a clip of so many frames, going by these, which lie far apart: each costs as much as a frame can
/// that has nothing in common with the one before. A clip in which nothing moves has one such frame in each group of two
/// seconds; in one where everything does they all are.
///
/// # Errors
/// Those of ffmpeg and the file system.
pub fn clip_bytes(
    ffmpeg: &Path,
    format: &ClipFormat,
    pictures: &[PathBuf],
    frames: u32,
    cancel: &Cancel,
) -> Result<(u64, u64)> {
    let folder = tempfile::tempdir()?;
    let container = format.encoder.extensions()[0];
    let target = folder.path().join("scouts").with_extension(container);
    let feeder = Feeder::start(ffmpeg, &format.encode_args(container), &target, STALL)?;
    pictures.iter().for_each(|picture| feeder.push(picture.clone()));
    feeder.finish(|_| cancel.check())?;
    let bytes = fs_err::metadata(&target)?.len();
    Ok(range(format, bytes / pictures.len().max(1) as u64, frames))
}

fn range(format: &ClipFormat, each: u64, frames: u32) -> (u64, u64) {
    let all = each * u64::from(frames);
    let low = match format.encoder {
        // Every frame stands for itself.
        Encoder::ProresKs => all / 10 * 9,
        _ => {
            let groups = (f64::from(frames) / (2.0 * format.fps.as_f64())).ceil().max(1.0);
            each.saturating_mul(groups as u64) + least_bytes(format, frames)
        }
    };
    let high = if format.encoder == Encoder::ProresKs { all / 10 * 11 } else { all };
    (low.min(high), high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prores_is_foreseeable_and_the_others_are_a_range() {
        let format = |encoder| ClipFormat {
            encoder,
            quality: crate::request::Quality::Good,
            fps: "30".parse().unwrap(),
            resolution: [1920, 1080],
            transparent: false,
        };
        assert_eq!(range(&format(Encoder::ProresKs), 1_000_000, 240), (216_000_000, 264_000_000));
        let (low, high) = range(&format(Encoder::Libx264), 100_000, 240);
        assert_eq!((low, high), (4 * 100_000 + least_bytes(&format(Encoder::Libx264), 240), 24_000_000));
        let (low, high) = range(&format(Encoder::Libx264), 100, 1);
        assert!(low <= high);
    }
}
