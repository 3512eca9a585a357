//! The official worker and ours, driven by the same script; every request is compared, field by field.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal::SIGTERM;
use serde_json::json;

use super::process::{Worker, work_if_told};
use super::signals::held;
use crate::platform::{Entry, Route, WorkerSide};

/// A request, named by what it is for.
type Requests = BTreeMap<String, BTreeMap<String, String>>;

/// On which requests, in which field, and why the two differ. A request is meant by the beginning of its name.
const DIFFERENCES: [(&str, &str, &str); 5] = [
    ("", "user-agent", "each says who it is"),
    ("", "accept-encoding", "the answers are small, so ours needs no decompression"),
    ("take, last", "x-request-id", "the official one repeats the id of a job that it has posted before"),
    ("stop, last", "x-request-id", "likewise"),
    ("ping", "connection", "python-requests says what HTTP/1.1 takes for granted"),
];

fn name(entry: &Entry) -> String {
    match entry.route {
        Route::Progress => format!("progress {} {}", entry.job, entry.seen.json()["output"]["step"]),
        Route::Done => format!("done {}", entry.job),
        Route::Ping => format!("ping {}", entry.seen.query("job_id").unwrap_or_default()),
        route => format!("{route:?}").to_lowercase(),
    }
}

fn fields(entry: &Entry) -> BTreeMap<String, String> {
    let seen = &entry.seen;
    let query = seen.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let mut fields: BTreeMap<String, String> = [
        ("method", seen.method.clone()),
        ("path", seen.path.clone()),
        ("query", query.to_owned()),
        ("body", if seen.body.is_empty() { String::new() } else { seen.json().to_string() }),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for (name, value) in &seen.headers {
        // The port differs, and so does the white space in JSON.
        if !["host", "content-length"].contains(&name.to_lowercase().as_str()) {
            fields.insert(name.to_lowercase(), value.clone());
        }
    }
    fields
}

/// A worker's whole life; what it asked and told.
fn drive(start: impl FnOnce(&WorkerSide) -> Worker) -> Requests {
    let side = WorkerSide::start(Duration::from_secs(1), |_| None);
    let mut worker = start(&side);
    side.wait("a heartbeat", |ledger| !ledger.of(Route::Ping).is_empty());
    for (id, input) in [
        ("ok-u1", json!({"x": 1, "ü": "\u{2603}"})),
        ("fail-u1", json!({"do": "fail", "message": "no such template: \"x\""})),
        // The official one posts each from a thread of its own, in any order; so they are given time.
        ("progress-u1", json!({"do": "progress", "steps": 2, "ms": 1500})),
    ] {
        side.job(id, &input);
        side.result(id);
    }
    // Progress proves that it has begun: a stop that comes before that is lost on the official worker.
    side.job("stop-u1", &json!({"do": "progress", "steps": 1, "ms": 600_000}));
    side.wait("progress", |ledger| !ledger.posts("stop-u1").is_empty());
    side.wait("a heartbeat for the job", held("stop-u1"));
    side.stop("stop-u1");
    side.wait("the stop", |ledger| ledger.quiet());
    side.job("last-u1", &json!({"do": "sleep", "ms": 4000}));
    side.wait("the last job", held("last-u1"));
    worker.signal(SIGTERM);
    assert_eq!(worker.ended().code(), Some(0));
    side.result("last-u1");
    let ledger = side.ledger();
    ledger.audit();
    let mut requests = Requests::new();
    for entry in &ledger.entries {
        // Polls and heartbeats repeat themselves: the first ones, and the last polls.
        requests.entry(name(entry)).or_insert_with(|| fields(entry));
    }
    for (name, route) in [("take, last", Route::Take), ("stop, last", Route::Stop)] {
        requests.insert(name.to_owned(), fields(ledger.of(route).last().unwrap()));
    }
    assert!(ledger.posts("stop-u1").iter().all(|post| post.route == Route::Progress));
    // Whether a heartbeat falls into a short job is chance.
    requests
        .retain(|name, _| !name.starts_with("ping") || ["ping ", "ping stop-u1"].contains(&name.as_str()));
    requests
}

#[test]
fn our_requests_are_the_official_workers() {
    work_if_told();
    let sdk = std::env::var_os("BROLL_TEST_SDK").expect("BROLL_TEST_SDK is not set: run `make test`");
    // Credentials that lie in a home folder would be used instead of the environment's.
    let home = tempfile::tempdir().unwrap();
    let official = drive(|side| {
        let mut command = Command::new(sdk);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/worker/official_worker.py"));
        command.env("HOME", home.path()).current_dir(home.path()).env("RUNPOD_LOG_LEVEL", "ERROR");
        command.env("RUNPOD_SKIP_AUTO_SYSTEM_CHECKS", "true").env("RUNPOD_SKIP_GPU_CHECK", "true");
        Worker::of(command, side)
    });
    let ours =
        drive(|side| Worker::start(side, "worker::official::our_requests_are_the_official_workers", &[]));
    let names = |requests: &Requests| requests.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&ours), names(&official));
    let mut found = Vec::new();
    for (name, official) in &official {
        let ours = &ours[name];
        for field in official.keys().chain(ours.keys()) {
            if official.get(field) == ours.get(field) {
                continue;
            }
            let row =
                DIFFERENCES.iter().position(|(request, own, _)| name.starts_with(request) && own == field);
            let (theirs, ours) = (official.get(field), ours.get(field));
            found.push(row.unwrap_or_else(|| panic!("{name}, {field}: {theirs:?} and ours is {ours:?}")));
        }
    }
    for (row, difference) in DIFFERENCES.iter().enumerate() {
        assert!(found.contains(&row), "no longer a difference: {difference:?}");
    }
}
