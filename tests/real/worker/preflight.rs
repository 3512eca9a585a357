//! What a worker finds out before it takes a job.

use std::sync::Mutex;

use broll::interrupt::Cancel;
use broll::worker::{Handler, Level};
use serde_json::json;

use crate::common::{Premises, request};

#[test]
fn a_machine_that_renders_passes_and_its_blender_waits_for_the_first_job() {
    let premises = Premises::new(&["plain"]);
    premises.shop.preflight().unwrap();
    let blender = premises.blender();
    premises.makes(request(&json!({})));
    assert_eq!(premises.blender(), blender);
}

#[test]
fn a_worker_renders_a_frame_before_its_first_job_in_the_same_blender() {
    let premises = Premises::new(&["plain"]);
    premises.shop.preflight().unwrap();
    let blender = premises.blender();
    let told = Mutex::new(Vec::new());
    premises
        .shop
        .warm_up(&Cancel::default(), &|level, text| told.lock().unwrap().push((level, text.to_owned())))
        .unwrap();
    let told = told.into_inner().unwrap();
    assert!(told.len() == 1 && told[0].0 == Level::Info, "{told:?}");
    assert!(told[0].1.starts_with("warm after ") && told[0].1.ends_with(": 1 session on the processor"));
    assert_eq!(premises.blender(), blender);
    premises.makes(request(&json!({})));
    assert_eq!(premises.blender(), blender);
    let after = premises.told().iter().find_map(|snapshot| snapshot["sampling_after"].as_f64());
    assert!(after.is_some_and(|after| after > 0.0), "{:?}", premises.told());
}

#[test]
fn a_gpu_that_renders_no_first_frame_takes_no_job() {
    let premises = Premises::with_gpu();
    premises.shop.preflight().unwrap();
    premises.shop.warm_up(&Cancel::default(), &|_, _| {}).unwrap();
    premises.fault("memory-always");
    let unfit = premises.shop.warm_up(&Cancel::default(), &|_, _| {}).unwrap_err();
    assert!(unfit.check == "first frame" && unfit.reason.contains("memory"), "{unfit:?}");
    premises.fault("optix");
    // As in a job, CUDA renders where OptiX does not start.
    premises.shop.warm_up(&Cancel::default(), &|_, _| {}).unwrap();
}

#[test]
fn a_machine_without_a_gpu_says_so_and_what_else_is_wrong() {
    let premises = Premises::with(&["plain"], "", |terms| terms.allow_cpu = false);
    let (check, reason) = premises.shop.preflight().unwrap_err();
    assert_eq!(check, "gpu");
    assert!(reason.contains("finds no GPU") && reason.contains("h264_nvenc cannot encode here"), "{reason}");
    assert!(!reason.contains('\n') && reason.ends_with('.'), "{reason}");
}

#[test]
fn a_gpu_passes_with_an_encoder_that_works_and_its_loss_is_noticed_by_the_first_job() {
    let premises = Premises::with_gpu();
    premises.shop.preflight().unwrap();
    premises.fault("gone");
    assert!(premises.outcome(request(&json!({"device": "auto"}))).unfit);
}

#[test]
fn the_processor_as_default_needs_permission() {
    let premises = Premises::with(&["plain"], "device = \"cpu\"\nencoder = \"libx264\"\n", |terms| {
        terms.allow_cpu = false;
    });
    let (check, reason) = premises.shop.preflight().unwrap_err();
    assert!(check == "gpu" && reason.contains("BROLL_ALLOW_CPU=1"), "{reason}");
    premises.refuses(request(&json!({"device": null})), &["default device is cpu", "BROLL_DEVICE=auto"]);
}

#[test]
fn a_library_that_is_named_must_be_there() {
    let premises = Premises::with(&["plain"], "library = \"/nowhere/templates\"\n", |_| {});
    let (check, reason) = premises.shop.preflight().unwrap_err();
    assert!(check == "library" && reason.contains("/nowhere/templates"), "{reason}");
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let premises = Premises::new(&["plain"]);
    fs_err::write(premises.path("cache"), "in the way").unwrap();
    let (_, reason) = premises.shop.preflight().unwrap_err();
    assert!(reason.contains("cannot be written to"), "{reason}");
}
