//! The answer of `--json`, field by field against the clip.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::common::{Stage, probe, stored};

#[test]
fn every_field_is_true() {
    let stage = Stage::new("plain");
    let args = [
        "--resolution",
        "96x54",
        "--fps",
        "30000/1001",
        "--duration",
        "0.5",
        "--samples",
        "2",
        "--quality",
        "good",
    ];
    let answer = stage.render(&args).succeeds().json;
    let out = stage.work("out.mp4");
    let bytes = fs_err::read(&out).unwrap();
    let (stream, format) = probe(&out);

    let fields: BTreeSet<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = [
        "output",
        "template",
        "duration",
        "resolution",
        "render_time_seconds",
        "file_size_bytes",
        "gpu_used",
        "frames",
        "fps",
        "samples",
        "encoder",
        "device",
        "blender_version",
        "sha256",
        "frames_reused",
        "warnings",
    ];
    assert_eq!(fields, BTreeSet::from(documented));
    assert_eq!(answer["output"].as_str(), fs_err::canonicalize(&out).unwrap().to_str());
    assert_eq!(answer["template"], "clip");
    assert_eq!(answer["resolution"], serde_json::json!([stream["width"], stream["height"]]));
    assert_eq!(answer["resolution"], serde_json::json!([96, 54]));
    assert_eq!(answer["file_size_bytes"], bytes.len());
    assert_eq!(format["size"].as_str(), Some(bytes.len().to_string().as_str()));
    assert_eq!(answer["frames"], 15);
    assert_eq!(stream["nb_read_frames"], "15");
    assert_eq!(stored(&stage, [96, 54]).len(), 15);
    assert_eq!(
        (answer["fps"].as_str(), stream["avg_frame_rate"].as_str()),
        (Some("30000/1001"), Some("30000/1001"))
    );
    let duration: f64 = stream["duration"].as_str().unwrap().parse().unwrap();
    assert!((answer["duration"].as_f64().unwrap() - duration).abs() < 1e-4, "{answer} {duration}");
    assert!((duration - 15.0 * 1001.0 / 30000.0).abs() < 1e-4, "{duration}");
    assert_eq!((answer["samples"].as_u64(), answer["gpu_used"].as_bool()), (Some(2), Some(false)));
    assert_eq!((answer["encoder"].as_str(), stream["codec_name"].as_str()), (Some("libx264"), Some("h264")));
    assert_eq!(answer["device"]["backend"], "cpu");
    assert!(answer["device"]["names"][0].as_str().is_some_and(|name| !name.is_empty()), "{answer}");
    assert!(
        answer["blender_version"].as_str().is_some_and(|version| version.starts_with("4.2.23")),
        "{answer}"
    );
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(answer["sha256"].as_str(), Some(sha256.as_str()));
    assert_eq!(
        (answer["frames_reused"].as_u64(), answer["warnings"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
    assert!(
        answer["render_time_seconds"].as_f64().is_some_and(|seconds| seconds > 0.0 && seconds < 600.0),
        "{answer}"
    );
}

#[test]
fn a_clip_starts_to_play_before_it_is_all_there() {
    let stage = Stage::new("plain");
    stage.render::<&str>(&[]).succeeds();
    let bytes = fs_err::read(stage.work("out.mp4")).unwrap();
    let find = |name: &[u8]| bytes.windows(4).position(|window| window == name).unwrap();
    assert!(find(b"moov") < find(b"mdat"));
}

#[test]
fn frames_of_a_finished_clip_go_unless_they_are_kept() {
    let stage = Stage::new("plain");
    let blend = stage.blend().to_str().unwrap();
    let args = [
        "render",
        blend,
        "--cpu",
        "--no-denoise",
        "--resolution",
        "64x36",
        "--samples",
        "1",
        "--frames",
        "1..2",
    ];
    let answer = stage.broll(&args);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_eq!(fs_err::read_dir(stage.store()).unwrap().count(), 0);
    assert_eq!(stage.listing(), ["clip.blend".into(), "clip.mp4".into()].into());
}

#[test]
fn a_dry_run_starts_nothing() {
    let mut stage = Stage::new("late");
    stage.variable("BROLL_BLENDER", "/nonexistent/blender");
    let answer = stage.render(&["--dry-run", "--fps", "30", "--duration", "2"]).succeeds();
    assert_eq!(
        (answer.json["first_frame"].as_u64(), answer.json["file_fps"].as_u64()),
        (Some(100), Some(24))
    );
    assert_eq!((answer.json["frames"].as_u64(), answer.json["duration"].as_f64()), (Some(60), Some(2.0)));
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists());
}
