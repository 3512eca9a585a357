//! What a worker finds out before it takes a job.

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
