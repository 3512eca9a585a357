//! `logo_sting`: whatever the picture, its shape stands there.

use std::path::PathBuf;
use std::process::Command;

use super::{brightness, built_with, covered, cut_out, cut_out_of};
use crate::common::{Stage, clip, ffmpeg};

/// A picture in one colour, which may be transparent.
fn painted(stage: &Stage, name: &str, colour: &str, size: &str) -> PathBuf {
    let file = stage.work(name);
    let source = format!("color={colour}:s={size},format=rgba");
    let mut command = Command::new(ffmpeg());
    command.args(["-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", "1", "-y"]).arg(&file);
    assert!(command.status().unwrap().success());
    file
}

#[test]
fn its_script_builds_it() {
    let shipped = built_with("logo_sting", 1);
    assert!(shipped["curves"].as_array().is_some_and(|curves| curves.len() > 5));
}

#[test]
fn it_renders_without_a_warning_and_the_logo_appears() {
    let stage = Stage::empty("unused.blend".as_ref());
    let args = ["--resolution", "96x54", "--samples", "2", "--fps", "1", "--duration", "8"];
    let answer = stage.render_file("logo_sting".as_ref(), &args).succeeds().warns(&[]);
    assert_eq!(answer.json["frames"], 8);
    let light: Vec<f64> = clip(&stage.work("out.mp4"), [96, 54]).iter().map(brightness).collect();
    assert!(light[0] > 5.0, "the first frame is black: {light:?}");
    assert!(light[7] > 1.5 * light[0], "no logo appears: {light:?}");
}

#[test]
fn pictures_of_every_shape_keep_it() {
    let stage = Stage::empty("unused.blend".as_ref());
    for (size, ratio) in [("640x160", 4.0), ("40x120", 1.0 / 3.0), ("1x1", 1.0)] {
        let file = painted(&stage, "logo.png", "red", size);
        let set = format!("image=@{}", file.display());
        let frame = &cut_out(&stage, "logo_sting", "200..200", &["--set", &set])[0];
        let [left, top, right, bottom] = covered(frame).unwrap_or_else(|| panic!("{size} is not there"));
        let found = (right - left + 1) as f64 / (bottom - top + 1) as f64;
        assert!((found / ratio - 1.0).abs() < 0.2, "{size} is shown as {found}");
        assert!(left > 4 && top > 2 && right < 187 && bottom < 105, "{size} does not fit");
    }
    let file = painted(&stage, "logo.png", "black@0.0", "64x64");
    let set = format!("image=@{}", file.display());
    assert!(covered(&cut_out(&stage, "logo_sting", "200..200", &["--set", &set])[0]).is_none());
}

#[test]
fn a_picture_that_stands_upright_holds_the_whole_logo() {
    let stage = Stage::empty("unused.blend".as_ref());
    let set = format!("image=@{}", painted(&stage, "logo.png", "red", "640x160").display());
    let frame = &cut_out_of(&stage, "logo_sting", [108, 192], "235..235", &["--set", &set])[0];
    let [left, _, right, _] = covered(frame).expect("a logo");
    assert!(left >= 5 && right <= 102 && right - left > 60, "{left}..{right}");
}

#[test]
fn finishes_differ_and_its_own_colours_show() {
    let stage = Stage::empty("unused.blend".as_ref());
    let file = painted(&stage, "logo.png", "red", "64x64");
    let image = format!("image=@{}", file.display());
    let centre = |finish: &str, keep: &str| {
        let set = ["--set", &image, "--set", finish, "--set", keep];
        cut_out(&stage, "logo_sting", "235..235", &set)[0].mean([86, 44, 20, 20])
    };
    let finishes = ["finish=metal", "finish=glass", "finish=satin"];
    let plain = finishes.map(|finish| centre(finish, "keep_colors=false"));
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let apart =
            (0..4).map(|channel| (plain[one][channel] - plain[other][channel]).abs()).fold(0.0, f64::max);
        assert!(apart > 8.0, "{} is {}: {plain:?}", finishes[one], finishes[other]);
    }
    for finish in finishes {
        let [red, green, _, _] = centre(finish, "keep_colors=true");
        assert!(red > 1.4 * green, "{finish} shows {red} {green}");
    }
}
