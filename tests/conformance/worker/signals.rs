//! What signals do to a worker, and what a worker does as the parent of orphans.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal::{SIGINT, SIGTERM};
use serde_json::{Value, json};

use super::process::{Worker, work_if_told};
use super::stops::{alive, grandchild, long_script};
use crate::platform::{Answer, Ledger, Route, WorkerFault, WorkerSide};

/// Starts the calling test again as a worker; a test's path within this binary is its module's and its name.
macro_rules! worker {
    ($side:expr, $test:literal $(, $more:expr)*) => {
        Worker::start($side, concat!("worker::signals::", $test), &[$($more),*])
    };
}

/// A job that the platform has sent may still be on its way; a heartbeat proves that it has arrived.
pub(super) fn held(job: &str) -> impl Fn(&Ledger) -> bool {
    move |ledger| ledger.of(Route::Ping).iter().any(|ping| ping.seen.query("job_id").as_deref() == Some(job))
}

#[test]
fn an_idle_worker_ends_at_once() {
    work_if_told();
    for signal in [SIGTERM, SIGINT] {
        let side = WorkerSide::start(Duration::from_secs(50), |_| None);
        let mut worker = worker!(&side, "an_idle_worker_ends_at_once");
        side.wait("a take", |ledger| !ledger.of(Route::Take).is_empty());
        worker.signal(signal);
        let start = Instant::now();
        assert_eq!(worker.ended().code(), Some(0));
        assert!(start.elapsed() < Duration::from_secs(20), "it waited for the poll");
    }
}

#[test]
fn the_job_that_is_held_is_finished_and_no_other_is_taken() {
    work_if_told();
    let side = WorkerSide::kind();
    side.job("a", &json!({"do": "sleep", "ms": 3000}));
    side.job("b", &json!({}));
    let mut worker = worker!(&side, "the_job_that_is_held_is_finished_and_no_other_is_taken");
    side.wait("a job", held("a"));
    worker.signal(SIGTERM);
    assert_eq!(worker.ended().code(), Some(0));
    let ledger = side.ledger();
    assert_eq!(ledger.result("a"), &json!({"output": "slept"}));
    assert!(!ledger.jobs.contains_key("b"));
    // The heart beat until the end.
    let done = ledger.entries.iter().position(|entry| entry.route == Route::Done).unwrap();
    let take = ledger.entries.iter().rposition(|entry| entry.route == Route::Take).unwrap();
    assert!(
        ledger.entries[take..done].iter().any(|entry| entry.seen.query("job_id").as_deref() == Some("a"))
    );
}

/// The official worker drops it.
#[test]
fn a_job_whose_answer_is_under_way_is_not_dropped() {
    work_if_told();
    let body = json!({"id": "late", "input": {"x": "y".repeat(1000)}}).to_string().into_bytes();
    let open = Arc::new(AtomicBool::new(false));
    let answer = Answer::Held { status: 200, body, open: Arc::clone(&open) };
    let side = WorkerSide::start(Duration::from_millis(300), move |call| {
        (call.route == Route::Take).then(|| WorkerFault::Instead(answer.clone()))
    });
    let mut worker = worker!(&side, "a_job_whose_answer_is_under_way_is_not_dropped");
    side.wait("a take", |ledger| !ledger.of(Route::Take).is_empty());
    // The head is there soon, the body is not.
    std::thread::sleep(Duration::from_secs(1));
    worker.signal(SIGTERM);
    open.store(true, Ordering::SeqCst);
    assert_eq!(worker.ended().code(), Some(0));
    let ledger = side.ledger();
    let post = ledger.posts("late")[0].seen.json();
    assert_eq!(post["output"]["echo"]["x"], Value::from("y".repeat(1000)));
    assert_eq!(ledger.of(Route::Take).len(), 1);
}

#[test]
fn a_second_signal_cuts_the_job_short_and_says_so() {
    work_if_told();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    // The first attempt to say so fails: what must be said is said all the same.
    let side = WorkerSide::start(Duration::from_millis(300), |call| {
        (call.route == Route::Done && call.number == 0).then_some(WorkerFault::Instead(Answer::empty(502)))
    });
    side.job("a", &json!({"do": "shell", "script": long_script(&file)}));
    let mut worker = worker!(&side, "a_second_signal_cuts_the_job_short_and_says_so");
    let pid = grandchild(&file);
    worker.signal(SIGTERM);
    std::thread::sleep(Duration::from_millis(300));
    assert!(alive(&pid) && side.ledger().of(Route::Done).is_empty(), "the first signal was too much");
    worker.signal(SIGTERM);
    assert_eq!(worker.ended().code(), Some(0));
    assert!(!alive(&pid));
    assert!(side.ledger().result("a")["error"].as_str().unwrap().starts_with("the worker was told to stop"));
}

/// The handler does not listen, but what it waits for can be killed.
#[test]
fn a_stopped_job_that_does_not_listen_loses_its_processes() {
    work_if_told();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let side = WorkerSide::kind();
    side.job("a", &json!({"do": "shell", "script": long_script(&file), "deaf": true}));
    let mut worker = worker!(&side, "a_stopped_job_that_does_not_listen_loses_its_processes");
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
    worker.signal(SIGTERM);
    assert_eq!(worker.ended().code(), Some(0));
    assert!(side.ledger().posts("a").is_empty());
}

/// A driver that hangs keeps the thread for ever: the platform is to replace the worker.
#[test]
fn a_job_that_cannot_be_ended_takes_the_worker_with_it() {
    work_if_told();
    for stopped in [true, false] {
        let side = WorkerSide::kind();
        side.job("a", &json!({"do": "hang", "ms": 600_000}));
        let mut worker = worker!(&side, "a_job_that_cannot_be_ended_takes_the_worker_with_it");
        side.wait("a job", held("a"));
        if stopped {
            side.stop("a");
        } else {
            worker.signal(SIGTERM);
            std::thread::sleep(Duration::from_millis(200));
            worker.signal(SIGTERM);
        }
        assert_eq!(worker.ended().code(), Some(1));
        assert_eq!(side.ledger().posts("a").len(), usize::from(!stopped));
    }
}

/// As PID 1 it would be their parent as well.
#[cfg(target_os = "linux")]
#[test]
fn orphans_do_not_stay_as_zombies() {
    work_if_told();
    let side = WorkerSide::kind();
    // The shell ends before what it has started, in a session and thus a process group of its own.
    side.job("a", &json!({"do": "shell", "script": "setsid sleep 0.3 >&- 2>&- & echo $!"}));
    let adopt = ("BROLL_TEST_ADOPT", "1");
    let mut worker = worker!(&side, "orphans_do_not_stay_as_zombies", adopt);
    let pid = side.result("a")["output"].as_str().unwrap().trim().to_owned();
    // Seen from inside; and what the worker started itself is still its own to wait for.
    let look = format!("while test -e /proc/{pid}; do sleep 0.1; done; echo gone");
    side.job("b", &json!({"do": "shell", "script": look}));
    assert_eq!(side.result("b"), json!({"output": "gone\n"}));
    worker.signal(SIGTERM);
    assert_eq!(worker.ended().code(), Some(0));
}
