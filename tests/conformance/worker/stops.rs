//! Jobs that the platform stops: their processes are gone, nothing is posted, the worker goes on.

use std::time::{Duration, Instant};

use broll::worker::RunEnd;
use serde_json::json;

use super::stage::work;
use crate::platform::{Answer, Gate, Route, WorkerFault, WorkerSide};

const HOLD: Duration = Duration::from_millis(300);

/// Whether a process runs; one that ended and was not collected yet does not.
pub(super) fn alive(pid: &str) -> bool {
    fs_err::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// A script whose grandchild's id is in `file`, and that would run for minutes.
pub(super) fn long_script(file: &std::path::Path) -> String {
    format!("sleep 600 & echo $! > {0}.new; mv {0}.new {0}; sleep 600", file.display())
}

/// Waits for the id that [`long_script`] leaves.
pub(super) fn grandchild(file: &std::path::Path) -> String {
    let start = Instant::now();
    loop {
        assert!(start.elapsed() < Duration::from_secs(60), "the script does not run");
        if let Ok(pid) = fs_err::read_to_string(file) {
            return pid.trim().to_owned();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_stopped_job_loses_its_processes_and_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let side = WorkerSide::kind();
    side.job("a", &json!({"do": "shell", "script": long_script(&file)}));
    let worker = work(&side);
    let pid = grandchild(&file);
    side.stop("a");
    side.wait("the stop", |ledger| ledger.jobs["a"].stops == 1);
    let start = Instant::now();
    while alive(&pid) {
        assert!(start.elapsed() < Duration::from_secs(60), "still alive");
        std::thread::sleep(Duration::from_millis(5));
    }
    side.job("b", &json!({}));
    side.result("b");
    assert_eq!(worker.end(), RunEnd::Drained);
    assert!(side.ledger().posts("a").is_empty());
    side.ledger().audit();
}

#[test]
fn a_stop_for_another_job_is_ignored() {
    let side = WorkerSide::kind();
    side.job("a", &json!({"do": "sleep", "ms": 300}));
    let worker = work(&side);
    side.wait("a job", |ledger| ledger.jobs.contains_key("a"));
    side.stop("b");
    side.stop("");
    assert_eq!(side.result("a"), json!({"output": "slept"}));
    worker.end();
    // It may have come too early for the job that bears its name.
    side.job("b", &json!({}));
    let worker = work(&side);
    side.result("b");
    worker.end();
}

#[test]
fn no_progress_follows_a_stop() {
    let side = WorkerSide::kind();
    side.job("a", &json!({"do": "progress", "steps": 6000, "ms": 10}));
    let worker = work(&side);
    side.wait("progress", |ledger| !ledger.of(Route::Progress).is_empty());
    side.stop("a");
    side.wait("the stop", |ledger| ledger.jobs["a"].stops == 1);
    side.job("b", &json!({}));
    side.result("b");
    worker.end();
    let ledger = side.ledger();
    let after = ledger.entries.iter().position(|entry| entry.route == Route::Stop && entry.accepted).unwrap();
    // What was on its way when the stop was heard may still arrive.
    let late = ledger.entries[after..].iter().filter(|entry| entry.route == Route::Progress).count();
    assert!(late <= 40, "{late}");
    let end = ledger.entries.iter().position(|entry| entry.job == "b").unwrap();
    assert!(ledger.entries[end..].iter().all(|entry| entry.job != "a"));
    assert!(ledger.posts("a").iter().all(|post| post.route == Route::Progress));
}

/// A job that came with another one, and is stopped before its turn, never begins.
#[test]
fn a_job_that_waits_can_be_stopped() {
    let heard = Gate::default();
    let waits = heard.clone();
    let side = WorkerSide::start(HOLD, move |call| {
        if call.route == Route::Done {
            waits.wait();
        }
        None
    });
    side.deliver(json!([
        {"id": "a", "input": {}},
        {"id": "b", "input": {}},
    ]));
    let worker = work(&side);
    side.wait("the jobs", |ledger| ledger.jobs.contains_key("a"));
    side.stop("b");
    side.wait("the stop", |ledger| ledger.jobs["b"].stops == 1);
    // Whoever asks again has heard the answer before.
    let asked = side.ledger().of(Route::Stop).len();
    side.wait("the next question", |ledger| ledger.of(Route::Stop).len() > asked);
    heard.open();
    side.result("a");
    worker.end();
    assert!(side.ledger().posts("b").is_empty());
    side.ledger().audit();
}

#[test]
fn a_stop_together_with_the_result_is_settled_without_a_second_post() {
    // The stop is told while the first attempt to post the result waits for its answer.
    let (posted, told, heard) = (Gate::default(), Gate::default(), Gate::default());
    let side = WorkerSide::start(HOLD, move |call| match call.route {
        Route::Done if call.job == "a" => {
            posted.open();
            heard.wait();
            Some(WorkerFault::Instead(Answer::empty(503)))
        }
        // Whoever asks again has heard the answer before.
        Route::Stop if told.is_open() => {
            heard.open();
            None
        }
        Route::Stop if posted.is_open() => {
            told.open();
            Some(WorkerFault::Instead(Answer::json(200, &json!({"jobsToStop": ["a"]}))))
        }
        _ => None,
    });
    side.job("a", &json!({}));
    let worker = work(&side);
    side.wait("a post", |ledger| !ledger.of(Route::Done).is_empty());
    side.job("b", &json!({}));
    side.result("b");
    assert_eq!(worker.end(), RunEnd::Drained);
    assert_eq!(side.ledger().posts("a").len(), 1);
}

#[test]
fn a_stop_channel_that_is_broken_disturbs_nothing_and_is_told_once() {
    for answer in
        [Answer::empty(404), Answer::html(502), Answer::Close, Answer::typed(200, "text/plain", b"7{")]
    {
        let side = WorkerSide::start(HOLD, move |call| {
            (call.route == Route::Stop && call.number < 5).then(|| WorkerFault::Instead(answer.clone()))
        });
        let worker = work(&side);
        side.wait("stops", |ledger| ledger.of(Route::Stop).len() > 5);
        side.job("a", &json!({"do": "sleep", "ms": 60_000}));
        side.wait("a job", |ledger| ledger.jobs.contains_key("a"));
        side.stop("a");
        side.job("b", &json!({}));
        side.result("b");
        let told =
            worker.log().iter().filter(|line| line.contains("WARN") && line.contains("job-stop")).count();
        assert_eq!(told, 1, "{:?}", worker.log());
        worker.end();
        side.ledger().audit();
    }
}
