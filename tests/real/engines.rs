//! Files made for another engine.

use crate::common::{Stage, reference, stored};

#[track_caller]
fn becomes_cycles(scene: &str, engine: &str) {
    let stage = Stage::new(scene);
    let answer = stage.render::<&str>(&[]).succeeds().warns(&["engine"]);
    let warning = &answer.warnings("engine")[0];
    assert!(warning.contains(engine) && warning.contains("Cycles"), "{warning:?}");
    for (frame, plain) in stored(&stage, [64, 36]).iter().zip(reference()) {
        assert_eq!(frame.distance(plain), 0);
    }
}

#[test]
fn eevee() {
    becomes_cycles("eevee", "BLENDER_EEVEE_NEXT");
}

#[test]
fn workbench() {
    becomes_cycles("workbench", "BLENDER_WORKBENCH");
}
