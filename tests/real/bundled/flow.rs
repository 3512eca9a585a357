//! `abstract_flow`: a loop without a seam.

use super::{brightness, built_as_shipped};
use crate::common::{Picture, Stage, clip};

/// One frame, small, with these values set.
fn frame(stage: &Stage, number: u32, values: &[&str]) -> Picture {
    let range = format!("{number}..{number}");
    let mut args =
        vec!["--resolution", "96x54", "--samples", "2", "--frames", &range, "--fps", "30", "--force"];
    args.extend(values.iter().flat_map(|value| ["--set", *value]));
    stage.render_file("abstract_flow".as_ref(), &args).succeeds().warns(&[]);
    clip(&stage.work("out.mp4"), [96, 54]).remove(0)
}

#[test]
fn its_script_builds_it() {
    built_as_shipped("abstract_flow");
}

#[test]
fn the_frame_after_the_last_is_the_first_at_every_speed() {
    let stage = Stage::empty("unused.blend".as_ref());
    for speed in ["speed=1", "speed=3"] {
        let first = frame(&stage, 1, &[speed]);
        assert!(first == frame(&stage, 241, &[speed]), "there is a seam at {speed}");
        assert!(first.distance(&frame(&stage, 62, &[speed])) > 20, "nothing moves at {speed}");
    }
}

#[test]
fn its_palettes_ribbons_and_width_can_be_set() {
    let stage = Stage::empty("unused.blend".as_ref());
    let usual = frame(&stage, 1, &[]);
    assert!(brightness(&usual) > 20.0, "the first frame is black");
    let paper = frame(&stage, 1, &["palette=paper"]);
    assert!(brightness(&paper) > 1.5 * brightness(&usual), "paper is not light");
    let [red, _, blue, _] = frame(&stage, 1, &["palette=ember"]).mean([0, 20, 60, 34]);
    assert!(red > 2.0 * blue, "embers do not glow: {red} {blue}");
    // Narrow and few, they leave the backdrop free.
    assert!(
        usual.distance(&frame(&stage, 1, &["ribbons=6", "width=0.3"])) > 20,
        "the ribbons are as many and as wide"
    );
}
