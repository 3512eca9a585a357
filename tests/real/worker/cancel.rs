//! A job that is stopped takes everything it started along, at once, and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use broll::interrupt::Cancel;
use serde_json::{Value, json};

use crate::common::{Premises, gone, request, until};

/// A job that lasts long enough to be stopped.
fn slow() -> Value {
    request(&json!({"template": "crossing", "resolution": [256, 144], "samples": 48, "frames": [1, 12]}))
}

/// Starts the slow job, stops it once `reached` holds, and gives what was alive then.
fn stopped(premises: &Premises, reached: impl Fn(&Value) -> bool + Sync) -> Vec<nix::unistd::Pid> {
    let (cancel, there) = (Cancel::default(), AtomicBool::new(false));
    let heard = |told: &Value| {
        if reached(told) {
            there.store(true, Ordering::SeqCst);
        }
    };
    thread::scope(|scope| {
        let work = scope.spawn(|| premises.cancellable(slow(), &cancel, &heard));
        until("the job", || there.load(Ordering::SeqCst));
        let alive = premises.processes();
        cancel.cancel();
        alive.iter().for_each(|pid| gone(*pid));
        let outcome = work.join().unwrap();
        assert!(outcome.result.is_err() && !outcome.unfit);
        alive
    })
}

#[test]
fn a_job_stopped_in_a_frame_ends_with_its_whole_group_and_the_next_one_goes_on_there() {
    let premises = Premises::new(&["crossing", "plain"]);
    let alive = stopped(&premises, |told| told["done"].as_u64() > Some(1));
    assert!(alive.len() == 2, "Blender and ffmpeg: {alive:?}");
    assert!(premises.processes().is_empty() && premises.cached("jobs").is_empty());
    premises.makes(request(&json!({})));
    let answer = premises.makes(slow());
    assert!(answer["frames_reused"].as_u64() > Some(0), "{}", answer["frames_reused"]);
}

#[test]
fn a_job_stopped_while_blender_comes_up_ends_as_soon() {
    let premises = Premises::new(&["crossing"]);
    stopped(&premises, |told| told["note"] == "starting Blender");
    until("the end of all processes", || premises.processes().is_empty());
    premises.makes(request(&json!({"template": "crossing"})));
}

#[test]
fn a_job_stopped_before_it_began_starts_nothing() {
    let premises = Premises::new(&["crossing"]);
    let cancel = Cancel::default();
    cancel.cancel();
    let outcome = premises.cancellable(slow(), &cancel, &|_| {});
    assert!(outcome.result.unwrap_err().contains("interrupted"));
    assert!(premises.processes().is_empty());
}
