//! The sign of life, and what is said instead of one.

use std::time::Duration;

use broll::worker::{RunEnd, Unfit};
use serde_json::{Value, json};

use super::stage::{platform, start, work, work_with};
use crate::platform::{Answer, Entry, Gate, Route, WorkerFault, WorkerSide};

const HOLD: Duration = Duration::from_millis(300);

#[test]
fn the_heart_beats_from_before_the_first_take_until_after_the_last_post() {
    // The platform takes its time with the result: until it has heard a heartbeat for the job meanwhile.
    let (posted, beaten) = (Gate::default(), Gate::default());
    let side = WorkerSide::start(HOLD, move |call| {
        match call.route {
            Route::Done => {
                posted.open();
                beaten.wait();
            }
            Route::Ping if posted.is_open() && call.seen.query("job_id").is_some() => beaten.open(),
            _ => {}
        }
        None
    });
    side.job("a", &json!({"do": "sleep", "ms": 200}));
    let worker = work(&side);
    side.wait("a result on its way", |ledger| !ledger.of(Route::Done).is_empty());
    assert_eq!(worker.end(), RunEnd::Drained);
    let ledger = side.ledger();
    ledger.audit();
    let place = |route| ledger.entries.iter().position(|entry| entry.route == route).unwrap();
    assert!(place(Route::Ping) < place(Route::Take));
    let beats = |from: usize| {
        let late = ledger.entries[from..].iter();
        late.filter(|entry| entry.route == Route::Ping)
            .map(|entry| entry.seen.query("job_id"))
            .collect::<Vec<_>>()
    };
    assert_eq!(beats(0)[0], None);
    assert!(beats(place(Route::Done)).contains(&Some("a".to_owned())), "{:?}", beats(place(Route::Done)));
    let pings = ledger.of(Route::Ping);
    let beat = |ping: &&Entry| ping.seen.target.ends_with("?gpu=NVIDIA+L4&job_id=a&runpod_version=1.12.0");
    assert!(pings.iter().any(beat), "{pings:?}");
}

#[test]
fn a_heart_that_nobody_hears_goes_on_and_disturbs_nothing() {
    for fault in [Answer::empty(500), Answer::Close, Answer::Hang(Duration::from_secs(3)), Answer::html(404)]
    {
        let side = WorkerSide::start(HOLD, move |call| {
            (call.route == Route::Ping && call.number < 6).then(|| WorkerFault::Instead(fault.clone()))
        });
        side.job("a", &json!({}));
        let worker = work_with(&side, |platform| platform.waits.ping = Duration::from_millis(300));
        side.result("a");
        side.wait("heartbeats", |ledger| ledger.of(Route::Ping).iter().any(|ping| ping.accepted));
        // On a busy machine another one may be late in between.
        let told = worker.log().iter().filter(|line| line.contains("WARN") && line.contains("ping")).count();
        assert!((1..6).contains(&told), "{:?}", worker.log());
        worker.end();
    }
}

#[test]
fn a_worker_that_cannot_work_says_why_takes_nothing_and_exits_with_1() {
    let side = WorkerSide::kind();
    side.job("a", &json!({}));
    let reason = format!("no GPU: \"nvidia-smi\" & friends say ü {}", "x".repeat(400));
    let unfit = Unfit { check: "gpu".to_owned(), reason: reason.clone() };
    let own = unfit.clone();
    let worker = start(platform(&side.env()), side.env(), move || Err(own.clone()));
    let end = worker.ended();
    assert_eq!((end.exit_code(), end), (1, RunEnd::NotReady(unfit)));
    let ledger = side.ledger();
    assert_eq!(ledger.entries.len(), 1, "{:?}", ledger.entries);
    let ping = &ledger.of(Route::Ping)[0].seen;
    assert!(
        ping.target
            .starts_with("/v2/ep123/ping/pod42?gpu=NVIDIA+L4&status=unhealthy&check=gpu&reason=no+GPU%3A")
    );
    assert!(ping.target.ends_with("&runpod_version=1.12.0"));
    let told = ping.query("reason").unwrap();
    assert!(reason.starts_with(&told) && told.chars().count() == 256);
}

#[test]
fn a_platform_that_does_not_hear_why_does_not_keep_the_worker() {
    for fault in [Answer::Close, Answer::empty(500), Answer::Hang(Duration::from_secs(30))] {
        let side = WorkerSide::start(HOLD, move |_| Some(WorkerFault::Instead(fault.clone())));
        let unfit = Unfit { check: "gpu".to_owned(), reason: "none".to_owned() };
        let worker = start(platform(&side.env()), side.env(), move || Err(unfit.clone()));
        assert_eq!(worker.ended().exit_code(), 1);
    }
}

#[test]
fn log_lines_are_json_with_the_jobs_id() {
    let side = WorkerSide::kind();
    side.job("a", &json!({"do": "fail", "message": "two\nlines"}));
    let worker = work(&side);
    side.result("a");
    let lines: Vec<Value> =
        worker.log().iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.iter().any(|line| {
        line["requestId"] == "a"
            && line["level"] == "WARN"
            && line["message"].as_str().unwrap().contains("two\nlines")
    }));
    assert!(lines.iter().all(|line| line.as_object().unwrap().len() == 3));
    worker.end();
}
