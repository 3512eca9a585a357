//! Parameters of every kind, on places of every kind, as they are seen in the picture.

use std::ffi::OsStr;
use std::process::Command;

use crate::common::{Answer, Picture, Stage, ffmpeg, prop, scene, stored};

pub(crate) const MANIFEST: &str = include_str!("scenes/parameters.toml");
const SIZE: [usize; 2] = [64, 36];

/// A library that holds the scene of that name under a manifest, as `t`.
pub(crate) fn library(scene_name: &str, manifest: &str) -> Stage {
    let stage = Stage::empty(OsStr::new("unused.blend"));
    fs_err::create_dir(stage.work("lib")).unwrap();
    fs_err::copy(scene(scene_name), stage.work("lib/t.blend")).unwrap();
    fs_err::write(stage.work("lib/t.toml"), manifest).unwrap();
    stage
}

/// One frame of it with these values.
pub(crate) fn render(stage: &Stage, values: &[&str]) -> Answer {
    let _ = fs_err::remove_dir_all(stage.store());
    let set = values.iter().flat_map(|value| ["--set", *value]);
    let args: Vec<&str> =
        ["--library", "lib", "--frames", "1..1", "--force"].into_iter().chain(set).collect();
    stage.render_file(OsStr::new("t"), &args)
}

struct Cells(Picture);

impl Cells {
    fn of(stage: &Stage, values: &[&str]) -> Self {
        render(stage, values).succeeds().warns(&[]);
        Self::stored(stage)
    }

    fn stored(stage: &Stage) -> Self {
        Self(stored(stage, SIZE).remove(0))
    }

    /// The colour in the middle of a cell.
    fn at(&self, column: usize, row: usize) -> [u8; 3] {
        let [red, green, blue, _] = self.0.at(8 + 16 * column, 6 + 12 * row);
        [red, green, blue]
    }
}

const BLACK: [u8; 3] = [0; 3];
const WHITE: [u8; 3] = [255; 3];
const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];

#[test]
fn without_values_the_file_is_as_it_was_saved() {
    let stage = library("parameters", MANIFEST);
    let cells = Cells::of(&stage, &["logo=", "view="]);
    let rows = |row: usize| [0, 1, 2, 3].map(|column| cells.at(column, row));
    assert_eq!((rows(0), rows(1)), ([WHITE; 4], [WHITE, WHITE, RED, RED]));
    assert_eq!((cells.at(1, 2), cells.at(2, 2)), (BLACK, BLACK));
}

#[test]
fn numbers_colours_choices_and_switches_reach_their_places() {
    let stage = library("parameters", MANIFEST);
    let values = ["level=0", "tint=#804020", "extra=false", "look=grass", "shade=0", "plain=false"];
    let cells = Cells::of(&stage, &values);
    assert_eq!([cells.at(0, 0), cells.at(1, 0), cells.at(2, 0)], [BLACK, [0x80, 0x40, 0x20], BLACK]);
    assert_eq!((cells.at(3, 0), cells.at(0, 1)), (GREEN, BLACK));
    let cells = Cells::of(&stage, &["level=21.4041", "tint=#ff000080", "look=night", "shade=100"]);
    assert_eq!([cells.at(0, 0), cells.at(1, 0), cells.at(3, 0)], [[0x80; 3], RED, [0, 0, 0x80]]);
}

#[test]
fn what_will_not_come_out_as_it_was_meant_is_said() {
    let manifest = "[parameters.sky]\ntype = 'color'\ndefault = '#000'\ntarget = 'lights[\"Lamp\"].color'\n\
                    [parameters.name]\ntype = 'text'\ndefault = ''\ntarget = 'objects[\"Lamp\"][\"note\"]'\n";
    let stage = library("declared", manifest);
    let answer = render(&stage, &["sky=#f608"]).succeeds().warns(&["no_alpha"]);
    assert!(answer.warnings("no_alpha")[0].starts_with("lights[\"Lamp\"].color holds no alpha"));
    render(&stage, &["sky=#f60f"]).succeeds().warns(&[]);
    // Before Blender says that there is no such place.
    let refused = render(&stage, &["name=\u{5e9}\u{5dc}\u{5d5}\u{5dd}"]).fails(1, "bad_target");
    assert!(refused.stderr.contains("parameter name has letters"), "{}", refused.stderr);
}

#[test]
fn inputs_of_geometry_nodes_keep_their_types() {
    let stage = library("parameters", MANIFEST);
    let wide = |cells: &Cells| (0..16).filter(|x| cells.0.at(16 + x, 18)[0] > 127).count();
    assert_eq!(wide(&Cells::of(&stage, &[])), 8);
    // A fraction for a whole number is rounded.
    assert_eq!(wide(&Cells::of(&stage, &["wide=2.4", "coat=#00ff00"])), 4);
    assert_eq!(wide(&Cells::of(&stage, &["gone=true"])), 0);
}

#[test]
fn an_image_takes_the_place_of_another_in_every_format() {
    let stage = library("parameters", MANIFEST);
    for extension in ["png", "jpg", "webp", "tif", "bmp", "exr", "hdr"] {
        let set = format!("logo=@{}", prop(&format!("green.{extension}")).to_str().unwrap());
        let cells = Cells::of(&stage, &[&set]);
        for column in [2, 3] {
            let [red, green, blue] = cells.at(column, 1);
            assert!(red < 4 && green > 251 && blue < 4, "{extension}: {red} {green} {blue}");
        }
    }
    let set = format!("second=@{}", prop("green.png").to_str().unwrap());
    let cells = Cells::of(&stage, &[&set]);
    assert_eq!((cells.at(2, 1), cells.at(3, 1)), (RED, GREEN), "a pointer changes one user alone");
}

/// A picture that ffmpeg draws.
fn drawn(stage: &Stage, name: &str, source: &str) -> String {
    let file = stage.work(name);
    let mut command = Command::new(ffmpeg());
    let done = command
        .args(["-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1", "-q:v", "1", "-y"])
        .arg(&file)
        .status();
    assert!(done.unwrap().success());
    file.display().to_string()
}

#[test]
fn sixteen_bits_mean_the_same_as_eight() {
    let stage = library("parameters", MANIFEST);
    for name in ["deep.png", "deep.tif"] {
        let file = drawn(&stage, name, "color=0x804020:s=16x16,format=rgb48");
        for parameter in ["logo", "second"] {
            let [red, green, blue] = Cells::of(&stage, &[&format!("{parameter}=@{file}")]).at(3, 1);
            let near = |found: u8, asked: u8| found.abs_diff(asked) < 4;
            assert!(near(red, 0x80) && near(green, 0x40) && near(blue, 0x20), "{name}: {red} {green} {blue}");
        }
    }
}

#[test]
fn a_photograph_stands_as_its_camera_says() {
    let stage = library("parameters", MANIFEST);
    // Left white, right black; a camera that was held upright says that the left side is the upper one.
    let plain = fs_err::read(drawn(
        &stage,
        "plain.jpg",
        "color=black:s=64x64,drawbox=x=0:y=0:w=32:h=64:color=white:t=fill",
    ))
    .unwrap();
    let lit = |held: u8| {
        let exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";
        let file = [&plain[..2], exif, &[held, 0, 0, 0, 0, 0, 0], &plain[2..]].concat();
        let path = stage.work("held.jpg");
        fs_err::write(&path, file).unwrap();
        let mut corners = Vec::new();
        for parameter in ["logo", "second"] {
            let cells = Cells::of(&stage, &[&format!("{parameter}=@{}", path.display())]);
            // The corners of the cell, inwards: left and right above, left and right below.
            corners.push([(53, 15), (58, 15), (53, 20), (58, 20)].map(|(x, y)| cells.0.at(x, y)[0] > 127));
        }
        assert_eq!(corners[0], corners[1], "{held}");
        corners[0]
    };
    assert_eq!(lit(1), [true, false, true, false]);
    assert_eq!(lit(3), [false, true, false, true]);
    assert_eq!(lit(6), [true, true, false, false]);
    assert_eq!(lit(8), [false, false, true, true]);
}

#[test]
fn text_is_what_was_given_set_in_the_font_that_was_given() {
    let stage = library("parameters", MANIFEST);
    // How many pixels' worth of light there is.
    let lit = |values: &[&str]| -> f64 {
        let args = ["--samples", "16", "--library", "lib", "--frames", "1..1", "--force"];
        let _ = fs_err::remove_dir_all(stage.store());
        let set = values.iter().flat_map(|value| ["--set", *value]);
        let args: Vec<&str> = args.into_iter().chain(set).collect();
        stage.render_file(OsStr::new("t"), &args).succeeds().warns(&[]);
        Cells::stored(&stage).0.mean([0, 24, 24, 12])[0] / 255.0 * 288.0
    };
    let (usual, long, two) = (lit(&[]), lit(&["title=HHH"]), lit(&["title=H\nH"]));
    assert!(usual > 2.0 && long > 2.0 * usual && two > 1.2 * usual, "{usual} {long} {two}");
    assert!(lit(&["title=@H.png"]) > usual, "an @ in text is an @");
    let right = lit(&["title=HHH", "align=RIGHT"]);
    assert!(right < 0.8 * long, "{right} {long}");
    let font = |name: &str| format!("{name}=@{}", prop("DejaVuSansMono.woff2").to_str().unwrap());
    let (one, all) = (lit(&["title=HHH", &font("font")]), lit(&["title=HHH", &font("fonts")]));
    assert!((one - long).abs() > 0.5 && one == all, "{long} {one} {all}");
}

#[test]
fn a_camera_is_looked_through_whatever_markers_say() {
    for name in ["parameters", "parameters_cut"] {
        let stage = library(name, MANIFEST);
        let cells = Cells::of(&stage, &["view=Aside"]);
        assert_eq!([cells.at(0, 0), cells.at(3, 2)], [[0, 0, 255]; 2], "{name}");
        render(&stage, &["view=Nowhere"]).fails(1, "no_such_camera").says(&["Nowhere", "Aside, Camera"]);
        render(&stage, &["view=Blue"]).fails(1, "no_such_camera");
    }
}

#[test]
fn what_is_animated_holds_the_value_that_was_asked_for() {
    let stage = library("parameters", MANIFEST);
    let answer = render(&stage, &["mover=-1", "driven=1", "strength=1"]).succeeds();
    assert_eq!(answer.warnings("parameter_animated").len(), 3, "{}", answer.json["warnings"]);
    let cells = Cells::stored(&stage);
    assert_eq!([cells.at(1, 2), cells.at(2, 2)], [WHITE; 2]);
    let answer = render(&stage, &["twin=3.4"]).succeeds();
    assert_eq!(answer.warnings("parameter_animated").len(), 1);
    let cells = Cells::stored(&stage);
    let lit = |x, y| cells.0.at(x, y)[0] > 127;
    assert!(lit(59, 30) && !lit(52, 29), "the curve of the one that was set still plays");
    assert!(lit(51, 34), "another object lost the curve that it shares");
}

#[test]
fn the_frames_of_other_values_are_not_reused_and_a_path_does_not_matter() {
    let stage = library("parameters", MANIFEST);
    let args = |set: &str| {
        let args = ["--library", "lib", "--frames", "1..1", "--force", "--set", set];
        stage.render_file(OsStr::new("t"), &args).succeeds().json["frames_reused"].as_u64()
    };
    let green = prop("green.png");
    fs_err::copy(&green, stage.work("a.png")).unwrap();
    fs_err::create_dir(stage.work("sub")).unwrap();
    fs_err::copy(&green, stage.work("sub/b.png")).unwrap();
    assert_eq!((args("logo=@a.png"), args("logo=@sub/b.png")), (Some(0), Some(1)));
    fs_err::copy(prop("green.jpg"), stage.work("a.png")).unwrap();
    assert_eq!((args("logo=@a.png"), args("second=@a.png")), (Some(0), Some(0)));
    assert_eq!((args("level=50"), args("level=50.0"), args("level=51")), (Some(0), Some(1), Some(0)));
}

#[test]
fn a_check_tries_every_place() {
    let stage = library("parameters", MANIFEST);
    let check = || stage.broll(&["templates", "check", "t", "--library", "lib", "--json"]);
    check().succeeds();
    let wrong = MANIFEST
        .replace("'images[\"Logo\"]'", "'images[\"Loga\"]'")
        .replace("'scenes[\"Scene\"].camera'", "'scenes[\"Scene\"].world'")
        .replace("'objects[\"Title\"].data.font'", "'objects[\"Title\"].data.body'");
    fs_err::write(stage.work("lib/t.toml"), wrong).unwrap();
    check().fails(1, "bad_target").says(&["logo", "view", "font"]);
}
