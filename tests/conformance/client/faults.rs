//! What the client does about each fault.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use broll::error::Kind;
use broll::event::Event;
use broll::net::Limits;
use broll::runpod::{Endpoint, Entry, Pace, Standing};
use serde_json::json;

use super::{PACE, World, client, number};
use crate::platform::{Answer, Fault, Server};

fn hang() -> Answer {
    Answer::Hang(Duration::from_secs(3))
}

#[test]
fn a_submission_is_repeated_when_it_was_not_accepted() {
    let world = World::new();
    let refused = [Answer::empty(429), Answer::html(429), Answer::empty(502), Answer::empty(503)];
    world.api.script("run", &refused.map(Fault::Instead));
    let entry = world.send(1).unwrap();
    assert_eq!((world.numbers(), world.api.seen("run").len()), (vec![1], 5));
    assert!(entry.job_id().is_ok());
    let told = world.events().iter().filter(|event| matches!(event, Event::Retrying { .. })).count();
    assert_eq!(told, 4);
}

#[test]
fn a_submission_whose_answer_is_lost_is_not_repeated_and_the_journal_says_so() {
    let faults = [
        Fault::AfterAll(Answer::html(502)),
        Fault::Instead(Answer::json(502, &json!({"error": "x"}))),
        Fault::AfterAll(Answer::html(503)),
        Fault::AfterAll(Answer::empty(500)),
        Fault::AfterAll(Answer::empty(504)),
        Fault::AfterAll(Answer::html(524)),
        Fault::AfterAll(Answer::Close),
        Fault::AfterAll(hang()),
        Fault::AfterAll(Answer::html(200)),
        Fault::AfterAll(Answer::empty(200)),
        Fault::AfterAll(Answer::Raw(b"HTP/9 what\r\n\r\n".to_vec())),
        Fault::Torn(0),
        Fault::Torn(9),
    ];
    for fault in faults {
        let world = World::hasty();
        world.api.script("run", std::slice::from_ref(&fault));
        let error = world.send(1).unwrap_err();
        assert_eq!((error.code(), error.kind().exit_code()), ("answer_lost", 5), "{fault:?}: {error}");
        assert!(!error.causes().is_empty() && !error.to_string().contains('<'), "{fault:?}: {error}");
        assert_eq!(world.api.seen("run").len(), 1, "{fault:?}");
        let known = world.journal().list().unwrap().entries;
        assert!(matches!(known[0].standing(), Standing::Unknown(_)), "{fault:?}");
    }
}

#[test]
fn an_id_that_came_before_the_answer_broke_off_is_enough() {
    let world = World::new();
    world.api.script("run", &[Fault::Torn(25)]);
    let mut entry = world.send(7).unwrap();
    assert_eq!(number(&world.watch(&mut entry, None).unwrap()), Some(7));
}

#[test]
fn a_submission_that_is_refused_is_an_error_at_once() {
    for (answer, code) in [
        (Answer::json(400, &json!({"error": "exceeded max body size of 10MiB"})), "too_large"),
        (Answer::html(413), "too_large"),
        (Answer::json(400, &json!({"error": "input is missing"})), "refused"),
        (Answer::empty(401), "key_refused"),
        (Answer::html(403), "key_refused"),
        (Answer::html(404), "no_endpoint"),
        (Answer::empty(307).with_header("Location", "https://elsewhere.example/run"), "redirected"),
    ] {
        let world = World::new();
        world.api.script("run", &[Fault::Instead(answer)]);
        let error = world.send(1).unwrap_err();
        assert_eq!((error.code(), error.kind()), (code, Kind::Remote), "{error}");
        assert!(!error.to_string().contains('<'), "{error}");
        assert!(matches!(world.journal().list().unwrap().entries[0].standing(), Standing::Refused(_)));
        assert_eq!(world.api.seen("run").len(), 1);
    }
}

#[test]
fn an_endpoint_that_is_not_there_yet_is_tried_again() {
    let world = World::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = Endpoint::new(&format!("http://{port}/v2"), "ep").unwrap();
    let short = Pace { patience: Duration::from_secs(1), ..PACE };
    let asking = broll::runpod::Asking { patience: short.patience, ..world.asking() };
    let unsent = client(endpoint, short).run(&json!({"input": {}}), &asking).unwrap_err();
    assert_eq!((unsent.error.code(), unsent.lost), ("endpoint_unreachable", false));
    assert!(unsent.error.to_string().contains("no connection"), "{}", unsent.error);
    assert!(world.events().iter().any(|event| matches!(event, Event::Retrying { .. })));
}

#[test]
fn a_question_is_repeated_through_everything_that_may_pass() {
    let world = World::hasty();
    let mut entry = world.send_by(&world.client_with(PACE), 3).unwrap();
    world.api.script(
        "status",
        &[
            Fault::Instead(Answer::json(404, &json!({"error": "not yet"}))),
            Fault::Instead(Answer::empty(429).with_header("Retry-After", "0")),
            Fault::Instead(Answer::json(500, &json!({"error": "Internal Server Error"}))),
            Fault::Instead(Answer::html(502)),
            Fault::AfterAll(Answer::html(200)),
            Fault::Instead(Answer::Close),
            Fault::Instead(hang()),
            Fault::Torn(10),
            Fault::Slowly,
            Fault::AfterAll(Answer::json(
                200,
                &json!({"id": "another-job", "status": "COMPLETED", "output": 1}),
            )),
            Fault::AfterAll(Answer::json(200, &json!({"error": "what?"}))),
        ],
    );
    assert_eq!(number(&world.watch(&mut entry, None).unwrap()), Some(3));
}

#[test]
fn a_stall_in_the_middle_of_a_body_ends_and_is_asked_again() {
    let body = json!({"id": "a", "status": "COMPLETED", "output": 1}).to_string().into_bytes();
    let stalls = std::sync::atomic::AtomicU32::new(2);
    let server = Server::start(move |_| {
        use std::sync::atomic::Ordering::SeqCst;
        if stalls.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
            let pause = Duration::from_secs(3);
            return Answer::Slow { status: 200, body: body.clone(), piece: 20, pause };
        }
        Answer::typed(200, "text/plain", &body)
    });
    let world = World::new();
    let endpoint = Endpoint::new(&server.url("/v2"), "ep").unwrap();
    let limits = Limits { head: Duration::from_secs(5), idle: Duration::from_secs(1) };
    let client = client(endpoint, Pace { limits, ..PACE });
    let (state, _) = client.status("a", Duration::ZERO, &world.asking()).unwrap().unwrap();
    assert!(state.status.is_final());
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn the_server_decides_how_long_to_wait() {
    let world = World::new();
    let mut entry = world.send(1).unwrap();
    world.api.script("status", &[Fault::Instead(Answer::empty(429).with_header("Retry-After", "1"))]);
    world.watch(&mut entry, None).unwrap();
    let asked = world.api.seen("status");
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
    // More than there is patience for is an answer by itself, and so is more than a clock can count.
    for seconds in ["3600", "18446744073709551615"] {
        world.api.script("status", &[Fault::Instead(Answer::empty(429).with_header("Retry-After", seconds))]);
        let error = world.watch(&mut entry, None).unwrap_err();
        assert!(error.code() == "endpoint_unreachable" && error.to_string().contains(seconds), "{error}");
        assert!(error.hint_text().contains("broll jobs watch"), "{}", error.hint_text());
    }
}

#[test]
fn an_answer_without_end_is_given_up() {
    let world = World::new();
    let server = Server::start(|_| {
        Answer::typed(
            200,
            "application/json",
            &[b"{\"jobs\":{}}".as_slice(), &vec![b' '; 2 * 1024 * 1024]].concat(),
        )
    });
    let endpoint = Endpoint::new(&server.url("/v2"), "ep").unwrap();
    let asking = broll::runpod::Asking { patience: Duration::ZERO, ..world.asking() };
    let error = client(endpoint, PACE).health(&asking).unwrap_err();
    assert!(error.to_string().contains("longer than 1048576 bytes"), "{error}");
}

#[test]
fn an_unknown_endpoint_an_unknown_job_and_an_expired_result_are_told_apart() {
    let world = World::new();
    let nothing = |mut entry: Entry| world.watch(&mut entry, None).unwrap_err();
    let error = nothing(Entry::foreign(&world.endpoint(), "never-was"));
    assert_eq!(error.code(), "no_job");
    assert!(error.to_string().contains("never was there, or its result has expired"), "{error}");
    let other = Endpoint::new(&world.api.base(), "other").unwrap();
    let error = broll::runpod::watch(
        &client(other.clone(), PACE),
        &mut Entry::foreign(&other, "x"),
        None,
        &world.heard,
        &world.cancel,
    );
    assert_eq!(error.unwrap_err().code(), "no_endpoint");
    let entry = world.send(1).unwrap();
    world.api.forget();
    let asked = world.api.seen("status").len();
    assert_eq!(nothing(entry).code(), "no_job");
    assert!(world.api.seen("status").len() > asked + 1, "a fresh job is asked for more than once");
    let entry = world.send(2).unwrap();
    world.api.forget();
    world.two_hours_later();
    let entry = world.journal().find(entry.id()).unwrap().unwrap();
    let error = nothing(entry.clone());
    assert_eq!(error.code(), "job_expired");
    assert!(error.to_string().contains("2h ago"), "{error}");
    assert_eq!(world.journal().find(entry.id()).unwrap().unwrap().standing(), Standing::Gone);
}

#[test]
fn a_job_that_is_unknown_once_is_not_given_up() {
    let world = World::new();
    let entry = world.send(4).unwrap();
    let mut entry = world.journal().find(entry.id()).unwrap().unwrap();
    thread::sleep(PACE.fresh);
    world.api.script("status", &[Fault::Instead(Answer::html(404))]);
    assert_eq!(number(&world.watch(&mut entry, None).unwrap()), Some(4));
}

#[test]
fn ending_a_job_may_be_asked_twice_and_running_it_again_may_not() {
    let world = World::new();
    world.api.course(&[json!({"status": "FAILED", "error": "boom"})]);
    let mut entry = world.send(1).unwrap();
    let id = entry.job_id().unwrap().to_owned();
    assert_eq!(world.watch(&mut entry, None).unwrap().state.status.as_str(), "FAILED");
    let client = world.client();
    world.api.script("retry", &[Fault::Instead(Answer::empty(503)), Fault::AfterAll(Answer::Close)]);
    let error = client.retry(&id, &world.asking()).unwrap_err();
    assert_eq!((error.code(), world.api.jobs()[0].retries), ("answer_lost", 1));
    assert_eq!(world.api.seen("retry").len(), 2);
    // It is in the queue now: not one that can be retried.
    assert_eq!(client.retry(&id, &world.asking()).unwrap_err().code(), "refused");
    world.api.script("cancel", &[Fault::AfterAll(Answer::Close), Fault::Instead(Answer::html(500))]);
    assert_eq!(client.cancel(&id, &world.asking()).unwrap().unwrap().status.as_str(), "CANCELLED");
    assert!(client.cancel("nobody", &world.asking()).unwrap().is_none());
    world.send(2).unwrap();
    assert_eq!(client.purge(&world.asking()).unwrap(), 1);
    let posts = world.api.all_seen();
    let empty = posts.iter().filter(|seen| seen.method == "POST" && !seen.path.ends_with("/run"));
    assert!(empty.into_iter().all(|seen| seen.header("content-length") == Some("0")));
}

#[test]
fn a_job_that_cannot_be_written_down_is_not_sent() {
    let world = World::new();
    fs_err::write(world.path("state"), "a file where a folder should be").unwrap();
    let error = world.send(1).unwrap_err();
    assert_eq!(error.kind(), Kind::BadInput, "{error}");
    assert!(world.api.all_seen().is_empty());
}

#[test]
fn a_disk_that_fails_after_the_job_was_accepted_does_not_lose_its_id() {
    let world = World::new();
    let jobs = world.paths().jobs();
    let server = Server::start(move |_| {
        fs_err::remove_dir_all(&jobs).unwrap();
        fs_err::write(&jobs, "a file where a folder should be").unwrap();
        Answer::json(200, &json!({"id": "precious-u1", "status": "IN_QUEUE"}))
    });
    let endpoint = Endpoint::new(&server.url("/v2"), "ep").unwrap();
    let entry = world.send_by(&client(endpoint, PACE), 1).unwrap();
    assert_eq!(entry.job_id().unwrap(), "precious-u1");
    let warned = world
        .events()
        .iter()
        .any(|event| matches!(event, Event::Warning(told) if told.message.contains("precious-u1")));
    assert!(warned, "{:?}", world.events());
}
