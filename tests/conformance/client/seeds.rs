//! Two hundred runs in which everything goes wrong by chance: no job is lost, and none is sent twice.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use broll::runpod::{JobStatus, Standing};

use super::{World, number};
use crate::platform::Chance;

const RUNS: u64 = 200;
const THREADS: usize = 8;

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    Home,
    Unknown,
    Refused,
}

#[test]
fn no_job_is_lost_and_none_is_sent_twice() {
    let (next, home, unknown) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= RUNS {
                        return;
                    }
                    match run(seed) {
                        Came::Home => home.fetch_add(1, Ordering::SeqCst),
                        Came::Unknown => unknown.fetch_add(1, Ordering::SeqCst),
                        Came::Refused => 0,
                    };
                }
            });
        }
    });
    let (home, unknown) = (home.into_inner(), unknown.into_inner());
    // The faults are such that both happen often; a client that gives everything up would pass the rest.
    assert!(home > RUNS / 2 && unknown > RUNS / 50, "{home} came home, {unknown} are unknown");
}

fn run(seed: u64) -> Came {
    let world = World::hasty();
    world.api.by_chance(seed);
    let mut chance = Chance::new(seed + 1000);
    let sent = world.send(seed);
    let on_platform = world.numbers();
    assert!(on_platform.len() <= 1, "seed {seed}: sent {} times", on_platform.len());
    // Another broll knows what this one knew.
    let known = world.journal().list().unwrap();
    assert!(known.entries.len() == 1 && known.warnings.is_empty(), "seed {seed}");
    let standing = known.entries[0].standing();
    let entry = match sent {
        Ok(entry) => entry,
        Err(error) if error.code() == "answer_lost" => {
            assert!(matches!(standing, Standing::Unknown(_)), "seed {seed}: {standing:?}");
            assert!(error.hint_text().contains(known.entries[0].id()), "seed {seed}: {}", error.hint_text());
            return Came::Unknown;
        }
        Err(error) => {
            assert!(on_platform.is_empty(), "seed {seed}: {error}, but the platform has the job");
            assert!(matches!(standing, Standing::Refused(_)), "seed {seed}: {standing:?}");
            return Came::Refused;
        }
    };
    assert_eq!(on_platform, [seed], "seed {seed}: told as sent");
    assert_eq!(standing, Standing::Remote(JobStatus::InQueue), "seed {seed}");
    let id = entry.job_id().unwrap().to_owned();
    drop(entry);
    // Each time another broll goes on from the disk, with less time than it takes or with enough.
    let last = loop {
        let mut entry = world.journal().find(&id[..6]).unwrap().expect("it is in the journal");
        let limit = (chance.below(3) == 0).then(|| Duration::from_millis(chance.below(20)));
        match world.watch(&mut entry, limit) {
            Ok(last) => break last,
            Err(error) => {
                assert_eq!(error.code(), "wait_timed_out", "seed {seed}: {error}");
                assert!(limit.is_some() && error.hint_text().contains(&id), "seed {seed}: {error}");
            }
        }
    };
    assert_eq!((number(&last), last.state.execution_time), (Some(seed), Some(1500)), "seed {seed}");
    assert_eq!(world.numbers(), [seed], "seed {seed}: sent again");
    let kept = world.journal().find(&id).unwrap().unwrap();
    assert_eq!(kept.standing(), Standing::Remote(JobStatus::Completed), "seed {seed}");
    Came::Home
}
