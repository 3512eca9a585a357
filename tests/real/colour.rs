//! Colours come back from the clip as the scene has them.

use crate::common::{Stage, clip, debian_ffmpeg, probe, stored};

const SIZE: [usize; 2] = [192, 108];

/// As in `scenes/structure.py`: four columns, three rows.
const PATCHES: [[u8; 3]; 12] = [
    [192, 32, 64],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [4, 4, 4],
    [64, 64, 64],
    [128, 128, 128],
    [250, 250, 250],
    [0, 255, 255],
    [255, 0, 255],
    [255, 255, 0],
    [16, 120, 200],
];

/// Colours of the patches' inner areas, against what they should be.
#[track_caller]
fn compare(frame: &crate::common::Picture, most: f64, what: &str) {
    let wrong: Vec<String> = PATCHES
        .iter()
        .enumerate()
        .filter_map(|(number, patch)| {
            let found = frame.mean([48 * (number % 4) + 10, 36 * (number / 4) + 10, 28, 16]);
            let off =
                patch.iter().zip(found).map(|(want, got)| (f64::from(*want) - got).abs()).fold(0.0, f64::max);
            (off > most).then(|| format!("{patch:?} came back as {found:.1?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{what}: {}", wrong.join("; "));
}

#[track_caller]
fn comes_back(mut stage: Stage, old_ffmpeg: bool, encoder: &str, codec: &str) {
    if old_ffmpeg {
        stage.variable("BROLL_FFMPEG", debian_ffmpeg());
    }
    let args = ["--encoder", encoder, "--quality", "good", "--resolution", "192x108", "--samples", "4"];
    stage.render(&args).succeeds().warns(&[]);
    compare(&stored(&stage, SIZE)[0], 0.0, "Blender's frame");
    let out = stage.work("out.mp4");
    let frames = clip(&out, SIZE);
    assert_eq!(frames.len(), 3);
    for (index, frame) in frames.iter().enumerate() {
        compare(frame, 2.0, &format!("frame {index} of the clip"));
    }
    let (stream, _) = probe(&out);
    let tags = ["codec_name", "pix_fmt", "color_primaries", "color_transfer", "color_space", "color_range"];
    assert_eq!(
        tags.map(|tag| stream[tag].as_str().unwrap_or("none")),
        [codec, "yuv420p", "bt709", "bt709", "bt709", "tv"]
    );
}

#[test]
fn h264() {
    comes_back(Stage::new("patches"), false, "libx264", "h264");
}

#[test]
fn h264_by_an_older_ffmpeg() {
    comes_back(Stage::new("patches"), true, "libx264", "h264");
}

#[test]
fn hevc() {
    comes_back(Stage::new("patches"), false, "libx265", "hevc");
}

#[test]
fn hevc_by_an_older_ffmpeg() {
    comes_back(Stage::new("patches"), true, "libx265", "hevc");
}
