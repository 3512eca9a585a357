//! The first frame on a GPU that Blender has no kernel for: told before, waited for, and cached where it lasts.

use crate::common::{Answer, GpuMachine};

const GPU: [&str; 6] = ["--device", "auto", "--encoder", "libx264", "--frames", "1..2"];

/// A GPU under the name that the Blender here gives its device.
fn machine(capability: &str) -> GpuMachine {
    let machine = GpuMachine::new();
    machine.gpus(&[&format!("0, Fake GPU, 580.95.05, {capability}, 23034")]);
    machine
}

fn render(machine: &GpuMachine, args: &[&str]) -> Answer {
    machine.stage.render(&[&GPU[..], args].concat())
}

#[test]
fn a_missing_kernel_is_told_until_it_is_built() {
    let machine = machine("9.0");
    let answer = render(&machine, &[]).succeeds().warns(&["no_kernel"]);
    let told = &answer.warnings("no_kernel")[0];
    assert!(told.contains("Fake GPU (sm_90)") && told.contains("`broll kernels build` once"), "{told}");
    // The template is not to blame.
    render(&machine, &["--strict", "--force"]).succeeds().warns(&["no_kernel"]);
    machine.kernels(&["build"]).succeeds();
    render(&machine, &["--force"]).succeeds().warns(&[]);
    machine.ships(&crate::common::TINY.replace("_test", "_next"));
    render(&machine, &["--force"]).succeeds().warns(&["stale_kernel"]);
}

#[test]
fn a_gpu_with_a_kernel_is_not_talked_about() {
    render(&machine("8.9"), &[]).succeeds().warns(&[]);
    render(&machine("[N/A]"), &[]).succeeds().warns(&[]);
}

#[test]
fn a_silent_compile_is_no_stall_in_any_form_of_the_log() {
    let compile = |form: &str| {
        let mut machine = machine("8.9");
        machine.stage.variable("FAKE_FORM", form);
        machine.stage.variable("FAKE_COMPILE", "4");
        let answer = render(&machine, &["--stall-timeout", "1"]).succeeds();
        assert!(!answer.stderr.contains("rendered again"), "{form}: {}", answer.stderr);
    };
    std::thread::scope(|scope| {
        for form in ["busy silently", "busy module", "still module", "still executable", "still status"] {
            scope.spawn(move || compile(form));
        }
    });
}

#[test]
fn one_that_is_still_without_a_word_of_kernels_is_a_stall() {
    let mut machine = machine("8.9");
    machine.stage.variable("FAKE_FORM", "still silently");
    machine.stage.variable("FAKE_COMPILE", "30");
    render(&machine, &["--stall-timeout", "1"]).fails(4, "stalled").says(&["printed nothing"]);
}

#[test]
fn the_drivers_caches_lie_in_a_folder_that_lasts_unless_the_user_has_their_own() {
    let mut machine = machine("8.9");
    machine.stage.variable("OPTIX_CACHE_PATH", "/mine");
    render(&machine, &[]).succeeds();
    let logs = machine.stage.logs();
    let told = logs.lines().find_map(|line| line.strip_prefix("environment ")).expect("the environment");
    let told: serde_json::Value = serde_json::from_str(told).unwrap();
    let cuda = machine.stage.store().with_file_name("gpu").join("cuda");
    if !std::path::Path::new("/runpod-volume").exists() {
        assert_eq!(told["CUDA_CACHE_PATH"], cuda.to_str().unwrap());
        assert!(cuda.is_dir());
    }
    assert_eq!(
        (&told["OPTIX_CACHE_PATH"], &told["CUDA_CACHE_MAXSIZE"]),
        (&"/mine".into(), &"1073741824".into())
    );
}
