//! Files with several scenes and view layers.

use crate::common::{Stage, stored};

const SIZE: [usize; 2] = [64, 36];

#[test]
fn the_active_scene_is_rendered_unless_another_is_asked_for() {
    let stage = Stage::new("scenes");
    stage.render::<&str>(&[]).succeeds().warns(&[]);
    assert_eq!(stored(&stage, SIZE)[0].overall(), [255.0, 0.0, 0.0, 255.0]);
    fs_err::remove_dir_all(stage.store()).unwrap();
    let answer = stage.render(&["--scene", "Green", "--force", "--frames", "5..7"]).succeeds().warns(&[]);
    let frames = stored(&stage, SIZE);
    assert!(frames.iter().all(|frame| frame.overall() == [0.0, 255.0, 0.0, 255.0]));
    // Three frames at that scene's own 10 a second.
    assert_eq!((answer.json["frames"].as_u64(), frames.len()), (Some(7), 7));
}

#[test]
fn an_unknown_scene_is_refused_with_those_there_are() {
    let stage = Stage::new("scenes");
    stage.render(&["--scene", "Blue"]).fails(1, "no_scene").says(&["Blue", "Red", "Green"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
}

#[test]
fn both_view_layers_are_in_the_picture() {
    let stage = Stage::new("layers");
    stage.render::<&str>(&[]).succeeds().warns(&[]);
    for frame in stored(&stage, SIZE) {
        assert_eq!((frame.at(16, 18), frame.at(48, 18)), ([255, 0, 0, 255], [0, 255, 0, 255]));
        assert_eq!(frame.at(32, 2), [0, 0, 0, 255]);
    }
}
