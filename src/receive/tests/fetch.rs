use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::thread;

use super::super::tests::clip::clip;
use super::*;
use crate::config::Config;
use crate::event::Reporter;
use crate::paths::Paths;

/// Gives each connection the next of these answers, the last one for ever.
fn serving(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/clip.mp4?signature=secret", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (number, stream) in listener.incoming().flatten().enumerate() {
            let mut lines = BufReader::new(&stream).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let _ = (&stream).write_all(&answers[number.min(answers.len() - 1)]);
        }
    });
    url
}

#[derive(Default)]
struct Heard(Mutex<Vec<Event>>);

impl Reporter for Heard {
    fn report(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

/// What came of it, and what was told on the way.
fn fetched(url: &str) -> (Result<u64>, Vec<Event>) {
    let folder = tempfile::tempdir().unwrap();
    let (heard, here) = (Heard::default(), folder.path().to_owned());
    let target = here.join("out.mp4");
    let order = Order {
        target: Some(&target),
        fallback_name: OsStr::new(""),
        force: false,
        paths: &Paths { config: here.clone(), data: here.clone(), cache: here.clone(), state: here },
        config: &Config::default(),
        cancel: &Cancel::default(),
        reporter: &heard,
    };
    let pace = Pace { tries: 3, first: Duration::from_millis(1), longest: Duration::from_millis(4) };
    let mut landing = Landing::new(&order).unwrap();
    let result = fetch_at(&pace, url, &mut landing, &order);
    let result = result.and_then(|()| landing.finish(None)).map(|landed| landed.bytes);
    assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
    (result, heard.0.into_inner().unwrap())
}

fn retries(events: &[Event]) -> Vec<&str> {
    let retries = events.iter().filter_map(|event| match event {
        Event::Retrying { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    retries.collect()
}

#[test]
fn a_shown_link_holds_no_secret() {
    let url = "https://user:pass@h.example:8443/b/a.mp4?X-Amz-Signature=abc#f".parse().unwrap();
    assert_eq!(shown(&url), "h.example:8443/b/a.mp4");
}

#[test]
fn it_gives_up_after_a_few_tries_without_progress() {
    let busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 9999\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (result, events) = fetched(&serving(vec![busy.to_vec()]));
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("download_failed", 5));
    assert!(error.to_string().contains("/clip.mp4 answered with 503"), "{error}");
    assert_eq!(retries(&events).len(), 2);
    let told = format!("{error} {events:?}");
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn a_server_that_always_breaks_off_at_the_same_byte_is_given_up() {
    let cut = [b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", &clip(300)[..]].concat();
    let (result, events) = fetched(&serving(vec![cut]));
    assert_eq!(result.unwrap_err().code(), "download_failed");
    // The first try came further than ever before; the next three did not.
    assert_eq!(retries(&events).len(), 3);
}

#[test]
fn a_link_that_leads_in_circles_or_off_the_web_is_no_reason_to_wait() {
    for to in ["/clip.mp4?signature=secret", "ftp://h.example/clip.mp4?signature=secret", "", "http://"] {
        let away =
            format!("HTTP/1.1 302 No\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let (result, events) = fetched(&serving(vec![away.into_bytes()]));
        let error = result.unwrap_err();
        assert_eq!((error.code(), retries(&events).len()), ("download_failed", 0), "{to}: {error}");
        assert!(error.to_string().contains("/clip.mp4, leads nowhere"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_clip_in_a_bucket_without_links_is_told_as_an_s3_client_wants_it() {
    let (result, _) = fetched("s3://bucket/jobs/a.mp4");
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("in_bucket", 5));
    assert!(error.hint_text().contains("aws s3 cp s3://bucket/jobs/a.mp4 ."), "{}", error.hint_text());
}

#[test]
fn nobody_there_is_told_and_tried_again() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (result, events) = fetched(&format!("http://{nobody}/clip.mp4"));
    assert_eq!(result.unwrap_err().code(), "download_failed");
    assert_eq!(retries(&events).len(), 2);
}

#[test]
fn progress_is_told_with_its_end() {
    let body = clip(3000);
    let whole =
        [format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat();
    let (result, events) = fetched(&serving(vec![whole]));
    let length = body.len() as u64;
    assert_eq!(result.unwrap(), length);
    assert_eq!(events.last(), Some(&Event::Downloading { bytes: length, total: Some(length) }));
}
