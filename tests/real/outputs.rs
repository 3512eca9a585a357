//! What a file says about its output stays without effect.

use crate::common::{Picture, Stage, clip, reference, stored};

const SIZE: [usize; 2] = [64, 36];

/// Renders frames 1 to 3 and compares them with those of the plain scene, pixel by pixel.
#[track_caller]
fn looks_plain(scene: &str) {
    looks_plain_though(scene, &[]);
}

/// The same, with these warnings.
#[track_caller]
fn looks_plain_though(scene: &str, warnings: &[&str]) {
    let stage = Stage::new(scene);
    let before = stage.listing();
    let answer = stage.render::<&str>(&[]).succeeds().warns(warnings);
    assert_eq!(answer.json["frames"], 3);
    let frames = stored(&stage, SIZE);
    assert_eq!(frames.len(), 3);
    for (index, (frame, plain)) in frames.iter().zip(reference()).enumerate() {
        assert_eq!(frame.distance(plain), 0, "frame {index}");
    }
    assert_eq!(clip(&stage.work("out.mp4"), SIZE).len(), 3);
    let new: Vec<_> = stage.listing().difference(&before).cloned().collect();
    assert_eq!(new, ["out.mp4"], "something else was written");
}

#[test]
fn the_plain_scene_shows_what_could_go_wrong() {
    let frames: &[Picture] = reference();
    assert_eq!(frames.len(), 3);
    // It moves, it has a background up to the corners, and its edges tell one sample from many.
    assert!(frames[0].distance(&frames[1]) > 50 && frames[1].distance(&frames[2]) > 50);
    assert_eq!(frames[0].at(0, 0), [20, 40, 90, 255]);
    assert_eq!(frames[0].at(63, 0), [20, 40, 90, 255]);
    let (card, corner) = (frames[0].at(16, 14), frames[0].at(57, 31));
    assert_eq!((card, corner), ([220, 60, 30, 255], [60, 200, 90, 255]));
}

#[test]
fn more_samples_would_look_different() {
    let stage = Stage::new("plain");
    stage.render(&["--samples", "64"]).succeeds();
    assert!(stored(&stage, SIZE)[0].distance(&reference()[0]) > 20);
}

#[test]
fn video_output() {
    looks_plain("output_video");
}

#[test]
fn multilayer_exr_output() {
    looks_plain("output_exr");
}

#[test]
fn border() {
    looks_plain("output_border");
}

#[test]
fn border_and_crop() {
    looks_plain("output_crop");
}

#[test]
fn percentage() {
    looks_plain("output_percentage");
}

#[test]
fn frame_step() {
    looks_plain("output_step");
}

#[test]
fn pixel_aspect() {
    looks_plain("output_aspect");
}

#[test]
fn stamps() {
    looks_plain("output_stamp");
}

#[test]
fn placeholders() {
    looks_plain("output_placeholder");
}

#[test]
fn multiview() {
    looks_plain("output_multiview");
}

#[test]
fn colour_management_of_the_output_alone() {
    looks_plain("output_colour");
}

#[test]
fn colours_for_a_wider_screen() {
    looks_plain_though("output_wide", &["display"]);
}

#[test]
fn black_and_white_in_large_files() {
    looks_plain("output_grey");
}

#[test]
fn transparent_film_in_an_mp4() {
    looks_plain("output_film");
}

#[test]
fn time_limit_and_sample_offset() {
    looks_plain("output_time_limit");
}

#[test]
fn a_view_layer_with_its_own_samples() {
    looks_plain("output_layer_samples");
}

#[test]
fn curves_over_settings() {
    looks_plain("output_animated");
}

#[test]
fn drivers_over_settings() {
    looks_plain("output_driven");
}

#[test]
fn nla_strips_over_settings() {
    looks_plain("output_strips");
}

#[test]
fn a_sequencer_strip() {
    looks_plain("output_strip");
}

#[test]
fn a_sequencer_strip_when_the_manifest_asks_for_it() {
    let stage = Stage::new("output_strip");
    fs_err::create_dir(stage.work("library")).unwrap();
    fs_err::rename(stage.blend(), stage.work("library/strip.blend")).unwrap();
    fs_err::write(stage.work("library/strip.toml"), "sequencer = true\n").unwrap();
    stage.render_file("strip".as_ref(), &["--library", "library"]).succeeds();
    for frame in stored(&stage, SIZE) {
        let [red, green, blue, _] = frame.overall();
        assert_eq!([red, green, blue], [255.0, 255.0, 0.0]);
    }
}
