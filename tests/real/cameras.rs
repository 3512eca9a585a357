//! Which camera is looked through.

use crate::common::{Stage, stored};

const SIZE: [usize; 2] = [64, 36];

/// The colour that each frame is filled with.
fn colours(stage: &Stage) -> String {
    let name = |[red, green, blue, _]: [f64; 4]| match [red, green, blue] {
        [255.0, 0.0, 0.0] => 'r',
        [0.0, 255.0, 0.0] => 'g',
        [0.0, 0.0, 255.0] => 'b',
        other => panic!("a mixed frame: {other:?}"),
    };
    stored(stage, SIZE).iter().map(|frame| name(frame.overall())).collect()
}

#[test]
fn markers_cut_between_cameras() {
    let stage = Stage::new("cuts");
    stage.render(&["--frames", "0..9"]).succeeds().warns(&[]);
    // The cuts are at frames 1, 3 and 8; before the first one its camera is used.
    assert_eq!(colours(&stage), "rrrgggggbb");
}

#[test]
fn cuts_fall_between_frames_at_another_rate() {
    let stage = Stage::new("cuts");
    stage.render(&["--fps", "30", "--duration", "0.4"]).succeeds();
    // Frames 1, 1.8, 2.6, then 3.4 to 7.4, then 8.2 on.
    assert_eq!(colours(&stage), "rrrggggggbbb");
}

#[test]
fn a_camera_that_is_asked_for_stays() {
    let stage = Stage::new("cuts");
    for (camera, expected) in [("Blue camera", "bbbbbbbbb"), ("Red camera", "rrrrrrrrr")] {
        let _ = fs_err::remove_dir_all(stage.store());
        stage.render(&["--frames", "1..9", "--camera", camera, "--force"]).succeeds().warns(&[]);
        assert_eq!(colours(&stage), expected);
    }
}

#[test]
fn an_unknown_camera_is_refused_with_those_there_are() {
    let stage = Stage::new("cuts");
    let refused = stage.render(&["--camera", "Nope"]).fails(1, "no_such_camera");
    refused.says(&["Nope", "Red camera", "Green camera", "Blue camera"]);
    nothing_was_made(&stage);
}

#[test]
fn an_object_that_is_no_camera_is_refused() {
    Stage::new("cuts").render(&["--camera", "Red"]).fails(1, "no_such_camera").says(&["Red camera"]);
}

#[test]
fn no_camera_at_all_is_said_before_rendering() {
    let stage = Stage::new("camera_none");
    stage.render::<&str>(&[]).fails(1, "no_camera").says(&["no active camera", "add a camera"]);
    nothing_was_made(&stage);
}

#[test]
fn a_camera_that_is_not_the_active_one_is_proposed_and_can_be_asked_for() {
    let stage = Stage::new("camera_unset");
    stage.render::<&str>(&[]).fails(1, "no_camera").says(&["--camera", "Camera"]);
    nothing_was_made(&stage);
    stage.render(&["--camera", "Camera"]).succeeds();
}

#[track_caller]
fn nothing_was_made(stage: &Stage) {
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists(), "a frame store was opened");
}
