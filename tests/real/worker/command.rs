//! `broll worker --test-input`.

use std::ffi::OsStr;

use serde_json::{Value, json};

use crate::common::{Answer, Stage, request};

fn run(stage: &Stage, input: &str) -> Answer {
    stage.broll(&["worker", "--test-input", input])
}

fn stage() -> Stage {
    let mut stage = Stage::empty(OsStr::new("none.blend"));
    fs_err::create_dir(stage.work("templates")).unwrap();
    fs_err::copy(crate::common::scene("plain"), stage.work("templates/plain.blend")).unwrap();
    stage.variable("BROLL_ALLOW_CPU", "1");
    stage
}

#[test]
fn one_job_is_carried_out_and_its_response_printed() {
    let stage = stage();
    let answer = run(&stage, &request(&json!({})).to_string());
    assert_eq!((answer.code, &answer.json["frames"]), (0, &json!(3)), "{}", answer.stderr);
    assert!(answer.json["video_base64"].as_str().unwrap().len() > 100);
    assert!(answer.stderr.contains("plain: 3 frames"), "{}", answer.stderr);
}

#[test]
fn a_whole_job_may_stand_in_a_file() {
    let stage = stage();
    let job = json!({"id": "x", "input": request(&json!({"frames": [1, 1]}))});
    fs_err::write(stage.work("job.json"), job.to_string()).unwrap();
    assert_eq!(run(&stage, "@job.json").json["frames"], 1);
}

#[test]
fn an_error_is_what_the_endpoint_would_post_and_the_exit_code_says_its_kind() {
    let stage = stage();
    let failed = run(&stage, &request(&json!({"samples": 0})).to_string());
    assert_eq!(failed.code, 1);
    assert!(failed.json["error"].as_str().unwrap().starts_with("samples cannot be 0: "), "{}", failed.json);
    assert!(failed.stderr.contains("hint: "), "{}", failed.stderr);
    let failed = run(&stage, &request(&json!({"device": "auto"})).to_string());
    assert_eq!(failed.code, 3);
    let json = stage.broll(&["worker", "--json", "--test-input", "{}"]);
    assert_eq!((json.code, &json.json["error"]["code"]), (1, &json!("bad_source")));
}

#[test]
fn the_environment_sets_device_and_encoder() {
    let mut stage = stage();
    stage.variable("BROLL_DEVICE", "cpu");
    stage.variable("BROLL_ENCODER", "libx265");
    let input = request(&json!({"device": Value::Null, "encoder": Value::Null, "frames": [1, 1]}));
    let answer = run(&stage, &input.to_string());
    assert_eq!((&answer.json["encoder"], &answer.json["gpu_used"]), (&json!("libx265"), &json!(false)));
    stage.variable("BROLL_ALLOW_CPU", "0");
    let refused = run(&stage, &input.to_string());
    assert!(refused.json["error"].as_str().unwrap().contains("BROLL_ALLOW_CPU=1"), "{}", refused.json);
}
