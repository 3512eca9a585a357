//! What a worker does between its first heartbeat and its first job.

use std::time::Duration;

use broll::interrupt::Cancel;
use broll::net::sleep;
use broll::worker::{Handler, Level, Outcome, RunEnd, TakenJob, Unfit};
use serde_json::{Value, json};

use super::stage::{Actor, Running, platform, start_with};
use crate::platform::{Gate, Route, WorkerSide};

/// Warms up until it is let go, and comes to this.
struct Cold(Gate, Result<(), Unfit>);

impl Handler for Cold {
    fn warm_up(&self, cancel: &Cancel, told: &dyn Fn(Level, &str)) -> Result<(), Unfit> {
        told(Level::Warn, "minutes of compiling");
        while !self.0.is_open() {
            sleep(Duration::from_millis(5), cancel)
                .map_err(|error| Unfit { check: "cut short".to_owned(), reason: error.to_string() })?;
        }
        self.1.clone()
    }

    fn handle(&self, job: &TakenJob, cancel: &Cancel, progress: &(dyn Fn(Value) + Sync)) -> Outcome {
        Actor.handle(job, cancel, progress)
    }
}

fn work(side: &WorkerSide, cold: Cold) -> Running {
    start_with(cold, platform(&side.env()), side.env(), || Ok(()))
}

#[test]
fn the_heart_beats_while_a_worker_warms_up_and_it_takes_nothing_before() {
    let side = WorkerSide::kind();
    side.job("a", &json!({}));
    let let_go = Gate::default();
    let worker = work(&side, Cold(let_go.clone(), Ok(())));
    side.wait("heartbeats of a worker that warms up", |ledger| ledger.of(Route::Ping).len() > 2);
    assert!(side.ledger().of(Route::Take).is_empty());
    let_go.open();
    side.result("a");
    assert!(worker.log().iter().any(|line| line.contains("minutes of compiling")), "{:?}", worker.log());
    assert_eq!(worker.end(), RunEnd::Drained);
    side.ledger().audit();
}

#[test]
fn a_worker_that_cannot_render_a_frame_says_why_takes_nothing_and_exits_with_1() {
    let side = WorkerSide::kind();
    side.job("a", &json!({}));
    let unfit = Unfit { check: "first frame".to_owned(), reason: "the GPU is gone.".to_owned() };
    let at_once = Gate::default();
    at_once.open();
    let end = work(&side, Cold(at_once, Err(unfit.clone()))).ended();
    assert_eq!((end.exit_code(), end), (1, RunEnd::NotReady(unfit)));
    let ledger = side.ledger();
    assert!(ledger.of(Route::Take).is_empty());
    let last = &ledger.of(Route::Ping).last().unwrap().seen;
    assert_eq!(last.query("status").as_deref(), Some("unhealthy"));
    assert_eq!(last.query("reason").as_deref(), Some("the GPU is gone."));
}

#[test]
fn a_worker_that_is_asked_to_end_while_it_warms_up_ends_well() {
    let side = WorkerSide::kind();
    side.job("a", &json!({}));
    let worker = work(&side, Cold(Gate::default(), Ok(())));
    side.wait("a heartbeat", |ledger| !ledger.of(Route::Ping).is_empty());
    let end = worker.end();
    assert_eq!((end.exit_code(), end), (0, RunEnd::Drained));
    let ledger = side.ledger();
    assert!(ledger.of(Route::Take).is_empty());
    assert!(ledger.of(Route::Ping).iter().all(|ping| ping.seen.query("status").is_none()));
}
