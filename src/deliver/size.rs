//! How large a clip is at least, and what fits into an answer.

use crate::encode::{ClipFormat, Encoder};

/// Bytes of the answer around the clip: its other fields and a good number of warnings.
const REST_OF_ANSWER: u64 = 64 * 1024;

/// The most bytes a clip may have whose base64 fits into an answer of `limit` bytes.
pub(super) fn most_inline(limit: u64) -> u64 {
    limit.saturating_sub(REST_OF_ANSWER) / 4 * 3
}

/// A lower bound of a clip's size in bytes: no clip of this format and length is smaller.
///
/// ProRes spends bits on every slice of every frame, also on black ones: 18 bytes and more in measured clips of one
/// colour, of which 16 are counted. The other encoders spend next to nothing on a frame that repeats the one before.
pub fn least_bytes(format: &ClipFormat, frames: u32) -> u64 {
    let [width, height] = format.resolution.map(u64::from);
    let frame = match format.encoder {
        // Slices are 8 macroblocks of 16 by 16 pixels; narrower ones at the right edge are not counted.
        Encoder::ProresKs => 64 + width.div_ceil(16) / 8 * height.div_ceil(16) * 16,
        _ => 8,
    };
    u64::from(frames) * frame + 256
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn what_fits_is_counted_on_the_encoded_bytes() {
        let limit = 8 * 1024 * 1024;
        let most = most_inline(limit);
        let encoded = STANDARD.encode(vec![0; usize::try_from(most).unwrap()]).len() as u64;
        assert!(encoded + REST_OF_ANSWER <= limit && encoded + 4 + REST_OF_ANSWER > limit);
        assert_eq!(most_inline(10), 0);
    }

    #[test]
    fn a_long_prores_clip_is_known_to_be_large() {
        let format = |encoder| ClipFormat {
            encoder,
            quality: crate::request::Quality::Good,
            fps: "30".parse().unwrap(),
            resolution: [1920, 1080],
            transparent: false,
        };
        assert!(least_bytes(&format(Encoder::ProresKs), 900) > most_inline(8 * 1024 * 1024));
        assert!(least_bytes(&format(Encoder::Libx264), 900) < 10_000);
        assert!(least_bytes(&format(Encoder::ProresKs), u32::MAX) > 1 << 40);
    }
}
