//! Tools that will not do.

use crate::common::{Stage, old_blender};

#[test]
fn a_blender_that_is_too_old_is_refused_with_both_versions() {
    let mut stage = Stage::new("plain");
    stage.variable("BROLL_BLENDER", old_blender());
    stage.render::<&str>(&[]).fails(3, "blender_too_old").says(&["3.4.1", "4.2", "broll setup"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists());
}

#[test]
fn an_ffmpeg_without_nvenc_says_why_before_rendering() {
    let stage = Stage::new("plain");
    let answer = stage.render(&["--encoder", "h264_nvenc"]);
    assert_eq!(answer.code, 3, "{}", answer.json);
    let answer = answer.says(&["h264_nvenc", "libx264"]);
    assert!(answer.error().contains("driver") || answer.error().contains("NVENC"), "{}", answer.error());
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists());
}

#[test]
fn a_machine_without_a_gpu_says_so_and_never_takes_the_processor() {
    let stage = Stage::new("plain");
    stage.render(&["--device", "auto", "--encoder", "libx264"]).fails(3, "no_gpu").says(&["--cpu"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
}
