//! Full circle: the official client asks, the real worker renders, the official client reads.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal::SIGTERM;
use serde_json::{Value, json};

use super::process::Worker;
use crate::platform::{Answer, Route, Seen, Server, WorkerSide};

fn named(variable: &str) -> std::ffi::OsString {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run `make test`"))
}

/// The client's side of the platform, on top of what the worker posted.
fn answer(side: &WorkerSide, seen: &Seen) -> Answer {
    let id = seen.path.rsplit('/').next().unwrap_or_default();
    if seen.method == "POST" && id == "run" {
        let id = format!("circle-{}-u1", side.ledger().jobs.len());
        side.job(&id, &seen.json()["input"]);
        return Answer::json(200, &json!({"id": id, "status": "IN_QUEUE"}));
    }
    let posted = side.ledger().jobs.get(id).and_then(|life| life.results.last().cloned());
    let status = match &posted {
        None => "IN_PROGRESS",
        Some(body) if body.get("error").is_some() => "FAILED",
        Some(_) => "COMPLETED",
    };
    let mut told = json!({"id": id, "status": status});
    for (key, value) in posted.as_ref().and_then(Value::as_object).into_iter().flatten() {
        told[key] = value.clone();
    }
    Answer::json(200, &told)
}

#[test]
fn the_official_client_reads_what_our_worker_posted() {
    let side = Arc::new(WorkerSide::start(Duration::from_secs(1), |_| None));
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_broll"));
    command.arg("worker").env_clear().current_dir(home.path()).env("HOME", home.path());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("BROLL_ALLOW_CPU", "1");
    command.env("BROLL_BLENDER", named("BROLL_TEST_BLENDER")).env("BROLL_FFMPEG", named("BROLL_TEST_FFMPEG"));
    let mut worker = Worker::of(command, &side);
    let platform = Arc::clone(&side);
    let server = Server::start(move |seen| answer(&platform, seen));
    let read = Command::new(named("BROLL_TEST_SDK"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/worker/circle.py"))
        .env_clear()
        .env("HOME", home.path())
        .env("RUNPOD_ENDPOINT_BASE_URL", server.url("/v2"))
        .output()
        .unwrap();
    assert_eq!(
        (String::from_utf8_lossy(&read.stdout).as_ref(), read.status.code()),
        ("read back", Some(0)),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    worker.signal(SIGTERM);
    assert_eq!(worker.ended().code(), Some(0));
    let ledger = side.ledger();
    ledger.audit();
    // It rendered, and said so on the way.
    assert!(ledger.posts("circle-0-u1").iter().any(|post| post.route == Route::Progress));
}
