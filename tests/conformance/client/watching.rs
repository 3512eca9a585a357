//! What is told while a job is watched, and how watching ends.

use std::thread;
use std::time::{Duration, Instant};

use broll::error::Kind;
use broll::event::Event;
use broll::runpod::{Pace, Standing, verdict, watch};
use serde_json::{Value, json};

use super::{PACE, World, number};
use crate::platform::{Answer, Fault};

fn running(output: &Value) -> Value {
    json!({"status": "IN_PROGRESS", "output": output})
}

#[test]
fn the_way_of_a_job_is_told() {
    let world = World::new();
    world.api.health(json!({"workers": {"throttled": 2}, "jobs": {"inQueue": 3}}));
    world.api.course(&[
        json!({"status": "IN_QUEUE"}),
        running(&json!({"stage": "preparing"})),
        running(&json!({"stage": "rendering", "done": 1, "frames": 2})),
        running(&json!({"stage": "rendering", "done": 1, "frames": 2})),
        running(&json!({"anything": "else"})),
        json!({"status": "POLISHING"}),
        json!({"status": "COMPLETED", "output": {}}),
    ]);
    let mut entry = world.send(5).unwrap();
    assert_eq!(number(&world.watch(&mut entry, None).unwrap()), Some(5));
    let told: Vec<String> = world
        .events()
        .iter()
        .map(|event| match event {
            Event::Submitted { id, endpoint } => format!("{id} {endpoint}"),
            Event::Queued { note, .. } => note.clone().unwrap_or_default(),
            Event::Remote(progress) => format!("{:?} {}", progress.stage, progress.done),
            other => format!("{other:?}"),
        })
        .collect();
    let throttled = "2 workers throttled: no machine with such a GPU is free";
    assert_eq!(told, ["00000001-job-u1 ep-1", throttled, "Preparing 0", "Rendering 1"]);
}

#[test]
fn the_end_of_time_and_ctrl_c_leave_the_job_alone() {
    let world = World::new();
    world.api.course(&[running(&json!({"stage": "rendering"}))]);
    let mut entry = world.send(1).unwrap();
    let error = world.watch(&mut entry, Some(Duration::from_secs(2))).unwrap_err();
    assert_eq!((error.kind(), error.kind().exit_code()), (Kind::TimedOut, 6));
    let back = format!("`broll jobs watch {}`", entry.id());
    assert!(error.hint_text().contains(&back) && error.to_string().contains("IN_PROGRESS"), "{error}");
    let cancel = world.cancel.child();
    let error = thread::scope(|scope| {
        let watching = scope.spawn(|| watch(world.client(), &mut entry, None, &world.heard, &cancel));
        thread::sleep(Duration::from_millis(30));
        cancel.cancel();
        watching.join().unwrap().unwrap_err()
    });
    assert_eq!(error.kind().exit_code(), 130);
    assert!(error.hint_text().contains(&back), "{}", error.hint_text());
    assert!(world.api.seen("cancel").is_empty());
}

#[test]
fn the_end_of_time_comes_also_when_nobody_answers() {
    let world = World::new();
    let mut entry = world.send(1).unwrap();
    world.api.script("status", &vec![Fault::Instead(Answer::Hang(Duration::from_secs(60))); 9]);
    let began = Instant::now();
    let pace = Pace { limits: broll::net::Limits::default(), ..PACE };
    let limit = Some(Duration::from_millis(200));
    let error = watch(&world.client_with(pace), &mut entry, limit, &world.heard, &world.cancel).unwrap_err();
    assert_eq!(error.code(), "wait_timed_out", "{error}");
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
}

#[test]
fn ctrl_c_while_a_job_is_sent_still_hears_its_id() {
    let world = World::new();
    let client = world.client_with(Pace {
        grace: Duration::from_secs(20),
        limits: broll::net::Limits::default(),
        ..PACE
    });
    world.api.script("run", &[Fault::Slowly]);
    let entry = thread::scope(|scope| {
        let sending = scope.spawn(|| world.send_by(&client, 9));
        while world.api.seen("run").is_empty() {
            thread::yield_now();
        }
        world.cancel.cancel();
        sending.join().unwrap().unwrap()
    });
    assert_eq!((entry.job_id().unwrap(), world.numbers()), ("00000001-job-u1", vec![9]));
}

#[test]
fn ctrl_c_does_not_wait_for_an_answer_for_ever() {
    let world = World::new();
    let client = world.client_with(Pace { limits: broll::net::Limits::default(), ..PACE });
    world.api.script("run", &[Fault::AfterAll(Answer::Hang(Duration::from_secs(20)))]);
    let began = Instant::now();
    let error = thread::scope(|scope| {
        let sending = scope.spawn(|| world.send_by(&client, 9));
        while world.api.seen("run").is_empty() {
            thread::yield_now();
        }
        world.cancel.cancel();
        sending.join().unwrap().unwrap_err()
    });
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(error.code() == "answer_lost" && error.to_string().contains("stopped"), "{error}");
}

#[test]
fn a_job_of_another_machine_is_watched_like_ones_own() {
    let world = World::new();
    let id = world.send(6).unwrap().job_id().unwrap().to_owned();
    let elsewhere = World::new();
    let mut entry = broll::runpod::Entry::foreign(&world.endpoint(), &id);
    let last = watch(world.client(), &mut entry, None, &elsewhere.heard, &elsewhere.cancel).unwrap();
    assert_eq!(number(&last), Some(6));
    assert!(elsewhere.journal().list().unwrap().entries.is_empty());
}

#[test]
fn ends_without_a_clip_are_told_apart() {
    for (end, code) in [
        (json!({"status": "FAILED", "error": "no GPU"}), "job_failed"),
        (json!({"status": "CANCELLED"}), "job_cancelled"),
        (json!({"status": "TIMED_OUT"}), "job_timed_out"),
    ] {
        let world = World::new();
        world.api.course(&[end]);
        let mut entry = world.send(1).unwrap();
        let last = world.watch(&mut entry, None).unwrap();
        assert_eq!(verdict(&last.state).unwrap_err().code(), code);
        let kept = world.journal().find(entry.id()).unwrap().unwrap();
        assert_eq!(kept.standing(), Standing::Remote(last.state.status));
    }
}
