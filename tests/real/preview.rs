//! `broll preview` and stills: frames to look at, and what is said of them.

use std::ffi::OsStr;
use std::process::Command;

use crate::common::{Answer, Picture, Stage, ffmpeg, scene};

/// Tiny, on the processor; what `args` say is added.
fn preview(stage: &Stage, file: &OsStr, args: &[&str]) -> Answer {
    let usual = ["preview", "--json", "--progress", "off", "--cpu", "--no-denoise", "--fps", "24", "--force"];
    let mut all: Vec<&OsStr> = usual.iter().chain(args).map(OsStr::new).collect();
    if !args.contains(&"--frames") {
        all.extend(["--frames", "1..24"].map(OsStr::new));
    }
    if !args.contains(&"--resolution") {
        all.extend(["--resolution", "64x36", "--samples", "1"].map(OsStr::new));
    }
    all.extend([OsStr::new("--"), file]);
    stage.broll(&all)
}

fn decoded(path: &std::path::Path, size: [usize; 2]) -> Picture {
    let output = Command::new(ffmpeg())
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-f", "rawvideo", "-pix_fmt", "rgba", "-"])
        .output()
        .unwrap();
    Picture::split(&output.stdout, size).remove(0)
}

fn sheet_size(answer: &Answer) -> [usize; 2] {
    [0, 1].map(|side| answer.json["sheet_resolution"][side].as_u64().unwrap() as usize)
}

#[test]
fn three_frames_of_the_clip_are_on_the_sheet_and_a_render_reuses_them() {
    let mut stage = Stage::new("crossing");
    stage.variable("BROLL_FFMPEG", "/nowhere/ffmpeg");
    let answer = preview(&stage, "clip.blend".as_ref(), &[]).succeeds().warns(&[]);
    let frames: Vec<u64> = answer.json["frames"]
        .as_array()
        .unwrap()
        .iter()
        .map(|frame| frame["frame"].as_u64().unwrap())
        .collect();
    assert_eq!((frames, answer.json["clip_frames"].as_u64()), (vec![0, 11, 23], Some(24)));
    let path = stage.work("clip.preview.png");
    assert_eq!(answer.json["output"].as_str(), path.to_str());
    let sheet = decoded(&path, sheet_size(&answer));
    // The card is left in the first frame, in the middle of the second, right in the third.
    let white = |x: usize, y: usize| sheet.at(x, y)[..3].iter().all(|channel| *channel > 200);
    let lit = |tile: usize| (0..64).find(|x| white(4 + tile * 68 + x, 4 + 18)).unwrap();
    assert!(lit(0) < lit(1) && lit(1) < lit(2), "{} {} {}", lit(0), lit(1), lit(2));

    let again = preview(&stage, "clip.blend".as_ref(), &["--count", "2"]).succeeds();
    assert_eq!(
        (&again.json["frames_reused"], &again.json["frames"][1]["render_time_seconds"]),
        (&2.into(), &serde_json::Value::Null)
    );
    stage.variable("BROLL_FFMPEG", ffmpeg());
    let render = stage.render(&["--frames", "1..24"]).succeeds();
    assert_eq!(render.json["frames_reused"], 3);
    let after = preview(&stage, "clip.blend".as_ref(), &["--count", "24"]).succeeds();
    assert_eq!(after.json["frames_reused"], 24);
    let frame = &stage.frames()[7];
    fs_err::write(frame, &fs_err::read(frame).unwrap()[..99]).unwrap();
    let mended = preview(&stage, "clip.blend".as_ref(), &["--count", "24"]).succeeds();
    assert_eq!(mended.json["frames_reused"], 23);
}

#[test]
fn frames_are_small_unless_asked_otherwise_and_a_sheet_is_not_overwritten() {
    let stage = Stage::new("crossing");
    let small =
        ["preview", "--json", "--progress", "off", "--cpu", "--count", "1", "--duration", "1", "clip.blend"];
    let answer = stage.broll(&small).succeeds().warns(&[]);
    assert_eq!(
        (&answer.json["resolution"], &answer.json["samples"]),
        (&serde_json::json!([480, 270]), &16.into())
    );
    assert_eq!(answer.json["frames"][0]["at_seconds"], 14.0 / 30.0);
    stage.broll(&small).fails(1, "bad_output").says(&["exists", "--force"]);
}

#[test]
fn what_goes_wrong_is_said_with_the_frames() {
    let stage = Stage::new("crossing");
    // Long after the card has left, there is nothing to see.
    let gone = preview(&stage, "clip.blend".as_ref(), &["--frames", "200..210"]).succeeds().warns(&["black"]);
    assert!(gone.warnings("black")[0].starts_with("all 3 frames are black"), "{}", gone.json);
    let clear = preview(&stage, "clip.blend".as_ref(), &["--frames", "200..210", "--transparent"]);
    clear.succeeds().warns(&["clear"]);
    let title = preview(&stage, "clip.blend".as_ref(), &["--transparent"]);
    title.succeeds().warns(&[]);
    let still = Stage::new("patches");
    preview(&still, "clip.blend".as_ref(), &[]).succeeds().warns(&["nothing_moves"]);
}

#[test]
fn the_bundled_template_begins_in_the_dark_and_is_not_warned_of() {
    let stage = Stage::empty("unused.blend".as_ref());
    let args = ["--frames", "1..240", "--resolution", "96x54", "--samples", "2", "--count", "5"];
    preview(&stage, "ai_cpu_activation".as_ref(), &args).succeeds().warns(&[]);
}

#[test]
fn a_template_gets_a_still_when_it_is_added_and_loses_it_when_it_goes() {
    let stage = Stage::new("crossing");
    let add = |more: &[&str]| {
        stage.broll(&[&["templates", "add", "clip.blend", "--json", "--library", "library"], more].concat())
    };
    fs_err::write(stage.work("clip.toml"), "[defaults]\nframes = [1, 25]\nsamples = 2\n").unwrap();
    let still = stage.work("library/clip.png");
    let added = add(&[]).succeeds();
    assert_eq!(added.json["still"].as_str(), still.to_str());
    let bytes = fs_err::read(&still).unwrap();
    assert!(bytes.len() <= 60_000 && bytes.starts_with(b"\x89PNG"), "{} bytes", bytes.len());
    let middle = decoded(&still, [480, 270]).at(240, 135);
    assert!(middle[0] > 200, "the card is in the middle by then: {middle:?}");
    assert_eq!(fs_err::read_dir(stage.store()).into_iter().flatten().count(), 0, "frames are left");
    let library = ["--library", "library", "--json"];
    let list = stage.broll(&[&["templates", "list"][..], &library].concat()).succeeds();
    let all = list.json["templates"].as_array().unwrap();
    let clips =
        all.iter().filter(|entry| entry["name"].as_str().is_some_and(|name| name.starts_with("clip")));
    assert_eq!(clips.count(), 1, "{}", list.json);
    let show = stage.broll(&[&["templates", "show", "clip"][..], &library].concat()).succeeds();
    assert_eq!(show.json["still"].as_str(), still.to_str());

    // One that belongs to the file that was replaced would be wrong.
    fs_err::copy(scene("plain"), stage.blend()).unwrap();
    let replaced = add(&["--force", "--no-still"]).succeeds();
    assert!(replaced.json["still"].is_null() && !still.exists());
    add(&["--force"]).succeeds();
    assert!(still.is_file() && fs_err::read(&still).unwrap() != bytes);
    let removed = stage.broll(&[&["templates", "remove", "clip"][..], &library].concat()).succeeds();
    assert_eq!(removed.json["removed"].as_array().map(Vec::len), Some(3));
    assert_eq!(fs_err::read_dir(stage.work("library")).unwrap().count(), 0);
}

#[test]
fn a_template_without_a_still_is_a_template() {
    let stage = Stage::new("camera_none");
    let add = ["templates", "add", "clip.blend", "--json", "--library", "library"];
    let added = stage.broll(&add).succeeds();
    assert!(added.json["still"].is_null(), "{}", added.json);
    assert!(added.stderr.contains("warning: no still was rendered"), "{}", added.stderr);
    assert!(stage.work("library/clip.blend").is_file() && !stage.work("library/clip.png").exists());
}
