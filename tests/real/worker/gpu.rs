//! A GPU that fails: when is it the job, and when is this worker of no more use? The GPU is claimed, the rest is real.

use serde_json::{Value, json};

use crate::common::{Premises, fixture, request};

fn job(seed: u32) -> Value {
    request(&json!({"device": "auto", "seed": seed}))
}

/// A worker that has rendered a clip on its GPU, and then meets this fault.
fn after(fault: &str) -> Premises {
    let premises = Premises::with_gpu();
    let answer = premises.makes(job(0));
    assert_eq!((&answer["gpu_used"], &answer["device"]["backend"]), (&json!(true), &json!("optix")));
    premises.fault(fault);
    premises
}

#[track_caller]
fn fails(premises: &Premises, words: &[&str]) -> bool {
    let outcome = premises.outcome(job(1));
    let error = outcome.result.unwrap_err();
    assert!(words.iter().all(|word| error.contains(word)) && error.contains("Hint: "), "{error}");
    outcome.unfit
}

#[test]
fn a_blender_that_was_replaced_takes_the_next_job() {
    let premises = Premises::with_gpu();
    premises.makes(job(0));
    fs_err::copy(fixture("v5_0_ntsc_zstd.blend"), premises.path("library/newer.blend")).unwrap();
    let newer = || request(&json!({"device": "auto", "template": "newer"}));
    premises.refuses(newer(), &["5.0"]);
    fs_err::write(premises.path("version"), "5.0.1").unwrap();
    assert_eq!(premises.makes(newer())["blender_version"], "5.0.1 LTS");
}

#[test]
fn a_gpu_that_crashes_twice_over_a_frame_is_not_trusted_again() {
    assert!(fails(&after("crash"), &["frame 1 of the clip", "Illegal address in CUDA queue"]));
}

#[test]
fn a_gpu_that_hangs_twice_over_a_frame_is_not_trusted_again() {
    assert!(fails(&after("hang"), &["neither processor nor GPU"]));
}

#[test]
fn a_gpu_that_is_gone_makes_the_worker_unfit() {
    assert!(fails(&after("gone"), &["finds no GPU"]));
}

#[test]
fn a_blender_that_dies_by_itself_while_the_gpu_is_there_is_the_jobs_own_failure() {
    let premises = after("die");
    assert!(!fails(&premises, &["SIGSEGV"]));
    premises.fault("");
    premises.makes(job(2));
}

#[test]
fn a_gpu_out_of_memory_is_the_jobs_own_failure() {
    assert!(!fails(&after("memory-always"), &["out of GPU memory", "lower \"resolution\""]));
}

#[test]
fn asking_for_a_backend_that_was_never_there_is_the_requests_mistake() {
    let premises = after("");
    premises.refuses(request(&json!({"device": "hip"})), &["no HIP device", "BROLL_ALLOW_CPU=1"]);
    assert!(!premises.outcome(request(&json!({"device": "hip"}))).unfit);
    premises.refuses(request(&json!({})), &["does not render on the processor", "BROLL_ALLOW_CPU=1"]);
}

#[test]
fn without_a_gpu_from_the_start_there_is_none_to_lose() {
    let premises = Premises::with_gpu();
    premises.fault("gone");
    assert!(!fails(&premises, &["finds no GPU"]));
}
