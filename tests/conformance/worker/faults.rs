//! Two hundred runs with faults drawn from a seed: no job is lost, none is answered twice, no progress follows a result.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use broll::worker::RunEnd;
use serde_json::{Value, json};

use super::stage::work_with;
use crate::platform::{Answer, Call, Route, WorkerFault, WorkerSide};

const RUNS: u64 = 200;
/// Runs at a time; they mostly wait.
const BESIDE: usize = 8;

/// The n-th of a sequence of random numbers (SplitMix64).
fn random(seed: u64, n: u64) -> u64 {
    let mut z =
        seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n.wrapping_add(1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One request in three has a fault; from the 40th of its route on there are none.
fn fault(seed: u64, call: &Call<'_>) -> Option<WorkerFault> {
    let draw = random(seed, (call.route as u64) << 32 | call.number as u64);
    if !draw.is_multiple_of(3) || call.number >= 40 {
        return None;
    }
    let ms = |ms| Duration::from_millis(ms);
    let answer = match draw / 3 % 12 {
        0 => Answer::empty(500),
        1 => Answer::html(502),
        2 => Answer::empty(429),
        3 => Answer::empty(401),
        4 => Answer::Close,
        5 => Answer::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"id\":".to_vec()),
        6 => Answer::Raw(b"\x16\x03\x01rubbish".to_vec()),
        7 => Answer::Hang(ms(900)),
        8 => Answer::Slow { status: 503, body: b"slow down".to_vec(), piece: 2, pause: ms(20) },
        9 => Answer::typed(200, "application/json", b"{\"id\":7,"),
        10 => Answer::Cut { status: 200, body: vec![b'x'; 100], after: 10 },
        _ => Answer::empty(503).with_header("Retry-After", "0"),
    };
    // A 200 would be believed.
    let believed = call.route == Route::Done && matches!(draw / 3 % 12, 5 | 9 | 10);
    // A failure that is refused would be the end of it.
    let output = call.route == Route::Done && call.seen.json().get("output").is_some();
    let refused = output && (draw / 36).is_multiple_of(8);
    Some(match draw / 36 % 3 {
        _ if refused => WorkerFault::Instead(Answer::empty(if draw & 1 << 40 == 0 { 400 } else { 413 })),
        0 if !believed => WorkerFault::Instead(answer),
        _ if believed => WorkerFault::Lost(answer),
        _ => WorkerFault::Lost(answer),
    })
}

/// A job of every kind, as the seed wants it.
fn input(seed: u64, number: u64) -> Value {
    match random(seed, 1000 + number) % 5 {
        0 => json!({"do": "fail", "message": "no such template"}),
        1 => json!({"do": "progress", "steps": 4, "ms": 15}),
        2 => json!({"do": "sleep", "ms": 60}),
        3 => json!({"do": "big", "bytes": 200_000}),
        _ => json!({"x": number}),
    }
}

fn one(seed: u64) {
    let side = WorkerSide::start(Duration::from_millis(60), move |call| fault(seed, call));
    let worker = work_with(&side, |platform| {
        let ms = Duration::from_millis;
        platform.waits.poll = ms(700);
        platform.waits.post.head = ms(700);
        platform.waits.progress = ms(600);
    });
    for number in 0..4 {
        let id = format!("job-{number}");
        side.job(&id, &input(seed, number));
        let draw = random(seed, 2000 + number);
        if draw.is_multiple_of(5) {
            // Again, now or after it was answered.
            side.job(&id, &input(seed, number));
        }
        match draw / 5 % 6 {
            0 => side.stop(&id),
            1 => {
                side.wait("a delivery", |ledger| {
                    ledger.jobs.get(&id).is_some_and(|life| life.deliveries > 0)
                });
                side.stop(&id);
            }
            2 => {
                side.wait("a post", |ledger| ledger.quiet() || !ledger.posts(&id).is_empty());
                side.stop(&id);
            }
            _ => {}
        }
    }
    side.wait("every job", |ledger| ledger.quiet());
    assert_eq!(worker.end(), RunEnd::Drained, "seed {seed}");
    side.ledger().audit();
}

#[test]
fn two_hundred_seeded_runs_lose_nothing() {
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..BESIDE {
            scope.spawn(|| {
                while let seed @ 0..RUNS = next.fetch_add(1, Ordering::SeqCst) {
                    if std::panic::catch_unwind(|| one(seed)).is_err() {
                        panic!("seed {seed}");
                    }
                }
            });
        }
    });
}
