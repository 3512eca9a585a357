//! Taking jobs: how often, how long, and what is done with what comes.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::{platform, start, work, work_with};
use crate::platform::{Answer, Call, Entry, Gate, Route, WorkerFault, WorkerSide};

/// A platform that answers the first takes with this, and gives jobs after that.
fn answering_takes(count: usize, answer: impl Fn() -> Answer + Send + Sync + 'static) -> WorkerSide {
    let script = move |call: &Call<'_>| {
        (call.route == Route::Take && call.number < count).then(|| WorkerFault::Instead(answer()))
    };
    WorkerSide::start(Duration::from_millis(300), script)
}

/// From the first take to the one `count` takes later; half of what is waited is enough, since a busy machine may see the
/// first one late.
fn span(side: &WorkerSide, count: usize) -> Duration {
    let ledger = side.ledger();
    let takes = ledger.of(Route::Take);
    takes[count].seen.at - takes[0].seen.at
}

#[test]
fn every_request_carries_the_raw_key_and_its_place_in_the_urls() {
    let stops = Gate::default();
    let side = WorkerSide::start(Duration::from_millis(300), move |call| {
        match call.route {
            Route::Stop => stops.open(),
            Route::Done => stops.wait(),
            _ => {}
        }
        None
    });
    side.job("j-u1", &json!({"do": "progress", "steps": 1, "ms": 2000}));
    let worker = work(&side);
    side.result("j-u1");
    worker.end();
    let ledger = side.ledger();
    let of = |route| ledger.of(route)[0].seen.clone();
    for route in [Route::Ping, Route::Take, Route::Stop, Route::Progress, Route::Done] {
        assert_eq!(of(route).header("authorization"), Some("worker-key-abc"), "{route:?}");
        let agent = concat!("broll/", env!("CARGO_PKG_VERSION"));
        assert_eq!(of(route).header("user-agent"), Some(agent), "{route:?}");
    }
    let base = "/v2/ep123";
    for (route, target) in [
        (Route::Take, "job-take/pod42?gpu=NVIDIA+L4&job_in_progress=0"),
        (Route::Stop, "job-stop/pod42?gpu=NVIDIA+L4"),
        (Route::Progress, "job-done/pod42/j-u1?gpu=NVIDIA+L4&isStream=false"),
        (Route::Done, "job-done/pod42/j-u1?gpu=NVIDIA+L4&isStream=false"),
        (Route::Ping, "ping/pod42?gpu=NVIDIA+L4&runpod_version=1.12.0"),
    ] {
        assert_eq!(of(route).target, format!("{base}/{target}"));
    }
    let done = of(Route::Done);
    assert_eq!(done.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!((done.header("charset"), done.header("x-request-id")), (Some("utf-8"), Some("j-u1")));
}

#[test]
fn polls_are_long_and_one_that_times_out_is_repeated_without_a_word() {
    let side = WorkerSide::start(Duration::from_secs(5), |_| None);
    assert!(platform_waits().poll >= Duration::from_secs(100));
    let worker = work_with(&side, |platform| platform.waits.poll = Duration::from_millis(100));
    side.wait("three takes", |ledger| ledger.of(Route::Take).len() >= 3);
    assert!(!worker.log().iter().any(|line| line.contains("job-take")), "{:?}", worker.log());
    worker.end();
}

fn platform_waits() -> broll::worker::Waits {
    broll::worker::Waits::default()
}

#[test]
fn nothing_answered_at_once_is_asked_again_after_a_pause() {
    for status in [204, 400] {
        let side = answering_takes(4, move || Answer::empty(status));
        side.job("a", &json!({}));
        let worker = work_with(&side, |platform| platform.waits.floor = Duration::from_millis(60));
        side.result("a");
        worker.end();
        assert!(span(&side, 4) >= Duration::from_millis(4 * 60 / 2), "{:?}", span(&side, 4));
    }
}

#[test]
fn too_many_requests_are_followed_by_the_rest_that_was_asked_for() {
    let side = answering_takes(2, || Answer::empty(429));
    let worker = work_with(&side, |platform| platform.waits.busy = Duration::from_millis(200));
    side.wait("three takes", |ledger| ledger.of(Route::Take).len() >= 3);
    worker.end();
    assert!(span(&side, 2) >= Duration::from_millis(2 * 200 / 2), "{:?}", span(&side, 2));
    let side = answering_takes(1, || Answer::empty(429).with_header("Retry-After", "1"));
    let worker = work(&side);
    side.wait("two takes", |ledger| ledger.of(Route::Take).len() >= 2);
    worker.end();
    assert!(span(&side, 1) >= Duration::from_millis(500), "{:?}", span(&side, 1));
    assert!(platform_waits().busy >= Duration::from_secs(5));
}

#[test]
fn failures_are_answered_with_patience_that_grows() {
    for fault in [Answer::html(502), Answer::Close, Answer::empty(404), Answer::empty(302)] {
        let side = answering_takes(5, move || fault.clone());
        side.job("a", &json!({}));
        let worker = work(&side);
        side.result("a");
        worker.end();
        // A wait is between half and all of 20, 40, 80, 80, 80 ms.
        assert!(span(&side, 5) >= Duration::from_millis(150 / 2), "{:?}", span(&side, 5));
    }
    assert!(platform_waits().longest_retry <= Duration::from_secs(30));
}

#[test]
fn a_refused_key_is_told_once() {
    let side = answering_takes(8, || Answer::empty(401));
    side.job("a", &json!({}));
    let worker = work(&side);
    side.result("a");
    let told = worker.log().iter().filter(|line| line.contains("does not accept RUNPOD_AI_API_KEY")).count();
    assert_eq!(told, 1, "{:?}", worker.log());
    assert!(!worker.log().join("").contains("worker-key"));
    worker.end();
}

#[test]
fn bodies_that_make_no_sense_are_survived() {
    let bodies: [&[u8]; 7] = [
        b"<html>",
        b"{\"id\":",
        b"[[]]",
        b"{\"input\":1}",
        b"\xff\xfe\x00",
        b"{\"id\":\"..\",\"input\":1}",
        b"",
    ];
    let script = move |call: &Call<'_>| {
        let body = bodies.get(call.number).filter(|_| call.route == Route::Take)?;
        Some(WorkerFault::Instead(Answer::typed(200, "application/json", body)))
    };
    let side = WorkerSide::start(Duration::from_millis(300), script);
    side.job("a", &json!({"x": 1}));
    let worker = work(&side);
    assert_eq!(side.result("a"), json!({"output": {"echo": {"x": 1}}}));
    worker.end();
}

#[test]
fn a_job_without_input_fails_with_a_sentence() {
    let side = WorkerSide::kind();
    side.deliver(json!({"id": "missing"}));
    side.deliver(json!({"id": "null", "input": null}));
    let worker = work(&side);
    for job in ["missing", "null"] {
        assert!(side.result(job)["error"].as_str().unwrap().contains("no input"));
    }
    worker.end();
}

/// JSON that no value can hold: its job must hear so, since nobody else will ever answer it.
#[test]
fn an_input_that_cannot_be_read_fails_its_job() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let inputs = [r#"{"a":"a\ud800"}"#.to_owned(), "{\"a\":1e999}".to_owned(), deep];
    let script = move |call: &Call<'_>| {
        let input = inputs.get(call.number).filter(|_| call.route == Route::Take)?;
        let body = format!(r#"[{{"id":"bad{}","input":{input}}},{{"input":1}}]"#, call.number);
        Some(WorkerFault::Instead(Answer::typed(200, "application/json", body.as_bytes())))
    };
    let side = WorkerSide::start(Duration::from_millis(300), script);
    side.job("a", &json!({"x": 1}));
    let worker = work(&side);
    assert_eq!(side.result("a"), json!({"output": {"echo": {"x": 1}}}));
    let ledger = side.ledger();
    for id in ["bad0", "bad1", "bad2"] {
        let posts = ledger.of(Route::Done);
        let post = posts.iter().find(|post| post.job == id).unwrap();
        let error = post.seen.json()["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with("`input` cannot be read: "), "{error}");
    }
    drop(ledger);
    assert!(worker.log().iter().any(|line| line.contains("no usable id")), "{:?}", worker.log());
    worker.end();
}

#[test]
fn a_body_that_stalls_is_given_up() {
    let side = answering_takes(1, || Answer::Slow {
        status: 200,
        body: b"{\"id\":\"lost\",\"input\":{}}".to_vec(),
        piece: 100,
        pause: Duration::from_secs(60),
    });
    side.job("a", &json!({}));
    let worker = work_with(&side, |platform| platform.waits.poll_body = Duration::from_millis(100));
    side.result("a");
    worker.end();
    assert!(span(&side, 1) < Duration::from_secs(25), "{:?}", span(&side, 1));
    assert!(platform_waits().poll_body <= Duration::from_secs(10));
}

#[test]
fn a_batch_is_worked_off_in_order_and_nothing_is_taken_meanwhile() {
    let beaten = Gate::default();
    let side = WorkerSide::start(Duration::from_millis(300), move |call| {
        match call.route {
            Route::Ping if call.seen.query("job_id").as_deref() == Some("a,b,c") => beaten.open(),
            Route::Done => beaten.wait(),
            _ => {}
        }
        None
    });
    let jobs = ["a", "b", "a", "c"].map(|id| json!({"id": id, "input": {"do": "sleep", "ms": 60}}));
    side.deliver(Value::from(jobs.to_vec()));
    side.job("d", &json!({}));
    let worker = work(&side);
    side.result("d");
    worker.end();
    let ledger = side.ledger();
    let order: Vec<String> = ledger
        .entries
        .iter()
        .filter(|entry| entry.accepted && matches!(entry.route, Route::Take | Route::Done))
        .map(|Entry { route, job, .. }| if *route == Route::Take { "take".to_owned() } else { job.clone() })
        .collect();
    assert_eq!(order, ["take", "a", "b", "c", "take", "d"]);
    let takes = ledger.of(Route::Take);
    assert!(takes.iter().all(|take| take.seen.query("job_in_progress").as_deref() == Some("0")));
    assert!(ledger.of(Route::Ping).iter().any(|ping| ping.seen.query("job_id").as_deref() == Some("a,b,c")));
    ledger.audit();
}

/// A job that was answered already and comes again (a lost heartbeat, a retry) is done again, with the same result.
#[test]
fn a_job_that_comes_twice_is_done_twice() {
    let side = WorkerSide::kind();
    side.job("a", &json!({"x": 1}));
    side.job("a", &json!({"x": 1}));
    let worker = work(&side);
    side.wait("two results", |ledger| ledger.jobs.get("a").is_some_and(|life| life.results.len() == 2));
    worker.end();
    let ledger = side.ledger();
    let results = &ledger.jobs["a"].results;
    assert_eq!(results[0], results[1]);
    ledger.audit();
}

/// The shape of the Hub's test runner: the shell has filled in the pod, no URL has a query, there is no job-stop.
#[test]
fn the_hubs_test_runner_is_served() {
    let side = WorkerSide::kind();
    let mut env = side.env();
    for (name, path) in [
        ("RUNPOD_WEBHOOK_GET_JOB", "job-take/1234"),
        ("RUNPOD_WEBHOOK_POST_OUTPUT", "job-done/1234/$ID"),
        ("RUNPOD_WEBHOOK_PING", "ping/1234"),
    ] {
        let url = side.url(&format!("/v2/ep123/{path}"));
        env.iter_mut().filter(|(own, _)| *own == name).for_each(|(_, value)| value.clone_from(&url));
    }
    let job = json!({"delayTime": 0, "error": "", "executionTime": 1, "id": "0", "input": {"x": 1},
        "retries": 0, "status": 200});
    side.deliver(job);
    let worker = start(platform(&env), env, || Ok(()));
    assert_eq!(side.result("0"), json!({"output": {"echo": {"x": 1}}}));
    worker.end();
    let ledger = side.ledger();
    assert_eq!(ledger.of(Route::Take)[0].seen.target, "/v2/ep123/job-take/1234?job_in_progress=0");
    assert_eq!(ledger.of(Route::Done)[0].seen.target, "/v2/ep123/job-done/1234/0?isStream=false");
}
