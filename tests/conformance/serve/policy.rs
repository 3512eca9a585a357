//! Bodies, limits and policies.

use std::time::Duration;

use broll::net::Method;
use serde_json::json;

use super::endpoint::{Endpoint, options, until};

#[test]
fn what_is_no_job_is_a_400_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    for body in
        ["", "{", "[]", "null", "\"x\"", "{}", r#"{"input":null}"#, r#"{"input":[1]}"#, r#"{"input":"{}"}"#]
    {
        for verb in ["run", "runsync"] {
            let (status, answer) = endpoint.call(Method::POST, &format!("/v2/local/{verb}"), body);
            assert_eq!(status, 400, "{body}");
            assert!(answer["error"].is_string(), "{answer}");
        }
    }
    let (status, answer) = endpoint.call(Method::POST, "/v2/local/runsync?wait=soon", r#"{"input":{}}"#);
    assert_eq!((status, answer["error"].as_str().unwrap().contains("`wait`")), (400, true));
    assert_eq!(endpoint.get("health")["jobs"]["inQueue"], 0);
}

#[test]
fn an_object_is_always_a_job_also_one_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let deep = format!(r#"{{"input":{{"a":{}{}}}}}"#, "[".repeat(5000), "]".repeat(5000));
    for body in [&deep, r#"{"input":{"a":"\ud800"}}"#, r#"{"input":{"a":1e999}}"#] {
        let (status, answer) = endpoint.call(Method::POST, "/v2/local/runsync", body);
        assert_eq!((status, &answer["status"]), (200, &json!("FAILED")), "{answer}");
        assert!(answer["error"].as_str().unwrap().contains("cannot be read"), "{answer}");
    }
}

#[test]
fn bodies_have_a_limit_each() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let body = |length: usize| {
        let (before, after) = (r#"{"input":{"mode":"empty","pad":""#, r#""}}"#);
        format!("{before}{}{after}", "x".repeat(length - before.len() - after.len()))
    };
    let send =
        |verb: &str, length: usize| endpoint.call(Method::POST, &format!("/v2/local/{verb}"), &body(length));
    let mib = 1 << 20;
    assert_eq!(send("run", 10 * mib).0, 200);
    let (status, answer) = send("run", 10 * mib + 1);
    assert_eq!((status, &answer["error"]), (400, &json!("exceeded max body size of 10MiB")));
    assert_eq!(send("runsync", 20 * mib).0, 200);
    for length in [20 * mib + 1, 60 * mib] {
        let (status, answer) = send("runsync", length);
        assert_eq!((status, &answer["error"]), (400, &json!("exceeded max body size of 20MiB")));
    }
}

#[test]
fn a_job_that_takes_too_long_times_out_and_may_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let policy = json!({"executionTimeout": 300, "lowPriority": true});
    let id = endpoint.run_with(&json!({"input": {"mode": "wait"}, "policy": policy}));
    let late = endpoint.wait_for(&id, "TIMED_OUT");
    assert!(late["executionTime"].as_u64().unwrap() >= 300 && late["output"].is_null(), "{late}");
    endpoint.go();
    endpoint.post(&format!("retry/{id}"), &json!({}));
    assert_eq!(endpoint.wait_for(&id, "COMPLETED")["output"], json!({"waited": true}));
}

#[test]
fn a_ttl_ends_a_job_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let short =
        |mode: &str, ttl: u32| endpoint.run_with(&json!({"input": {"mode": mode}, "policy": {"ttl": ttl}}));
    let (running, queued) = (short("wait", 4000), short("echo", 300));
    for id in [&queued, &running] {
        until("it is gone", || endpoint.code(Method::GET, &format!("/v2/local/status/{id}")) == 404);
    }
    assert_eq!(endpoint.post("runsync", &json!({"input": {}}))["status"], "COMPLETED");
    assert_eq!(*endpoint.handler.seen.lock().unwrap(), ["", "-", "", "-"], "the queued one never ran");
}

#[test]
fn results_expire_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path());
    options.keep_results = Duration::from_secs(3);
    let endpoint = Endpoint::with(options);
    let done = endpoint.post("runsync", &json!({"input": {}}));
    let failed = endpoint.post("runsync", &json!({"input": {"mode": "boom"}}));
    for job in [&done, &failed] {
        let path = format!("/v2/local/status/{}", job["id"].as_str().unwrap());
        until("it expires", || endpoint.code(Method::GET, &path) == 404);
    }
    let left = || fs_err::read_dir(folder.path().join("serve/files")).unwrap().count();
    until("its files are gone", || left() == 0);
    assert_eq!(endpoint.get("health")["jobs"]["completed"], 0);
}
