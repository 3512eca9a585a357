//! Values that cannot be set, and manifests that mean harm.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::common::{Premises, prop, request};
use crate::parameters::{MANIFEST, library, render};

/// A manifest that sets one place to text.
fn manifest(kind: &str, target: &str) -> String {
    let default = if kind == "text" { "default = ''\n" } else { "" };
    format!("[parameters.p]\ntype = '{kind}'\n{default}target = {}\n", toml::Value::from(target))
}

#[test]
fn a_value_that_cannot_be_used_is_refused_before_blender_starts() {
    let stage = library("parameters", MANIFEST);
    fs_err::write(stage.work("drawing.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    for (value, said) in [
        ("level=101", "a number from 0 to 100"),
        ("level=nan", "a number"),
        ("shade=1.5", "a whole number"),
        ("title=a\u{7}", "control character"),
        ("logo=logo.png", "@FILE"),
        ("logo=@none.png", "none.png"),
        ("logo=@drawing.svg", "SVG drawing: convert it to PNG"),
        ("logo=@/dev/zero", "is not a file"),
        ("font=@drawing.svg", "no font"),
    ] {
        render(&stage, &[value]).fails(1, "bad_parameter").says(&[said]);
    }
    render(&stage, &["lvel=1"]).fails(1, "unknown_parameter").says(&["did you mean level"]);
    assert!(stage.logs().is_empty() && !stage.work("out.mp4").exists());
}

#[test]
fn a_file_that_only_begins_well_is_refused_by_name() {
    let stage = library("parameters", MANIFEST);
    let whole = fs_err::read(prop("green.png")).unwrap();
    fs_err::write(stage.work("cut.png"), &whole[..40]).unwrap();
    fs_err::write(stage.work("cut.ttf"), b"\0\x01\0\0\0\x0fnothing").unwrap();
    for value in ["logo=@cut.png", "second=@cut.png"] {
        render(&stage, &[value])
            .fails(1, "bad_parameter")
            .says(&["cut.png", "Blender cannot read the image"]);
    }
    for value in ["font=@cut.ttf", "fonts=@cut.ttf"] {
        render(&stage, &[value]).fails(1, "bad_parameter").says(&["cut.ttf", "Blender cannot read the font"]);
    }
}

#[test]
fn a_manifest_that_means_harm_comes_to_nothing() {
    for target in [
        "bpy.data.objects.remove",
        "objects.remove(objects[0])",
        "__import__('os').system('true')",
        "objects[\"Level\"].__class__",
        "objects[\"Level\"].id_data.name",
        "objects[\"Level\"].animation_data.drivers[0].driver.expression",
        "texts[\"T\"].use_module",
        "libraries[\"L\"].filepath",
    ] {
        let stage = library("parameters", &manifest("text", target));
        render(&stage, &["p=x"]).fails(1, "bad_manifest").says(&["[parameters.p]"]);
    }
}

/// Places that no text may go to, and those that take no image or font.
const UNFIT: [(&str, &str); 28] = [
    ("text", "objects.remove"),
    ("text", "objects.foreach_set"),
    ("text", "objects[\"Level\"]"),
    ("text", "objects[\"Level\"].data"),
    ("text", "objects[\"Level\"].users_collection"),
    ("text", "objects[\"Level\"].update_tag"),
    ("text", "objects[\"Level\"].bound_box"),
    ("text", "objects[\"Level\"][\"not there\"]"),
    ("text", "objects[\"Nobody\"].name"),
    ("text", "objects[\"Level\"].matrix_world"),
    ("text", "objects[\"Level\"].type"),
    ("text", "objects[\"Shaded\"][\"count\"]"),
    ("text", "objects[\"Noded\"].modifiers[\"GN\"].bake_directory"),
    ("text", "scenes[\"Scene\"].render.filepath"),
    ("text", "scenes[\"Scene\"].render"),
    ("text", "images[\"Logo\"].filepath"),
    ("text", "images[\"Logo\"].filepath_raw"),
    ("text", "images[\"Logo\"].pixels"),
    ("text", "fonts[\"Bfont Regular\"].filepath"),
    ("text", "filepath.x"),
    ("text", "filepath[0]"),
    ("text", "batch_remove.x"),
    ("text", "batch_remove[0]"),
    ("image", "objects[\"Level\"].data"),
    ("image", "fonts[\"Bfont Regular\"]"),
    ("image", "objects[\"Shaded\"][\"count\"]"),
    ("font", "images[\"Logo\"]"),
    ("font", "objects[\"Title\"].data.materials"),
];

#[test]
fn places_that_must_not_be_set_are_refused_by_blender() {
    let manifest: String = UNFIT
        .iter()
        .enumerate()
        .map(|(number, (kind, target))| manifest(kind, target).replace(".p]", &format!(".p{number}]")))
        .collect();
    let premises = Premises::new(&["parameters"]);
    fs_err::write(premises.path("library/parameters.toml"), manifest).unwrap();
    let file =
        |name: &str| json!({"name": name, "data_base64": STANDARD.encode(fs_err::read(prop(name)).unwrap())});
    for (number, (kind, target)) in UNFIT.iter().enumerate() {
        let value = match *kind {
            "image" => file("green.png"),
            "font" => file("DejaVuSansMono.woff2"),
            _ => json!("/tmp/broll-was-here"),
        };
        let name = format!("p{number}");
        let request = request(&json!({"template": "parameters", "parameters": {name: value}}));
        let told = premises.outcome(request).result.unwrap_err();
        assert!(told.contains(target), "{target}: {told}");
    }
}

#[test]
fn a_request_from_elsewhere_reads_nothing_of_the_worker() {
    let premises = Premises::new(&["parameters"]);
    fs_err::write(premises.path("library/parameters.toml"), MANIFEST).unwrap();
    let path = prop("green.png");
    let path = path.to_str().unwrap();
    for value in [json!(format!("@{path}")), json!(path), json!({"file": path}), json!({"name": path})] {
        let request = request(&json!({"template": "parameters", "parameters": {"logo": value}}));
        premises.refuses(request, &["parameter logo cannot be", "data_base64"]);
    }
}
