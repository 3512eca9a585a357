//! The compositor works, and writes nothing of its own.

use crate::common::{Stage, linear, reference, stored};

const SIZE: [usize; 2] = [64, 36];

fn encoded(value: f64) -> f64 {
    255.0 * if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 }
}

#[test]
fn an_invert_node_is_applied() {
    let stage = Stage::new("inverted");
    stage.render::<&str>(&[]).succeeds().warns(&[]);
    is_inverted(&stage);
}

#[track_caller]
fn is_inverted(stage: &Stage) {
    let corner = stored(stage, SIZE)[0].at(0, 0);
    for (channel, plain) in [20, 40, 90].into_iter().enumerate() {
        let expected = encoded(1.0 - linear(plain));
        assert!((f64::from(corner[channel]) - expected).abs() <= 1.0, "{corner:?}: {expected}");
    }
}

/// A world where no driver of EGL is found.
fn without_opengl(scene: &str) -> Stage {
    let mut stage = Stage::new(scene);
    stage.variable("__EGL_VENDOR_LIBRARY_DIRS", "/nowhere");
    stage.variable("DISPLAY", "");
    stage
}

#[test]
fn a_compositor_on_the_gpu_does_without_opengl_where_there_is_none() {
    let stage = without_opengl("inverted_on_gpu");
    stage.render::<&str>(&[]).succeeds().warns(&["compositor"]);
    is_inverted(&stage);
}

#[test]
fn grease_pencil_without_opengl_is_refused_before_a_frame() {
    let stage = without_opengl("pencil");
    stage.render::<&str>(&[]).fails(3, "no_opengl").says(&["'Pencil'", "libegl1"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
}

#[test]
fn grease_pencil_that_is_not_rendered_needs_no_opengl() {
    for scene in ["pencil_in_notes", "pencil_left_out"] {
        without_opengl(scene).render(&["--frames", "1..1"]).succeeds().warns(&[]);
    }
}

#[track_caller]
fn writes_nothing(scene: &str) {
    let stage = Stage::new(scene);
    stage.render::<&str>(&[]).succeeds().warns(&[]);
    assert_eq!(stage.listing(), ["clip.blend".into(), "out.mp4".into()].into());
    for (frame, plain) in stored(&stage, SIZE).iter().zip(reference()) {
        assert_eq!(frame.distance(plain), 0);
    }
}

#[test]
fn a_file_output_node_writes_nothing() {
    writes_nothing("file_output");
}

#[test]
fn a_file_output_node_in_nested_groups_writes_nothing() {
    writes_nothing("file_output_in_group");
}

/// Red stands still in the scene itself; green crosses, six units a second, in the one that its compositor adds.
#[track_caller]
fn shows_both(scene: &str, warnings: &[&str]) -> Vec<String> {
    let stage = Stage::new(scene);
    let args = ["--fps", "30", "--duration", "0.2", "--samples", "16"];
    let answer = stage.render(&args).succeeds().warns(warnings);
    let frames = stored(&stage, SIZE);
    assert_eq!(frames.len(), 6);
    for (index, frame) in frames.iter().enumerate() {
        let (red, green) = (frame.centre(0), frame.centre(1));
        let crossed = 8.0 + 48.0 * index as f64 / 30.0;
        assert!((red[0] - 8.0).abs() < 0.25 && (red[1] - 10.0).abs() < 0.25, "red at {red:?}");
        assert!(
            (green[0] - crossed).abs() < 0.25 && (green[1] - 26.0).abs() < 0.25,
            "frame {index}: {green:?}, not {crossed}"
        );
    }
    answer.warnings("engine")
}

#[test]
fn a_second_scene_is_rendered_at_the_same_moment() {
    shows_both("second_scene", &[]);
}

#[test]
fn a_second_scene_for_eevee_is_rendered_with_cycles() {
    let warnings = shows_both("second_scene_eevee", &["engine"]);
    assert!(warnings[0].contains("'Other'") && warnings[0].contains("EEVEE"), "{warnings:?}");
}

#[test]
fn a_second_scene_without_a_camera_is_named_before_rendering() {
    let stage = Stage::new("second_scene_without_camera");
    stage.render::<&str>(&[]).fails(1, "no_camera").says(&["'Other'"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists());
}
