//! Every verb, as the specification has it.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use broll::net::Method;
use serde_json::{Value, json};

use super::endpoint::{Endpoint, LONG, until};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn a_job_goes_its_way() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let input = json!({"name": "ü", "numbers": [1, 2.5, 1e300], "nested": {"b": null, "a": true}});
    let id = endpoint.run_with(&json!({"input": input, "s3Config": {"accessId": "i"}, "unknown": [1]}));
    assert!(id.len() == 39 && id.ends_with("-u1"), "{id}");
    let done = endpoint.wait_for(&id, "COMPLETED");
    assert_eq!(keys(&done), ["delayTime", "executionTime", "id", "output", "status", "workerId"]);
    assert_eq!(done["output"], json!({"echo": input, "s3": {"accessId": "i"}}));
    assert!(done["delayTime"].is_u64() && done["executionTime"].is_u64() && done["workerId"].is_string());
    // The same for a client that sends a POST.
    let (status, posted) = endpoint.call(Method::POST, &format!("/v2/local/status/{id}"), "");
    assert_eq!((status, posted), (200, done));
}

#[test]
fn an_id_that_is_no_text_is_as_unknown_as_any() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    for verb in ["status", "status-sync", "stream", "cancel", "retry"] {
        let unknown = |id: &str| endpoint.call(Method::POST, &format!("/v2/local/{verb}/{id}"), "");
        let (status, answer) = unknown("%ff%fe");
        assert!(status == 404 && answer["error"].is_string(), "{verb}: {status} {answer}");
        assert_eq!((status, answer), unknown("nobody"));
    }
}

#[test]
fn runsync_answers_with_the_end_or_with_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let done = endpoint.post("runsync", &json!({"input": {"name": "x"}}));
    assert_eq!(done["status"], "COMPLETED");
    assert!(done["id"].as_str().unwrap().starts_with("sync-"), "{done}");
    let failed = endpoint.post("runsync", &json!({"input": {"mode": "boom"}}));
    assert_eq!(
        (failed["status"].as_str(), failed["error"].as_str()),
        (Some("FAILED"), Some("bad input: boom"))
    );
    let empty = endpoint.post("runsync", &json!({"input": {"mode": "empty"}}));
    assert_eq!(keys(&empty), ["delayTime", "executionTime", "id", "status", "workerId"]);

    let early = endpoint.post("runsync?wait=1000", &json!({"input": {"mode": "wait"}}));
    assert_eq!((early["status"].as_str(), &early["output"]["done"]), (Some("IN_PROGRESS"), &json!(2)));
    let id = early["id"].as_str().unwrap();
    let began = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| endpoint.get(&format!("status-sync/{id}?wait=60000")));
        let posting = scope.spawn(|| endpoint.post(&format!("status-sync/{id}?wait=60000"), &json!({})));
        endpoint.go();
        for waited in [waiting, posting] {
            assert_eq!(waited.join().unwrap()["output"], json!({"waited": true}));
        }
    });
    assert!(began.elapsed() < LONG, "a wait ends with the job");
}

#[test]
fn a_job_in_progress_tells_its_last_snapshot_and_never_streams_it() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let id = endpoint.run(&json!({"mode": "wait"}));
    until("a snapshot", || endpoint.status(&id)["output"]["done"] == 2);
    let running = endpoint.status(&id);
    assert_eq!(keys(&running), ["delayTime", "id", "output", "status", "workerId"]);
    let partial = endpoint.get(&format!("stream/{id}?wait=1000"));
    assert_eq!(partial, json!({"status": "IN_PROGRESS", "stream": []}));
    endpoint.go();
    endpoint.wait_for(&id, "COMPLETED");
    let (_, streamed) = endpoint.call(Method::POST, &format!("/v2/local/stream/{id}"), "");
    assert_eq!(streamed, json!({"status": "COMPLETED", "stream": []}));
}

#[test]
fn jobs_are_cancelled_wherever_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let running = endpoint.run(&json!({"mode": "wait", "name": "running"}));
    let queued = endpoint.run(&json!({"name": "queued"}));
    endpoint.wait_for(&running, "IN_PROGRESS");
    for id in [&queued, &running] {
        let cancelled = json!({"id": id, "status": "CANCELLED"});
        assert_eq!(endpoint.post(&format!("cancel/{id}"), &json!({})), cancelled);
        assert_eq!(endpoint.post(&format!("cancel/{id}"), &json!({})), cancelled, "a second time");
        assert_eq!(endpoint.status(id)["status"], "CANCELLED");
        assert!(endpoint.status(id)["output"].is_null());
    }
    // The worker is free again, and the cancelled one in the queue never got to it.
    let done = endpoint.run(&json!({"name": "after"}));
    endpoint.wait_for(&done, "COMPLETED");
    assert_eq!(*endpoint.handler.seen.lock().unwrap(), ["running", "-", "after", "-"]);
    assert_eq!(endpoint.post(&format!("cancel/{done}"), &json!({}))["status"], "COMPLETED");
}

#[test]
fn only_what_failed_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let failed = endpoint.run(&json!({"mode": "boom", "name": "again"}));
    endpoint.wait_for(&failed, "FAILED");
    let holder = endpoint.run(&json!({"mode": "wait", "name": "holder"}));
    endpoint.wait_for(&holder, "IN_PROGRESS");
    assert_eq!(
        endpoint.post(&format!("retry/{failed}"), &json!({})),
        json!({"id": failed, "status": "IN_QUEUE"})
    );
    assert_eq!(
        endpoint.status(&failed),
        json!({"id": failed, "status": "IN_QUEUE"}),
        "nothing of the first try"
    );
    let (status, refused) = endpoint.call(Method::POST, &format!("/v2/local/retry/{holder}"), "");
    assert_eq!(status, 400);
    assert!(refused["error"].as_str().unwrap().contains("IN_PROGRESS"), "{refused}");
    endpoint.go();
    endpoint.wait_for(&failed, "FAILED");
    assert_eq!(*endpoint.handler.seen.lock().unwrap(), ["again", "-", "holder", "-", "again", "-"]);
    assert_eq!(endpoint.code(Method::POST, &format!("/v2/local/retry/{holder}")), 400);
    assert_eq!(endpoint.get("health")["jobs"]["retried"], 1);
}

#[test]
fn a_purge_takes_the_queue_and_health_counts() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let failed = endpoint.run(&json!({"mode": "boom"}));
    endpoint.wait_for(&failed, "FAILED");
    let running = endpoint.run(&json!({"mode": "wait"}));
    let queued: Vec<String> = (0..3).map(|_| endpoint.run(&json!({}))).collect();
    endpoint.wait_for(&running, "IN_PROGRESS");
    let jobs = |completed: u32, failed: u32, progress: u32, queue: u32| json!({"completed": completed, "failed": failed, "inProgress": progress, "inQueue": queue, "retried": 0});
    let health = endpoint.get("health");
    assert_eq!(health["jobs"], jobs(0, 1, 1, 3));
    assert_eq!(
        health["workers"],
        json!({"idle": 0, "initializing": 0, "ready": 1, "running": 1, "throttled": 0, "unhealthy": 0})
    );
    assert_eq!(endpoint.post("purge-queue", &json!({})), json!({"removed": 3, "status": "completed"}));
    for id in &queued {
        assert_eq!(endpoint.code(Method::GET, &format!("/v2/local/status/{id}")), 404);
    }
    endpoint.go();
    endpoint.wait_for(&running, "COMPLETED");
    let health = endpoint.get("health");
    assert_eq!((&health["jobs"], &health["workers"]["idle"]), (&jobs(1, 1, 0, 0), &json!(1)));
    assert_eq!(endpoint.post("purge-queue", &json!({}))["removed"], 0);
}

#[test]
fn many_clients_share_one_worker() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    std::thread::scope(|scope| {
        for client in 0..12 {
            let endpoint = &endpoint;
            scope.spawn(move || {
                let name = format!("c{client}");
                let done = endpoint.post("runsync", &json!({"input": {"name": name}}));
                assert_eq!(done["output"]["echo"]["name"], name);
            });
        }
    });
    let seen = endpoint.handler.seen.lock().unwrap();
    assert!(
        seen.len() == 24 && seen.iter().skip(1).step_by(2).all(|name| name == "-"),
        "one at a time: {seen:?}"
    );
}

#[test]
fn a_handler_that_panics_fails_its_job_alone_and_an_unfit_one_ends_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let failed = endpoint.post("runsync", &json!({"input": {"mode": "panic"}}));
    assert_eq!(failed["status"], "FAILED");
    assert_eq!(endpoint.post("runsync", &json!({"input": {}}))["status"], "COMPLETED");
    let unfit = endpoint.run(&json!({"mode": "boom", "unfit": true}));
    let error = endpoint.join().unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("unfit", 3));
    // The job's end is kept.
    let endpoint = Endpoint::start(folder.path());
    assert_eq!(endpoint.status(&unfit)["status"], "FAILED");
}

#[test]
fn a_big_result_comes_whole() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let size = 20 << 20;
    let id = endpoint.run(&json!({"mode": "big", "size": size}));
    until("it is done", || endpoint.get("health")["jobs"]["completed"] == 1);
    let headers = [("Authorization", "any")];
    let (status, bytes) = endpoint.raw(Method::GET, &format!("/v2/local/status/{id}"), Vec::new(), &headers);
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((status, body["output"]["video_base64"].as_str().unwrap().len()), (200, size));
    assert_eq!(body["status"], "COMPLETED");
}

#[test]
fn stopping_ends_waits_and_handlers_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let id = endpoint.run(&json!({"mode": "wait"}));
    endpoint.wait_for(&id, "IN_PROGRESS");
    let url = endpoint.origin.clone();
    let path = format!("{url}/v2/local/status-sync/{id}?wait=300000");
    let waiting = std::thread::spawn(move || {
        let http = broll::net::Http::new(broll::net::Redirects::Refuse).unwrap();
        let request = http.request(Method::GET, path.parse().unwrap()).header("Authorization", "any");
        let limits = broll::net::Limits { head: LONG * 4, idle: LONG };
        let reply = http.send(request, limits, &broll::interrupt::Cancel::default());
        reply.map(|reply| (reply.status(), reply.bytes(10_000).unwrap()))
    });
    std::thread::sleep(Duration::from_secs(1));
    let (handler, began) = (std::sync::Arc::clone(&endpoint.handler), Instant::now());
    endpoint.stop().unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(handler.seen.lock().unwrap().len(), 2, "the handler has ended");
    let (status, body) = waiting.join().unwrap().unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert!(
        status == 200 && ["IN_PROGRESS", "IN_QUEUE"].contains(&body["status"].as_str().unwrap()),
        "{body}"
    );
    assert!(!handler.go.load(Ordering::SeqCst));
}
