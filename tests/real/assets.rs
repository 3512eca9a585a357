//! Files that a template needs and that are not there.

use crate::common::Stage;

#[track_caller]
fn is_missed(scene: &str, named: &[&str]) {
    let stage = Stage::new(scene);
    let answer = stage.render::<&str>(&[]).succeeds().warns(&["missing_file"]);
    let warning = &answer.warnings("missing_file")[0];
    for name in named {
        assert!(warning.contains(name), "{name} is not in {warning:?}");
    }
    let stage = Stage::new(scene);
    stage.render(&["--strict"]).fails(1, "strict").says(named);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists(), "a frame store was opened");
}

#[test]
fn a_missing_image_is_named() {
    is_missed("missing_image", &["image", "Photo", "gone.png"]);
}

#[test]
fn a_missing_light_profile_is_named_in_whatever_material_it_is() {
    is_missed("missing_profile", &["IES file", "Mover", "gone.ies"]);
}

#[test]
fn a_missing_library_is_named() {
    is_missed("missing_library", &["library", "library.blend"]);
}

#[test]
fn an_image_is_missing_though_others_with_another_number_lie_beside_it() {
    is_missed("missing_beside_others", &["image", "wood_1k.png"]);
}
