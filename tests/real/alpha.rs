//! Transparency.

use crate::common::{Stage, clip, debian_ffmpeg, probe, stored};

const SIZE: [usize; 2] = [64, 36];

#[track_caller]
fn carries_alpha(stage: &Stage) {
    let args = ["--transparent", "--encoder", "prores_ks", "--output=out.mov", "--samples", "16"];
    let answer = stage.render(&args).succeeds().warns(&[]);
    assert_eq!(answer.json["encoder"], "prores_ks");
    for frame in clip(&stage.work("out.mov"), SIZE) {
        assert_eq!((frame.at(0, 0)[3], frame.at(63, 35)[3]), (0, 0));
        let centre = frame.mean([24, 14, 16, 8]);
        assert_eq!(centre[3], 255.0);
        for (found, expected) in centre.iter().zip([255.0, 128.0, 0.0]) {
            assert!((found - expected).abs() <= 3.0, "{centre:?}");
        }
    }
    let (stream, format) = probe(&stage.work("out.mov"));
    assert_eq!((stream["codec_name"].as_str(), stream["profile"].as_str()), (Some("prores"), Some("4444")));
    assert!(stream["pix_fmt"].as_str().is_some_and(|name| name.starts_with("yuva444p")), "{stream}");
    assert_eq!(
        (stream["color_space"].as_str(), stream["color_primaries"].as_str()),
        (Some("bt709"), Some("bt709"))
    );
    assert!(format["format_name"].as_str().is_some_and(|name| name.contains("mov")));
}

#[test]
fn prores_carries_alpha() {
    carries_alpha(&Stage::new("alpha"));
}

#[test]
fn prores_carries_alpha_with_an_older_ffmpeg() {
    let mut stage = Stage::new("alpha");
    stage.variable("BROLL_FFMPEG", debian_ffmpeg());
    carries_alpha(&stage);
}

#[test]
fn a_clip_is_opaque_unless_it_is_asked_for() {
    let stage = Stage::new("alpha");
    stage.render(&["--encoder", "prores_ks", "--output=out.mov"]).succeeds();
    assert_eq!(stored(&stage, SIZE)[0].at(0, 0), [200, 200, 200, 255]);
    for frame in clip(&stage.work("out.mov"), SIZE) {
        let corner = frame.mean([2, 2, 8, 8]);
        assert!((corner[0] - 200.0).abs() <= 2.0 && corner[3] == 255.0, "{corner:?}");
    }
}

#[test]
fn an_encoder_without_alpha_is_refused() {
    let stage = Stage::new("alpha");
    stage.render(&["--transparent"]).fails(1, "bad_value").says(&["transparent", "prores_ks"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
}
