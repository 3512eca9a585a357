//! `data_globe`: routes grow over a globe that turns to a continent.

use super::{brightness, built_with};
use crate::common::{Picture, Stage, clip};

/// The end of the clip, small, with these values set.
fn last(stage: &Stage, values: &[&str]) -> Picture {
    let mut args =
        vec!["--resolution", "96x54", "--samples", "2", "--frames", "238..238", "--fps", "30", "--force"];
    args.extend(values.iter().flat_map(|value| ["--set", *value]));
    stage.render_file("data_globe".as_ref(), &args).succeeds();
    clip(&stage.work("out.mp4"), [96, 54]).remove(0)
}

#[test]
fn its_script_builds_it() {
    built_with("data_globe", 0);
}

#[test]
fn an_upright_picture_has_all_of_the_globe() {
    let stage = Stage::empty("unused.blend".as_ref());
    for (size, shape) in [([54, 96], "54x96"), ([48, 144], "48x144")] {
        let args =
            ["--resolution", shape, "--samples", "2", "--frames", "238..238", "--fps", "30", "--force"];
        let values = ["--set", "arcs=0", "--set", "dot_color=#ffffff", "--set", "background_color=#000000"];
        stage.render_file("data_globe".as_ref(), &[&args[..], &values].concat()).succeeds().warns(&[]);
        let picture = clip(&stage.work("out.mp4"), size).remove(0);
        let light = |left: usize| {
            let [red, green, blue, _] = picture.mean([left, 0, 2, size[1]]);
            red + green + blue
        };
        let (left, right, middle) = (light(0), light(size[0] - 2), light(size[0] / 2 - 1));
        assert!(left.max(right) < middle / 10.0, "{shape}: {left} and {right} beside {middle}");
    }
}

#[test]
fn it_renders_without_a_warning_and_fills_with_light() {
    let stage = Stage::empty("unused.blend".as_ref());
    let args = ["--resolution", "96x54", "--samples", "2", "--fps", "1", "--duration", "8"];
    let answer = stage.render_file("data_globe".as_ref(), &args).succeeds().warns(&[]);
    assert_eq!(answer.json["frames"], 8);
    let pictures = clip(&stage.work("out.mp4"), [96, 54]);
    let light: Vec<f64> = pictures.iter().map(brightness).collect();
    assert!(light.iter().all(|light| *light > 8.0), "a frame is black: {light:?}");
    let red: Vec<f64> = pictures.iter().map(|picture| picture.overall()[0]).collect();
    assert!(red[7] > 1.5 * red[0], "nothing lights up: {red:?}");
}

#[test]
fn its_colours_routes_and_dots_can_be_set() {
    let stage = Stage::empty("unused.blend".as_ref());
    let usual = last(&stage, &[]);
    let [red, green, blue, _] = last(&stage, &["dot_color=#00ff00", "highlight=world"]).overall();
    assert!(green > 1.5 * red && green > 1.2 * blue, "the dots are not green: {red} {green} {blue}");
    let bare = last(&stage, &["arcs=0", "highlight=world"]);
    let full = last(&stage, &["arcs=40", "highlight=world"]);
    assert!(
        brightness(&full) > 1.1 * brightness(&bare),
        "no more routes: {} {}",
        brightness(&full),
        brightness(&bare)
    );
    let light = last(&stage, &["background_color=#ffffff"]);
    assert!(brightness(&light) > 2.0 * brightness(&usual), "the background stays dark");
    assert!(last(&stage, &["density=0.2"]) != last(&stage, &["density=3"]), "the dots stay as many");
}

#[test]
fn it_turns_to_the_continent_that_glows() {
    let stage = Stage::empty("unused.blend".as_ref());
    // Without routes, what is warmer than the dots is the continent, where the camera looks.
    let warmth = |region: &str| {
        let [red, _, blue, _] = last(&stage, &["arcs=0", region]).mean([42, 10, 24, 26]);
        red - blue
    };
    let world = warmth("highlight=world");
    for region in ["africa", "north_america", "oceania"] {
        let found = warmth(&format!("highlight={region}"));
        assert!(found > world + 10.0, "{region} does not glow: {found}, and nothing {world}");
    }
}
