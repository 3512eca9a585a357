//! `broll templates check`: every value of every parameter meets the real file.

use serde_json::{Value, json};

use crate::common::{Answer, Stage};

/// A library that holds the scene with this manifest.
fn library(manifest: &str) -> Stage {
    let stage = Stage::empty("unused.blend".as_ref());
    fs_err::create_dir(stage.work("templates")).unwrap();
    fs_err::copy(crate::common::scene("declared"), stage.work("templates/t.blend")).unwrap();
    fs_err::write(stage.work("templates/t.toml"), manifest).unwrap();
    stage
}

fn check(stage: &Stage) -> Answer {
    stage.broll(&["templates", "check", "t", "--json"])
}

fn place<'a>(answer: &'a Answer, parameter: &str) -> &'a Value {
    let places = answer.json["targets"].as_array().expect("the places");
    places.iter().find(|place| place["parameter"] == parameter).expect("a place of the parameter")
}

const SOUND: &str = r##"
[parameters.title]
type = "text"
default = "Hello"
target = 'objects["Title"].data.body'
[parameters.count]
type = "integer"
default = 3
min = 1
max = 9
target = 'objects["Title"]["count"]'
[parameters.energy]
type = "number"
default = 5
min = 0
max = 50
target = { path = 'lights["Lamp"].energy', scale = 2.0 }
[parameters.shown]
type = "boolean"
default = true
target = [{ path = 'objects["Corner"].hide_render', values = { true = false, false = true } }, 'objects["Title"]["on"]']
[parameters.kind]
type = "choice"
default = "point"
choices = ["point", "sun"]
target = { path = 'lights["Lamp"].energy', values = { point = 10, sun = 3 } }
[parameters.tint]
type = "color"
default = "#ff0000"
target = 'lights["Lamp"].color'
[parameters.logo]
type = "image"
target = 'images["Logo"]'
[parameters.face]
type = "font"
target = 'objects["Title"].data.font'
[parameters.view]
type = "camera"
target = 'scenes["Scene"].camera'
"##;

#[test]
fn every_type_is_tried_at_every_place_and_nothing_of_it_stays() {
    let stage = library(SOUND);
    let before = fs_err::read(stage.work("templates/t.blend")).unwrap();
    let answer = check(&stage);
    assert_eq!(answer.code, 0, "{}\n{}", answer.json, answer.stderr);
    let tried = |parameter| place(&answer, parameter)["tried"].clone();
    assert_eq!(tried("count"), json!(["3", "1", "9"]));
    assert_eq!(tried("energy"), json!(["5", "0", "50"]));
    assert_eq!(tried("kind"), json!(["point", "sun"]));
    assert_eq!(tried("shown"), json!(["true", "false"]));
    assert_eq!(tried("view"), json!(["the file's", "Camera", "Side"]));
    assert_eq!(
        (tried("logo"), tried("face")),
        (json!(["the file's", "a picture"]), json!(["the file's", "a typeface"]))
    );
    let places = answer.json["targets"].as_array().unwrap();
    assert_eq!(places.len(), 10);
    assert!(places.iter().all(|place| place["faults"] == json!([]) && place.get("file_value").is_none()));
    assert_eq!(fs_err::read(stage.work("templates/t.blend")).unwrap(), before);
    let table = stage.broll(&["templates", "check", "t"]);
    let text = table.json.as_str().unwrap().to_owned();
    assert!(text.contains("PARAMETER") && text.contains("9 of 9 can be set"), "{text}");
}

#[test]
fn whatever_does_not_fit_is_named_with_its_place_and_the_reason() {
    let stage = library(
        r#"
[parameters.absent]
type = "number"
default = 1
min = 0
max = 2
target = 'lights["Lump"].energy'
[parameters.kind]
type = "choice"
default = "POINT"
choices = ["POINT", "LAVA"]
target = 'objects["Lamp"].data.shadow_soft_size'
[parameters.mode]
type = "choice"
default = "QUATERNION"
choices = ["QUATERNION", "LAVA"]
target = 'objects["Lamp"].rotation_mode'
[parameters.mute]
type = "image"
target = 'objects["Title"].data.body'
[parameters.zoom]
type = "number"
default = 1
max = 99999
target = 'objects["Corner"].pass_index'
"#,
    );
    let answer = check(&stage).fails(1, "bad_target").says(&[
        "absent at lights[\"Lump\"].energy: it is not in the file",
        "kind at objects[\"Lamp\"].data.shadow_soft_size: POINT: it takes a number, not 'POINT'",
        "mode at objects[\"Lamp\"].rotation_mode: LAVA: enum \"LAVA\" not found",
        "mute at objects[\"Title\"].data.body: a picture: it holds no image",
        "zoom at objects[\"Corner\"].pass_index: 99999: it does not stay there: Blender makes it 32767",
    ]);
    let text = answer.error();
    assert_eq!(text.matches("absent").count(), 1, "the same reason is told once:\n{text}");
    assert!(!text.contains("QUATERNION:"), "{text}");
}

#[test]
fn a_default_that_is_not_the_files_value_is_noted() {
    let stage = library(
        "[parameters.energy]\ntype = 'number'\ndefault = 4\ntarget = 'lights[\"Lamp\"].energy'\n\
         [parameters.tint]\ntype = 'color'\ndefault = '#00ff00'\ntarget = 'lights[\"Lamp\"].color'\n",
    );
    let answer = check(&stage);
    assert_eq!(answer.code, 0, "{}\n{}", answer.json, answer.stderr);
    assert_eq!(
        (&place(&answer, "energy")["file_value"], &place(&answer, "energy")["default_value"]),
        (&json!(10.0), &json!(4.0))
    );
    assert_eq!(place(&answer, "tint")["file_value"], json!([1.0, 0.0, 0.0]));
    let text = stage.broll(&["templates", "check", "t"]).json.as_str().unwrap().to_owned();
    assert!(text.contains("note: the file holds 10.0, and the default puts 4.0 there"), "{text}");
}
