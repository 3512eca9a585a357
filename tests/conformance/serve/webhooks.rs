//! Webhooks hear how a job ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use broll::serve::Notice;
use serde_json::json;

use super::endpoint::{Endpoint, options, until};
use crate::platform::{Answer, Server};

/// Answers with these statuses in turn, the last one for ever.
fn receiver(statuses: &'static [u16]) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_| {
        let at = count.fetch_add(1, Ordering::SeqCst).min(statuses.len() - 1);
        Answer::empty(statuses[at])
    })
}

fn quick(folder: &std::path::Path) -> Endpoint {
    let mut options = options(folder);
    options.limits.webhook_pause = Duration::from_millis(300);
    Endpoint::with(options)
}

fn settled(endpoint: &Endpoint, id: &str) -> bool {
    let notices = endpoint.notices.lock().unwrap();
    notices.iter().any(|notice| matches!(notice, Notice::Warning(text) if text.contains(id)))
}

#[test]
fn a_webhook_hears_once_what_status_says() {
    let folder = tempfile::tempdir().unwrap();
    let (endpoint, server) = (quick(folder.path()), receiver(&[200]));
    let hook = server.url("/hook?key=1");
    for mode in ["echo", "boom"] {
        let before = server.seen().len();
        let id = endpoint.run_with(&json!({"input": {"mode": mode}, "webhook": hook}));
        until("it is called", || server.seen().len() > before);
        let call = server.seen().pop().unwrap();
        assert_eq!((call.method.as_str(), call.target.as_str()), ("POST", "/hook?key=1"));
        assert_eq!(call.header("content-type"), Some("application/json"));
        assert_eq!(call.json(), endpoint.status(&id));
        assert!(call.header("authorization").is_none());
    }
    // A cancelled one has ended as well.
    let id = endpoint.run_with(&json!({"input": {"mode": "wait"}, "webhook": hook}));
    endpoint.wait_for(&id, "IN_PROGRESS");
    endpoint.post(&format!("cancel/{id}"), &json!({}));
    until("it is called", || server.seen().len() > 2);
    assert_eq!(server.seen()[2].json()["status"], "CANCELLED");
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(server.seen().len(), 3, "once each");
}

#[test]
fn a_webhook_is_tried_three_times() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = quick(folder.path());
    let (late, never) = (receiver(&[500, 302, 200]), receiver(&[201]));
    let call = |server: &Server| {
        endpoint.run_with(
            &json!({"input": {"mode": "big", "size": 3_000_000}, "webhook": server.url("/?secret=k")}),
        )
    };
    let (heard, unheard) = (call(&late), call(&never));
    until("one is given up", || settled(&endpoint, &unheard));
    until("the other one is through", || late.seen().len() == 3);
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!((late.seen().len(), never.seen().len()), (3, 3));
    let calls = late.seen();
    assert!(calls.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_millis(250)));
    assert!(
        calls.iter().all(|call| call.json()["output"]["video_base64"].as_str().unwrap().len() == 3_000_000)
    );
    assert!(!settled(&endpoint, &heard));
    assert!(!format!("{:?}", endpoint.notices.lock().unwrap()).contains("secret"));
}

#[test]
fn a_webhook_that_was_not_called_before_the_end_is_called_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = receiver(&[500, 200]);
    let endpoint = Endpoint::start(folder.path());
    let id = endpoint.run_with(&json!({"input": {}, "webhook": server.url("/")}));
    until("the first try", || server.seen().len() == 1);
    let began = Instant::now();
    endpoint.stop().unwrap();
    assert!(began.elapsed() < Duration::from_secs(8), "the pause is not waited for");
    let endpoint = Endpoint::start(folder.path());
    until("the next one", || server.seen().len() == 2);
    assert_eq!(server.seen()[1].json()["id"], id.as_str());
    endpoint.stop().unwrap();
    let _endpoint = Endpoint::start(folder.path());
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(server.seen().len(), 2, "it has heard");
}

#[test]
fn a_webhook_that_hangs_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = quick(folder.path());
    let (hangs, answers) = (Server::start(|_| Answer::Hang(Duration::from_secs(600))), receiver(&[200]));
    for _ in 0..6 {
        endpoint.run_with(&json!({"input": {}, "webhook": hangs.url("/")}));
    }
    until("one try hangs", || hangs.seen().len() == 1);
    let id = endpoint.run_with(&json!({"input": {}, "webhook": answers.url("/")}));
    until("the other one is called", || answers.seen().len() == 1);
    assert_eq!(answers.seen()[0].json()["id"], id.as_str());
    assert_eq!(hangs.seen().len(), 1, "the first try has not ended yet, and is the only one there");
    let began = Instant::now();
    endpoint.stop().unwrap();
    assert!(began.elapsed() < Duration::from_secs(20), "the hanging try is not waited for");
}
