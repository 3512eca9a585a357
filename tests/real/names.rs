//! Names that are hard to carry: every byte but NUL and the slash may stand in one.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use crate::common::{Stage, clip, reference, stored};

/// Renders a file of this name to a clip of this name, both given relative to the working folder.
#[track_caller]
fn carries(name: &[u8]) {
    let file = |end: &[u8]| OsString::from(OsStr::from_bytes(&[name, end].concat()));
    let (blend, out) = (file(b".blend"), file(b".mp4"));
    let stage = Stage::named("plain", &blend);
    let mut output = OsString::from("--output=");
    output.push(&out);
    let answer = stage.render_file(&blend, &[output]).succeeds().warns(&[]);
    assert_eq!(stage.listing(), [blend, out.clone()].into());
    assert_eq!(stored(&stage, [64, 36])[0].distance(&reference()[0]), 0);
    assert_eq!(clip(&stage.work(&out), [64, 36]).len(), 3);
    let text = answer.json["output"].as_str().unwrap();
    assert!(text.ends_with(".mp4") && !text.contains(char::is_control), "{text:?}");
}

#[test]
fn spaces_and_quotes() {
    carries(b" two  'single' \"double\" `back` $HOME ");
}

#[test]
fn a_newline() {
    carries(b"one\ntwo\r\tthree");
}

#[test]
fn a_leading_dash() {
    carries(b"-o");
}

#[test]
fn bytes_that_are_not_utf8() {
    carries(b"caf\xe9 \xff\xfe");
}

#[test]
fn what_means_something_to_ffmpeg_or_blender() {
    carries(b"16:9 {x} %04d #### https:");
}

#[test]
fn a_scheme_in_front() {
    carries(b"concat:a|b");
}

#[test]
fn letters_of_many_scripts() {
    carries("日本語 ёлка 🎬".as_bytes());
}
