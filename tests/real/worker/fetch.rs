//! Templates from a URL, from a server that does what servers do.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use broll::interrupt::Cancel;
use serde_json::{Value, json};

use super::server::{Answer, Seen, Server};
use crate::common::{Premises, request, scene, until};

fn premises(most_bytes: u64) -> Premises {
    Premises::with(&[], "", |terms| {
        terms.fetch.allow_private = true;
        terms.fetch.most_bytes = most_bytes;
    })
}

fn file() -> Vec<u8> {
    fs_err::read(scene("plain")).unwrap()
}

fn sha256() -> String {
    broll::render::sha256_of_file(&scene("plain"), &Cancel::default()).unwrap()
}

fn whole() -> Answer {
    Answer::typed(200, "application/octet-stream", &file())
}

fn from(url: &str, sha256: &str) -> Value {
    request(&json!({"template": null, "template_url": url, "template_sha256": sha256}))
}

/// Gives these answers in turn, and the last one for ever.
fn in_turn(answers: Vec<Answer>) -> Server {
    let left = Mutex::new(answers);
    Server::start(move |_: &Seen| {
        let mut left = left.lock().unwrap();
        if left.len() > 1 { left.remove(0) } else { left[0].clone() }
    })
}

#[test]
fn a_file_is_fetched_through_faults_and_redirects_and_kept_by_its_hash() {
    let longer = [b"x".repeat(file().len()), file()].concat();
    let (length, target) = (longer.len(), "/files/My%20Clip.blend?sig=s3cret");
    let server = in_turn(vec![
        Answer::empty(503).with_header("Retry-After", "0"),
        Answer::Cut { status: 200, body: longer, after: length - 10 },
        Answer::Close,
        Answer::empty(302).with_header("Location", "/moved/here"),
        Answer::Raw(b"rubbish\r\n\r\n".to_vec()),
        Answer::empty(307).with_header("Location", "elsewhere"),
        whole(),
    ]);
    let premises = premises(1 << 30);
    let input = from(&server.url(target), &sha256().to_uppercase());
    let answer = premises.makes(input.clone());
    assert_eq!((&answer["frames"], &answer["template"]), (&json!(3), &json!("my_20clip")));
    let paths: Vec<String> = server.seen().iter().map(|seen| seen.target.clone()).collect();
    assert_eq!(paths, [target, target, target, target, "/moved/here", target, "/files/elsewhere"]);
    assert!(server.seen().iter().all(|seen| seen.header("accept-encoding") == Some("identity")));
    assert!(
        premises.told().iter().any(|told| told["note"].as_str().unwrap_or("").starts_with("fetching the"))
    );
    premises.makes(input);
    assert_eq!(server.seen().len(), 7, "it was fetched again");
    assert_eq!(premises.cached("templates"), [format!("{}.blend", sha256())]);
}

#[test]
fn a_kept_file_that_was_damaged_is_fetched_again() {
    let server = in_turn(vec![whole()]);
    let premises = premises(1 << 30);
    let input = from(&server.url("/a.blend"), &sha256());
    premises.makes(input.clone());
    fs_err::write(premises.path("cache/templates").join(format!("{}.blend", sha256())), "damaged").unwrap();
    premises.makes(input);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn what_is_not_the_file_that_was_meant_is_refused_and_not_kept() {
    let server = in_turn(vec![whole()]);
    let premises = premises(1 << 30);
    let input = from(&server.url("/a.blend?sig=s3cret"), &"0".repeat(64));
    let error = premises.refuses(input, &["does not hold the file", &sha256(), "template_sha256"]);
    assert!(!error.contains("s3cret"), "{error}");
    assert!(premises.cached("templates").is_empty());
}

#[test]
fn servers_that_do_not_give_the_file_are_told_apart() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let chunks: Vec<u8> =
        (0..9).flat_map(|_| [b"80\r\n".to_vec(), vec![b'x'; 128], b"\r\n".to_vec()].concat()).collect();
    let round = |at: &str| Answer::empty(302).with_header("Location", at);
    let cases: Vec<(Answer, &[&str], usize)> = vec![
        (Answer::empty(404), &["status 404", "there is no such file"], 1),
        (Answer::empty(403), &["status 403", "expired"], 1),
        (Answer::empty(204), &["status 204"], 1),
        (Answer::empty(500), &["status 500", "5 tries"], 5),
        (Answer::Close, &["could not be fetched", "5 tries"], 5),
        (Answer::typed(200, "text/plain", &[b'x'; 2000]), &["too large", "2.0 kB", "1.0 kB"], 1),
        (Answer::Raw([chunked, chunks].concat()), &["too large", "it has more"], 1),
        (
            Answer::typed(200, "text/html", b"<html>log in</html>"),
            &["does not hold the file that was meant"],
            1,
        ),
        (Answer::typed(200, "text/plain", b""), &["does not hold the file that was meant"], 1),
        (round("/again"), &["more than 5 redirects"], 6),
        (round("file:///etc/passwd"), &["only https is fetched, not file"], 1),
        (round("ftp://x.example/a"), &["only https is fetched, not ftp"], 1),
        (Answer::empty(301), &["leads nowhere"], 1),
    ];
    let premises = premises(1000);
    for (answer, words, requests) in cases {
        let shown = format!("{answer:?}");
        let server = in_turn(vec![answer]);
        premises.refuses(from(&server.url("/a.blend"), &sha256()), words);
        assert_eq!(server.seen().len(), requests, "{shown:.100}");
    }
    assert!(premises.cached("templates").is_empty() && premises.processes().is_empty());
}

#[test]
fn private_addresses_are_refused_unless_they_are_allowed() {
    let server = in_turn(vec![whole()]);
    let premises = Premises::new(&[]);
    let port = server.url("").rsplit(':').next().unwrap().to_owned();
    for (url, said) in [
        (server.url("/a"), "only https"),
        (format!("https://127.0.0.1:{port}/a"), "public internet"),
        (format!("https://localhost:{port}/a"), "public internet"),
        (format!("https://[::ffff:7f00:1]:{port}/a"), "public internet"),
        ("nonsense".to_owned(), "not a URL"),
    ] {
        premises.refuses(from(&url, &sha256()), &[said]);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_fetch_ends_with_its_job() {
    let server = in_turn(vec![Answer::Slow {
        status: 200,
        body: file(),
        piece: 100,
        pause: Duration::from_millis(50),
    }]);
    let premises = premises(1 << 30);
    let cancel = Cancel::default();
    let began = Mutex::new(None);
    let outcome = premises.cancellable(from(&server.url("/a.blend"), &sha256()), &cancel, &|told| {
        if told["note"].as_str().is_some_and(|note| note.starts_with("fetching")) {
            cancel.cancel();
            began.lock().unwrap().get_or_insert_with(Instant::now);
        }
    });
    assert!(outcome.result.is_err() && began.lock().unwrap().unwrap().elapsed() < Duration::from_secs(20));
    until("the draft is gone", || premises.cached("templates").is_empty());
}
