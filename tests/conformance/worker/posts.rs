//! Progress and results: in order, once, and until the platform has understood.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use broll::worker::RunEnd;
use serde_json::{Value, json};

use super::stage::{work, work_with};
use crate::platform::{Answer, Call, Route, Seen, WorkerFault, WorkerSide};

const HOLD: Duration = Duration::from_millis(300);

/// What the first attempts to post the result get.
fn refusing(answers: Vec<Answer>) -> WorkerSide {
    WorkerSide::start(HOLD, move |call| {
        let answer = answers.get(call.number).filter(|_| call.route == Route::Done)?;
        Some(WorkerFault::Instead(answer.clone()))
    })
}

/// One job to its end; gives its results as they were posted.
fn posted(side: &WorkerSide, input: &Value) -> Vec<Value> {
    side.job("a", input);
    side.job("after", &json!({}));
    let worker = work(side);
    side.result("after");
    assert_eq!(worker.end(), RunEnd::Drained);
    let ledger = side.ledger();
    ledger.posts("a").iter().filter(|post| post.route == Route::Done).map(|post| post.seen.json()).collect()
}

#[test]
fn progress_comes_in_order_at_its_pace_and_never_after_the_result() {
    let side = WorkerSide::kind();
    side.job("a", &json!({"do": "progress", "steps": 80, "ms": 50}));
    let every = broll::worker::Waits::default().progress_every;
    assert!(every >= Duration::from_secs(1));
    let worker = work_with(&side, |platform| platform.waits.progress_every = every);
    side.result("a");
    worker.end();
    let ledger = side.ledger();
    ledger.audit();
    let progress = ledger.of(Route::Progress);
    // Four seconds of work, whatever the machine does meanwhile.
    let steps: Vec<u64> =
        progress.iter().map(|post| post.seen.json()["output"]["step"].as_u64().unwrap()).collect();
    assert!(steps.len() >= 2 && steps.is_sorted(), "{steps:?}");
    let (first, last) = (progress[0].seen.at, progress[progress.len() - 1].seen.at);
    let most = 1 + (last - first + Duration::from_secs(5)).as_secs();
    assert!(progress.len() as u64 <= most, "{} posts in {:?}", progress.len(), last - first);
    assert_eq!(progress[0].seen.json(), json!({"status": "IN_PROGRESS", "output": {"step": 0}}));
    assert_eq!(progress[0].seen.header("x-request-id"), Some("a"));
}

#[test]
fn progress_that_hangs_is_given_up_with_its_connection_before_the_result_is_posted() {
    let hung: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let closed = Arc::new(AtomicBool::new(false));
    let (hanging, seen_closed) = (Arc::clone(&hung), Arc::clone(&closed));
    let script = move |call: &Call<'_>| match call.route {
        Route::Progress => {
            hanging.lock().unwrap().push(call.seen.clone());
            Some(WorkerFault::Instead(Answer::Hang(Duration::from_secs(20))))
        }
        Route::Done => {
            let start = Instant::now();
            let gone = || hanging.lock().unwrap().iter().all(Seen::abandoned);
            // The end of a connection may come a moment later than what was sent after it on another.
            while !gone() && start.elapsed() < Duration::from_secs(10) {
                std::thread::yield_now();
            }
            seen_closed.store(gone(), Ordering::SeqCst);
            None
        }
        _ => None,
    };
    let side = WorkerSide::start(HOLD, script);
    side.job("a", &json!({"do": "progress", "steps": 2, "ms": 100}));
    let start = Instant::now();
    let worker = work_with(&side, |platform| platform.waits.progress = Duration::from_secs(20));
    side.result("a");
    assert!(start.elapsed() < Duration::from_secs(15), "the result waited for progress");
    worker.end();
    assert!(closed.load(Ordering::SeqCst) && !hung.lock().unwrap().is_empty());
    side.ledger().audit();
}

#[test]
fn failures_of_progress_do_no_harm() {
    for fault in [Answer::empty(500), Answer::Close, Answer::html(400), Answer::empty(404)] {
        let side = WorkerSide::start(HOLD, move |call| {
            (call.route == Route::Progress).then(|| WorkerFault::Instead(fault.clone()))
        });
        let results = posted(&side, &json!({"do": "progress", "steps": 3, "ms": 30}));
        assert_eq!(results, [json!({"output": {"steps": 3}})]);
    }
}

#[test]
fn a_result_is_posted_until_it_arrives() {
    let faults = vec![
        Answer::empty(500),
        Answer::html(502),
        Answer::Close,
        Answer::empty(429).with_header("Retry-After", "0"),
        Answer::Raw(b"HTTP/1.1 2".to_vec()),
        Answer::Hang(Duration::from_secs(5)),
        Answer::empty(401),
        Answer::empty(503),
    ];
    let side = refusing(faults);
    let results = posted(&side, &json!({"ü": "\u{0}☃"}));
    assert_eq!(results, vec![json!({"output": {"echo": {"ü": "\u{0}☃"}}}); 9]);
    side.ledger().audit();
    assert!(broll::worker::Waits::default().post_again_for >= Duration::from_secs(60));
}

#[test]
fn an_answer_that_is_lost_does_not_count_twice() {
    let side = WorkerSide::start(HOLD, |call| {
        (call.route == Route::Done && call.number < 2).then_some(WorkerFault::Lost(Answer::Close))
    });
    assert_eq!(posted(&side, &json!({})).len(), 3);
    side.ledger().audit();
}

#[test]
fn a_result_that_is_refused_becomes_a_small_failure() {
    for status in [400, 413] {
        let side = refusing(vec![Answer::typed(status, "text/plain", b"too\n  large")]);
        let results = posted(&side, &json!({"do": "big", "bytes": 100_000}));
        assert_eq!(results.len(), 2);
        let error = results[1]["error"].as_str().unwrap();
        assert_eq!(
            error,
            format!("result rejected by the platform: HTTP {status}, too large; it had 100 kB")
        );
        side.ledger().audit();
    }
}

/// The platform takes at most 10 MiB; nobody's client shall see a job that is done and has no output.
#[test]
fn a_result_beyond_the_limit_is_a_failure_that_says_so() {
    let side = WorkerSide::kind();
    let results = posted(&side, &json!({"do": "big", "bytes": 11 << 20}));
    assert!(results[1]["error"].as_str().unwrap().contains("exceeded max body size of 10MiB"));
    assert_eq!(side.ledger().result("a"), &results[1]);
}

#[test]
fn a_refused_failure_is_not_repeated_and_a_job_that_is_gone_is_let_go() {
    let fail = json!({"do": "fail", "message": "no such template"});
    for status in [400, 404, 410] {
        let side = refusing(vec![Answer::empty(status)]);
        assert_eq!(posted(&side, &fail), [json!({"error": "no such template"})], "{status}");
    }
    let side = refusing(vec![Answer::empty(404)]);
    assert_eq!(posted(&side, &json!({})).len(), 1);
}

#[test]
fn a_result_that_nobody_takes_is_given_up() {
    let side = WorkerSide::start(HOLD, |call| {
        (call.route == Route::Done && call.job == "a").then_some(WorkerFault::Instead(Answer::empty(500)))
    });
    side.job("a", &json!({}));
    side.job("b", &json!({}));
    let worker = work_with(&side, |platform| platform.waits.post_again_for = Duration::from_millis(300));
    side.result("b");
    assert!(worker.log().iter().any(|line| line.contains("given up") && line.contains("\"a\"")));
    worker.end();
}

#[test]
fn an_error_is_a_string_and_the_worker_goes_on() {
    for (input, error) in [
        (json!({"do": "fail", "message": "there is no template \"x\""}), "there is no template \"x\""),
        (json!({"do": "fail", "message": ""}), "the job failed without saying why"),
        (json!({"do": "panic"}), "this is a bug in broll: on purpose"),
    ] {
        assert_eq!(posted(&WorkerSide::kind(), &input), [json!({"error": error})]);
    }
}

#[test]
fn a_worker_that_is_spoiled_says_so_and_exits_with_1() {
    let side = WorkerSide::kind();
    side.deliver(json!([
        {"id": "a", "input": {"do": "unfit"}},
        {"id": "b", "input": {}},
    ]));
    let end = work(&side).ended();
    assert_eq!((end.clone(), end.exit_code()), (RunEnd::Unfit, 1));
    let ledger = side.ledger();
    assert_eq!(ledger.result("a"), &json!({"error": "the GPU does not answer"}));
    assert!(ledger.result("b")["error"].as_str().unwrap().contains("being replaced"));
    ledger.audit();
}
