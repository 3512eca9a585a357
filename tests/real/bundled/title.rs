//! `title_reveal`: any title stays where titles are safe.

use super::{brightness, built_with, covered, cut_out, cut_out_of};
use crate::common::{Stage, clip};

/// Columns and rows of 192x108 within which a title is safe: nine tenths of either side.
const SAFE: [usize; 4] = [10, 5, 181, 102];

#[test]
fn its_script_builds_it() {
    let shipped = built_with("title_reveal", 0);
    assert!(shipped["curves"].as_array().is_some_and(|curves| curves.len() > 5));
}

#[test]
fn it_renders_without_a_warning_and_comes_to_light() {
    let stage = Stage::empty("unused.blend".as_ref());
    let args = ["--resolution", "96x54", "--samples", "2", "--fps", "1", "--duration", "8"];
    let answer = stage.render_file("title_reveal".as_ref(), &args).succeeds().warns(&[]);
    assert_eq!(answer.json["frames"], 8);
    let light: Vec<f64> = clip(&stage.work("out.mp4"), [96, 54]).iter().map(brightness).collect();
    assert!(light[0] > 8.0, "the first frame is black: {light:?}");
    assert!(light[7] > 1.3 * light[0], "nothing comes to light: {light:?}");
}

#[test]
fn titles_of_every_length_are_safe_and_alone_when_transparent() {
    let stage = Stage::empty("unused.blend".as_ref());
    let words = "THE QUICK BROWN FOX JUMPS OVER LAZY DOG.";
    for (title, subtitle) in
        [("A", ""), (words, words), ("\u{c4}\u{d6}\u{dc}\u{df} 123", "x"), (&"W".repeat(40), "")]
    {
        let set = [format!("title={title}"), format!("subtitle={subtitle}")];
        let frame = &cut_out(&stage, "title_reveal", "238..238", &["--set", &set[0], "--set", &set[1]])[0];
        let [left, top, right, bottom] = covered(frame).unwrap_or_else(|| panic!("{title:?} is not there"));
        assert!(left >= SAFE[0] && top >= SAFE[1] && right <= SAFE[2] && bottom <= SAFE[3], "{title:?}");
        assert!(frame.mean([0, 75, 192, 33])[3] < 1.0, "{title:?} has a floor");
        if subtitle.is_empty() {
            assert!(bottom < 62, "{title:?} has a subtitle");
        }
    }
    let nothing = cut_out(&stage, "title_reveal", "238..238", &["--set", "title=", "--set", "subtitle="]);
    assert!(covered(&nothing[0]).is_none());
}

#[test]
fn a_picture_that_stands_upright_holds_the_whole_title() {
    let stage = Stage::empty("unused.blend".as_ref());
    let frame = &cut_out_of(&stage, "title_reveal", [108, 192], "238..238", &[])[0];
    let [left, _, right, _] = covered(frame).expect("a title");
    assert!(left >= 5 && right <= 102 && right - left > 70, "{left}..{right}");
}

#[test]
fn letters_below_the_floor_are_hidden_when_transparent() {
    let stage = Stage::empty("unused.blend".as_ref());
    assert!(covered(&cut_out(&stage, "title_reveal", "5..5", &[])[0]).is_none());
}

#[test]
fn its_colours_are_those_asked_for() {
    let stage = Stage::empty("unused.blend".as_ref());
    let set = ["--set", "text_color=#ff2010", "--set", "title=HHHH"];
    let frame = &cut_out(&stage, "title_reveal", "238..238", &set)[0];
    let [red, green, _, _] = frame.mean([60, 30, 72, 20]);
    assert!(red > 1.4 * green, "the letters are not red: {red} {green}");
}
