//! Estimates from real frames: what is rendered for them is not rendered again, and what they tell hangs together.

use serde_json::Value;

use crate::common::{Answer, Stage};

/// A clip of twelve frames, small and soon done.
const SMALL: [&str; 12] = [
    "--cpu",
    "--resolution",
    "64x36",
    "--samples",
    "1",
    "--no-denoise",
    "--quality",
    "draft",
    "--fps",
    "24",
    "--frames",
    "1..12",
];

fn estimate(stage: &Stage, args: &[&str]) -> Answer {
    let clip = stage.blend().to_str().unwrap();
    stage.broll(&[&["estimate", clip, "--json", "--progress", "off"][..], &SMALL, args].concat())
}

fn indices(answer: &Value, reused: bool) -> Vec<u64> {
    let scouts = answer["scouts"].as_array().unwrap().iter();
    scouts.filter(|scout| scout["reused"] == reused).map(|scout| scout["frame"].as_u64().unwrap()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn scouts_tell_of_the_whole_clip_and_the_render_goes_on_from_them() {
    let stage = Stage::new("plain");
    let told = estimate(&stage, &[]).succeeds().json;
    assert_eq!((indices(&told, false), indices(&told, true)), (vec![0, 5, 11], vec![]));
    assert_eq!((told["frames"].as_u64(), told["duration"].as_f64()), (Some(12), Some(0.5)));
    let here = &told["here"];
    let (frame, clip) = (&here["frame_seconds"], &here["seconds"]);
    assert!(number(&frame["low"]) > 0.0 && number(&frame["low"]) < number(&frame["high"]), "{here}");
    assert!(told["scouts"].as_array().unwrap().iter().all(|scout| number(&scout["seconds"]) > 0.0));
    let before = number(&here["startup_seconds"]) + number(&here["first_frame_extra_seconds"]);
    assert!((number(&clip["mean"]) - before - 12.0 * number(&frame["mean"])).abs() < 1e-6, "{here}");
    assert!(number(&here["left_seconds"]["mean"]) < number(&clip["mean"]));
    assert!(number(&here["host_memory_bytes"]) > 50e6 && here["device_memory_bytes"].is_null(), "{here}");
    // From a processor to GPUs nothing is scaled.
    assert_eq!(
        (told["gpus"].as_array().map(Vec::len), told["endpoint"]["seconds"].is_null()),
        (Some(0), true)
    );
    assert!(told["rests_on"].to_string().contains("is a processor"), "{}", told["rests_on"]);

    let again = estimate(&stage, &[]).succeeds().json;
    assert_eq!(indices(&again, true), [0, 5, 11]);
    assert_eq!(
        (&again["here"]["frame_seconds"], &again["here"]["host_memory_bytes"]),
        (frame, &here["host_memory_bytes"])
    );

    let clip = stage.render(&["--frames", "1..12"]).succeeds().json;
    assert_eq!((clip["frames_reused"].as_u64(), clip["frames"].as_u64()), (Some(3), Some(12)));
    let size = number(&clip["file_size_bytes"]);
    let range = &told["clip_bytes"];
    assert!(number(&range["low"]) <= size && size <= number(&range["high"]), "{size} {range}");
}

#[test]
fn frames_without_times_are_not_guessed_at() {
    let stage = Stage::new("plain");
    stage.render(&["--frames", "1..12"]).succeeds();
    estimate(&stage, &[]).fails(1, "no_times").says(&["--fresh"]);
    let told = estimate(&stage, &["--fresh"]).succeeds().json;
    assert_eq!((indices(&told, false).len(), told["here"]["frames_in_store"].as_u64()), (3, Some(3)));
    // Times that somebody tore are none.
    let store = fs_err::read_dir(stage.store()).unwrap().next().unwrap().unwrap().path();
    fs_err::write(store.join("times.json"), "{\"0\":").unwrap();
    estimate(&stage, &[]).fails(1, "no_times");
    // Other frames are rendered for the question, and the old ones are no hindrance.
    assert_eq!(indices(&estimate(&stage, &["--scouts", "4"]).succeeds().json, false), [3, 7]);
}

#[test]
fn a_clip_of_one_frame_and_more_scouts_than_frames_are_fine() {
    let stage = Stage::new("plain");
    let told = estimate(&stage, &["--frames", "1..1"]).succeeds().json;
    assert_eq!((indices(&told, false), told["frames"].as_u64()), (vec![0], Some(1)));
    assert_eq!(told["here"]["first_frame_extra_seconds"], 0.0);
    let told = estimate(&stage, &["--frames", "1..3", "--scouts", "64"]).succeeds().json;
    assert_eq!((indices(&told, true), indices(&told, false)), (vec![0], vec![1, 2]));
}

#[test]
fn where_speeds_are_known_gpus_have_a_price_and_submit_goes_by_the_estimate() {
    let stage = Stage::new("plain");
    for (key, value) in [
        ("local_speed", "1"),
        ("endpoint_gpu", "L4"),
        ("prices.L4.speed", "2"),
        ("prices.RTX 4090.speed", "8"),
    ] {
        stage.broll(&["config", "set", key, value]).succeeds();
    }
    let told = estimate(&stage, &[]).succeeds().json;
    let offers = told["gpus"].as_array().unwrap();
    let [first, second] = offers.as_slice() else { panic!("not two: {offers:?}") };
    let names = [&first["gpu"], &second["gpu"]].map(|name| name.as_str().unwrap());
    assert!(names.contains(&"L4") && names.contains(&"RTX 4090"), "{names:?}");
    let l4 = if names[0] == "L4" { first } else { second };
    let here = &told["here"];
    let before = number(&here["startup_seconds"]) + number(&here["first_frame_extra_seconds"]);
    let frames = 12.0 * number(&here["frame_seconds"]["mean"]) / 2.0;
    assert!((number(&l4["seconds"]["mean"]) - before - frames).abs() < 1e-6, "{l4}");
    assert_eq!(told["endpoint"]["usd"], l4["usd"]);
    let text =
        stage.broll(&[&["estimate", stage.blend().to_str().unwrap()][..], &SMALL].concat()).succeeds().json;
    let text = text.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "clip: 12 frames (0.5 s), 64x36, 1 sample, libx264",
        "At your endpoint: about ",
        "at $0.00019 a second",
        "its price a second: the price of the L4",
        "RTX 4090 $1.12 ",
        "- 3 frames that earlier runs rendered at these settings",
        "check yours",
        "10 s of a worker's start and 5.0 s of its idle time",
    ] {
        assert!(text.contains(said), "no {said:?} in:\n{text}");
    }

    let clip = stage.blend().to_str().unwrap();
    let submit = |max_cost: &str| {
        // All but --cpu, which would be the endpoint's processor.
        let args = ["submit", clip, "--dry-run", "--json", "--max-cost", max_cost];
        stage.broll(&[&args[..], &SMALL[1..], &["-o", "sent.mp4"]].concat())
    };
    let body = submit("0.05").succeeds();
    assert!(body.stderr.contains("scaled to the L4"), "{}", body.stderr);
    // 0.05 at 0.00019 a second, less 15 s of a worker's start and its idle time.
    assert_eq!(body.json["policy"]["executionTimeout"], 248_000);
    submit("0.003").fails(1, "too_expensive");
}
