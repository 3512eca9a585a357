//! What broll does when a GPU fails. No machine of the suite has one, so the Blender here only claims one; the rest is
//! real.

use std::path::Path;

use crate::common::Stage;

fn stage(faults: &str) -> Stage {
    let mut stage = Stage::new("plain");
    let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/scenes/fake_gpu_blender.py");
    stage.variable("BROLL_BLENDER", fake);
    stage.variable("FAKE_FAULTS", faults);
    stage
}

const GPU: [&str; 4] = ["--device", "auto", "--encoder", "libx264"];

#[test]
fn auto_takes_optix_and_says_so() {
    let answer = stage("").render(&GPU).succeeds().warns(&[]);
    assert_eq!(
        (answer.json["gpu_used"].as_bool(), answer.json["device"]["backend"].as_str()),
        (Some(true), Some("optix"))
    );
    assert_eq!(answer.json["device"]["names"][0], "Fake GPU");
}

#[test]
fn an_optix_that_does_not_start_gives_way_to_cuda_with_a_warning() {
    let stage = stage("optix");
    let answer = stage.render(&GPU).succeeds().warns(&["optix_start"]);
    assert_eq!(answer.json["device"]["backend"], "cuda");
    assert!(!stage.logs().contains("opened on CPU"));
}

#[test]
fn an_optix_that_was_asked_for_by_name_does_not() {
    let stage = stage("optix");
    stage
        .render(&["--device", "optix", "--encoder", "libx264"])
        .fails(4, "optix_start")
        .says(&["OptiX", "--device cuda"]);
    assert!(!stage.work("out.mp4").exists());
}

#[test]
fn a_gpu_out_of_memory_renders_the_frame_again_without_kept_scene_data() {
    let stage = stage("memory");
    let answer = stage.render(&GPU).succeeds().warns(&["out_of_memory"]);
    assert!(answer.warnings("out_of_memory")[0].contains("without keeping scene data"));
    assert!(stage.logs().contains("opened on OPTIX persistent False"), "{}", stage.logs());
}

#[test]
fn a_gpu_that_stays_out_of_memory_ends_the_render_with_what_to_do() {
    let stage = stage("memory-always");
    stage.render(&GPU).fails(4, "out_of_memory").says(&["out of GPU memory", "lower --resolution"]);
    assert!(!stage.logs().contains("opened on CPU"), "the CPU was taken");
}

#[test]
fn a_backend_without_a_device_is_an_error_not_another_backend() {
    stage("").render(&["--device", "hip", "--encoder", "libx264"]).fails(3, "no_gpu").says(&["HIP", "--cpu"]);
}
