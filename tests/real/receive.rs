//! Clips that a real ffmpeg made, taken in by `broll decode` with and without one.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::common::{Stage, debian_ffmpeg, ffmpeg, probe};

/// A clip of two seconds, made by these arguments.
fn made(stage: &Stage, name: &str, args: &[&str]) -> PathBuf {
    let path = stage.work(name);
    let mut command = Command::new(ffmpeg());
    command.args(["-v", "error", "-f", "lavfi", "-i", "testsrc=d=2:s=64x36:r=24"]);
    assert!(command.args(args).arg(&path).status().unwrap().success());
    path
}

/// A folder with the answer that holds this clip, and what it says of it.
fn stage() -> Stage {
    Stage::empty("answer.json".as_ref())
}

fn answer(stage: &Stage, clip: &Path, response: Value) {
    let bytes = fs_err::read(clip).unwrap();
    fs_err::remove_file(clip).unwrap();
    let mut output = response;
    output["video_base64"] = STANDARD.encode(bytes).into();
    let job = json!({"id": "a-u1", "status": "COMPLETED", "output": output});
    fs_err::write(stage.blend(), job.to_string()).unwrap();
}

const H264: [&str; 6] = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"];

#[test]
fn real_clips_of_every_kind_are_decoded_to_their_last_frame() {
    let cases: [(&str, &[&str]); 6] = [
        ("clip.mp4", &H264),
        // The index at the end: no pipe can play that.
        ("late.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p"]),
        ("clip.mov", &["-c:v", "prores_ks"]),
        ("hevc.mp4", &["-c:v", "libx265", "-x265-params", "log-level=error", "-tag:v", "hvc1"]),
        ("fragments.mp4", &["-c:v", "libx264", "-g", "12", "-movflags", "+frag_keyframe+empty_moov"]),
        (
            "sound.mp4",
            &["-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart"],
        ),
    ];
    for (name, args) in cases {
        let stage = stage();
        answer(
            &stage,
            &made(&stage, name, args),
            json!({"template": "t", "frames": 48, "resolution": [64, 36]}),
        );
        let told = stage.broll(&["decode", "answer.json", "--json"]).succeeds();
        assert_eq!(
            (told.json["checked"].as_str(), told.json["frames"].as_u64()),
            (Some("decoded"), Some(48)),
            "{name}"
        );
        assert!((told.json["duration"].as_f64().unwrap() - 2.0).abs() < 0.1, "{name}: {}", told.json);
        let output = PathBuf::from(told.json["output"].as_str().unwrap());
        let wanted = if name.ends_with("mov") { "answer.mov" } else { "answer.mp4" };
        assert_eq!(output, stage.work(wanted));
        if name != "sound.mp4" {
            assert_eq!(probe(&output).0["nb_read_frames"], "48", "{name}");
        }
        assert_eq!(stage.listing().len(), 2);
    }
}

#[test]
fn the_old_ffmpeg_decodes_as_well_and_none_is_told() {
    let mut stage = stage();
    answer(&stage, &made(&stage, "clip.mp4", &H264), json!({"frames": 48, "duration": 2.0}));
    stage.variable("BROLL_FFMPEG", debian_ffmpeg());
    let told = stage.broll(&["decode", "answer.json", "--json"]).succeeds();
    assert_eq!((told.json["checked"].as_str(), told.json["frames"].as_u64()), (Some("decoded"), Some(48)));
    stage.variable("BROLL_FFMPEG", "/nowhere/ffmpeg");
    let told = stage.broll(&["decode", "answer.json", "--json", "-f"]).succeeds();
    assert_eq!((told.json["checked"].as_str(), told.json["frames"].as_u64()), (Some("structure"), Some(48)));
    assert!(told.stderr.contains("no ffmpeg that runs"), "{}", told.stderr);
}

#[test]
fn damage_within_a_sound_structure_is_found_by_decoding() {
    let stage = stage();
    let clip = made(&stage, "clip.mp4", &H264);
    let mut bytes = fs_err::read(&clip).unwrap();
    let media = bytes.windows(4).position(|name| name == b"mdat").unwrap() + 4;
    let last = bytes.len();
    // Whoever sent it did not know: it has no digest.
    bytes[media + (last - media) / 3..last].fill(0);
    fs_err::write(&clip, bytes).unwrap();
    answer(&stage, &clip, json!({}));
    stage
        .broll(&["decode", "answer.json", "--json"])
        .fails(1, "clip_broken")
        .says(&["ffmpeg could not decode it"]);
    assert_eq!(stage.listing(), ["answer.json".into()].into());
}

#[test]
fn what_differs_from_the_response_is_refused() {
    let stage = stage();
    let clip = made(&stage, "clip.mp4", &H264);
    let bytes = fs_err::read(&clip).unwrap();
    for (response, words) in [
        (json!({"frames": 240}), "48 frames instead of 240"),
        (json!({"resolution": [1920, 1080]}), "64x36 instead of 1920x1080"),
        (json!({"duration": 8.0}), "2.000 s instead of 8.000 s"),
    ] {
        fs_err::write(&clip, &bytes).unwrap();
        answer(&stage, &clip, response);
        stage.broll(&["decode", "answer.json", "--json"]).fails(1, "clip_broken").says(&[words]);
        assert_eq!(stage.listing(), ["answer.json".into()].into());
    }
}

#[test]
fn a_clip_cut_anywhere_is_refused() {
    let stage = stage();
    let clip = made(&stage, "clip.mp4", &H264);
    let bytes = fs_err::read(&clip).unwrap();
    for part in 1..20 {
        let length = bytes.len() * part / 20;
        fs_err::write(&clip, &bytes[..length]).unwrap();
        answer(&stage, &clip, json!({}));
        let told = stage.broll(&["decode", "answer.json", "--json"]).fails(1, "clip_truncated");
        told.says(&[&format!("ends at byte {length}")]);
    }
    assert_eq!(stage.listing(), ["answer.json".into()].into());
}

#[test]
fn a_rendered_clip_survives_the_way_through_an_answer() {
    let stage = Stage::new("scenes");
    let rendered = stage.render::<&str>(&[]).succeeds().json;
    let bytes = fs_err::read(stage.work("out.mp4")).unwrap();
    let mut output = rendered.clone();
    output["video_base64"] = STANDARD.encode(&bytes).into();
    fs_err::write(stage.work("answer.json"), json!({"output": output, "status": "COMPLETED"}).to_string())
        .unwrap();
    let told = stage.broll(&["decode", "answer.json", "--json"]).succeeds().json;
    assert!(fs_err::read(stage.work("answer.mp4")).unwrap() == bytes);
    for field in ["sha256", "file_size_bytes", "frames", "template", "resolution", "fps"] {
        assert_eq!(told[field], rendered[field], "{field}");
    }
    assert_eq!((told["checked"].as_str(), told.get("video_base64")), (Some("decoded"), None));
}
