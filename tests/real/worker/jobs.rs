//! Jobs that go well, one after the other in one Blender.

use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use broll::interrupt::Cancel;
use nix::sys::signal::{Signal, kill};
use serde_json::{Value, json};

use crate::common::{Premises, reference, request, scene};

const SIZE: [usize; 2] = [64, 36];

#[track_caller]
fn shows_the_plain_scene(premises: &Premises, answer: &Value) {
    let pictures = premises.pictures(answer, SIZE);
    assert_eq!(pictures.len(), 3);
    for (shown, frame) in pictures.iter().zip(reference()) {
        assert!(shown.overall().iter().zip(frame.overall()).all(|(a, b)| (a - b).abs() < 4.0));
    }
}

#[test]
fn a_name_becomes_a_clip_in_the_answer_and_nothing_is_left_behind() {
    let premises = Premises::new(&["plain"]);
    let answer = premises.makes(request(&json!({})));
    shows_the_plain_scene(&premises, &answer);
    let first = answer.as_object().unwrap().keys().next().unwrap();
    assert_eq!(first, "video_base64");
    assert_eq!(answer.get("output"), None);
    assert_eq!(
        (&answer["template"], &answer["frames"], &answer["duration"], &answer["gpu_used"]),
        (&json!("plain"), &json!(3), &json!(0.125), &json!(false))
    );
    let bytes = STANDARD.decode(answer["video_base64"].as_str().unwrap()).unwrap();
    assert_eq!(answer["file_size_bytes"], bytes.len());
    assert!(premises.cached("jobs").is_empty() && premises.cached("frames").is_empty());
    let stages: Vec<String> =
        premises.told().iter().map(|told| told["stage"].as_str().unwrap().into()).collect();
    for stage in ["preparing", "rendering", "encoding", "checking", "delivering"] {
        assert!(stages.iter().any(|told| told == stage), "{stage}: {stages:?}");
    }
    let told = premises.told();
    let last = told.last().unwrap();
    assert_eq!(
        (&last["done"], &last["frames"], &last["device"]["backend"]),
        (&json!(3), &json!(3), &json!("cpu"))
    );
}

#[test]
fn input_may_be_text_and_prores_is_a_mov() {
    let premises = Premises::new(&["plain"]);
    let input = request(&json!({"encoder": "prores_ks", "transparent": true})).to_string();
    let answer = premises.makes(input.into());
    let bytes = STANDARD.decode(answer["video_base64"].as_str().unwrap()).unwrap();
    assert_eq!(&bytes[4..12], b"ftypqt  ");
}

#[test]
fn a_file_in_the_request_is_rendered_and_found_again() {
    let premises = Premises::new(&[]);
    let data = STANDARD.encode(fs_err::read(scene("plain")).unwrap());
    // Encoders break lines, and some leave the padding out.
    let lines: Vec<&str> =
        data.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let input = request(&json!({"template": null, "blend_base64": lines.join("\n")}));
    let answer = premises.makes(input);
    shows_the_plain_scene(&premises, &answer);
    assert_eq!(answer["template"], "clip");
    let kept = premises.cached("templates");
    assert!(kept.len() == 1 && kept[0].len() == 64 + ".blend".len(), "{kept:?}");
    let bare = data.trim_end_matches('=');
    assert_eq!(
        premises.makes(request(&json!({"template": null, "blend_base64": bare})))["sha256"],
        answer["sha256"]
    );
    assert_eq!(premises.cached("templates"), kept);
}

#[test]
fn jobs_share_a_blender_and_nothing_else_whatever_thread_brings_them() {
    let bright = json!({"template": "ai_cpu_activation", "frames": [1, 2], "denoise": false});
    let dull = json!({"template": "ai_cpu_activation", "frames": [1, 2], "denoise": false,
        "parameters": {"glow": 0, "board_color": "#ff0000"}, "seed": 5});
    let other = json!({"transparent": true, "encoder": "prores_ks", "fps": 50, "resolution": [32, 32]});
    let fresh = Premises::new(&["plain"]);
    let expected = fresh.makes(request(&bright));
    let premises = Premises::new(&["plain"]);
    // Linux ends a child that asks for it with the thread that started it, not with the process.
    let on_a_thread = |changes: &Value| {
        let input = request(changes);
        thread::scope(|scope| scope.spawn(|| premises.makes(input)).join().unwrap())
    };
    let changed = on_a_thread(&dull);
    let blender = premises.blender();
    on_a_thread(&other);
    let again = on_a_thread(&bright);
    assert_eq!(premises.blender(), blender, "Blender did not stay");
    assert_ne!(changed["sha256"], expected["sha256"]);
    assert_eq!(again["frames_reused"], 0);
    let (seen, wanted) = (premises.pictures(&again, SIZE), fresh.pictures(&expected, SIZE));
    assert!(
        seen.iter().zip(&wanted).all(|(seen, wanted)| seen.distance(wanted) == 0),
        "a job left something"
    );
}

#[test]
fn a_blender_that_dies_while_it_waits_is_replaced() {
    let premises = Premises::new(&["plain"]);
    premises.makes(request(&json!({})));
    let dead = premises.blender();
    kill(dead, Signal::SIGKILL).unwrap();
    let answer = premises.makes(request(&json!({"seed": 2})));
    assert_eq!(answer["warnings"], json!([]));
    assert_ne!(premises.blender(), dead);
}

#[test]
fn a_blender_that_hangs_while_it_waits_is_replaced_long_before_a_stall() {
    let premises = Premises::with(&["plain"], "", |terms| terms.stall_timeout = Duration::from_secs(3600));
    premises.makes(request(&json!({})));
    let stopped = premises.blender();
    kill(stopped, Signal::SIGSTOP).unwrap();
    let cancel = Cancel::default();
    let is_up = || premises.processes().contains(&stopped);
    let outcome = thread::scope(|scope| {
        let job = scope.spawn(|| premises.cancellable(request(&json!({})), &cancel, &|_| {}));
        let began = Instant::now();
        while is_up() && began.elapsed() < Duration::from_secs(300) {
            thread::sleep(Duration::from_millis(50));
        }
        if is_up() {
            cancel.cancel();
        }
        job.join().unwrap()
    });
    shows_the_plain_scene(&premises, &outcome.result.unwrap());
    assert_ne!(premises.blender(), stopped);
}

#[test]
fn a_clip_too_large_for_the_answer_is_an_error_that_says_so() {
    let premises = Premises::with(&["plain"], "", |terms| terms.inline_limit = 700);
    premises.refuses(
        request(&json!({})),
        &["an answer takes", "upload_url", "BUCKET_ENDPOINT_URL", "network volume"],
    );
    assert!(premises.cached("jobs").is_empty());
}
