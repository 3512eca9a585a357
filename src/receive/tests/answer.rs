use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::*;

fn fails(document: &Value, code: &str, exit: u8, words: &[&str]) {
    let error = interpret(document.clone()).unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), (code, exit), "{document}: {error}");
    for word in words {
        let text = format!("{error}; {}", error.hint_text());
        assert!(text.contains(word), "{document}: no {word:?} in {text}");
    }
}

#[test]
fn the_response_is_what_stood_around_the_clip() {
    let response = json!({"template": "t", "frames": 240});
    for document in [
        json!({"video_base64": CLIP, "template": "t", "frames": 240}),
        json!({"template": "t", "video_base64": CLIP, "frames": 240, "video_url": "https://h/x?secret"}),
        json!({"id": "a", "status": "COMPLETED", "output": {"video_base64": CLIP, "template": "t", "frames": 240}}),
        json!({"output": [{"template": "t", "frames": 240, "video": CLIP}], "error": null}),
    ] {
        let answer = interpret(document.clone()).unwrap();
        assert_eq!(
            (answer.source, Value::from(answer.response)),
            (Source::Inline, response.clone()),
            "{document}"
        );
    }
    for document in [json!(CLIP), json!({"id": "a", "status": "COMPLETED", "output": CLIP}), json!([CLIP])] {
        let answer = interpret(document.clone()).unwrap();
        assert_eq!((answer.source, answer.response.len()), (Source::Inline, 0), "{document}");
    }
}

#[test]
fn a_link_is_found_beside_everything_but_the_request() {
    let output = json!({"video_base64": null, "video_url": " https://h/x.mp4?sig=1 ", "template": "t"});
    for document in [
        output.clone(),
        json!({"id": "a", "status": "COMPLETED", "output": output, "input": {"video_url": "https://wrong/"}}),
    ] {
        let answer = interpret(document).unwrap();
        assert_eq!(answer.source, Source::Link("https://h/x.mp4?sig=1".to_owned()));
        assert_eq!(Value::from(answer.response), json!({"template": "t"}));
    }
    fails(&json!({"input": {"video_url": "https://wrong/"}}), "no_video", 1, &["input"]);
}

#[test]
fn every_end_of_a_job_is_told_apart() {
    let job =
        |status: &str| json!({"id": "a-u1", "status": status, "output": {"stage": "rendering", "done": 3}});
    fails(&job("IN_QUEUE"), "not_finished", 1, &["job a-u1", "IN_QUEUE", "broll jobs watch a-u1"]);
    fails(&job("IN_PROGRESS"), "not_finished", 1, &["IN_PROGRESS"]);
    fails(&json!({"id": "a", "status": "RUNNING"}), "not_finished", 1, &["RUNNING"]);
    fails(&job("CANCELLED"), "job_cancelled", 5, &["was cancelled"]);
    fails(&job("TIMED_OUT"), "job_timed_out", 6, &["timed out"]);
    fails(&job("COMPLETED"), "no_video", 1, &["stage, done"]);
    for output in [json!(null), json!({}), json!([]), json!("")] {
        let job = json!({"id": "a-u1", "status": "COMPLETED", "output": output});
        fails(&job, "no_output", 5, &["job a-u1", "no output"]);
    }
    fails(&json!({"id": "a", "status": "COMPLETED"}), "no_output", 5, &["larger", "S3"]);
}

#[test]
fn a_failed_job_says_why() {
    let sdk = json!({"error_type": "<class 'KeyError'>", "error_message": "'template'", "error_traceback": "Traceback …"});
    for error in [sdk.clone(), json!(sdk.to_string())] {
        let job = json!({"id": "a-u1", "status": "FAILED", "error": error});
        fails(&job, "job_failed", 5, &["job a-u1 failed", "KeyError: 'template'"]);
    }
    fails(&json!({"status": "FAILED"}), "job_failed", 5, &["no reason"]);
    fails(&json!({"error": "no GPU"}), "job_failed", 5, &["the answer is an error", "no GPU"]);
    fails(&json!({"status": "COMPLETED", "output": {"error": "no GPU"}}), "job_failed", 5, &["no GPU"]);
    // A failed job has no clip, whatever stands beside its error.
    fails(
        &json!({"status": "FAILED", "error": "e", "output": {"video_base64": CLIP}}),
        "job_failed",
        5,
        &["e"],
    );
}

#[test]
fn foreign_data_is_named() {
    let png = STANDARD.encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let webm = format!("data:video/webm;base64,{}", STANDARD.encode(b"\x1a\x45\xdf\xa3..............."));
    let page = STANDARD.encode(b"<!DOCTYPE html><html>");
    for (data, what) in
        [(png.as_str(), "PNG"), (&webm, "WebM"), (&page, "HTML"), ("done", "begins \"done\""), ("", "empty")]
    {
        fails(&json!({"video_base64": data}), "not_a_clip", 1, &[what]);
        fails(&json!({"status": "COMPLETED", "output": {"video_base64": data}}), "not_a_clip", 1, &[what]);
        fails(&json!({"output": data}), "not_a_clip", 1, &[what]);
    }
    fails(&json!(7), "no_video", 1, &[]);
    fails(&json!({"workers": {"idle": 1}, "jobs": {}}), "no_video", 1, &["workers, jobs"]);
}
