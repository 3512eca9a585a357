//! What a network, a protection page and a file server can do.

use std::time::Duration;

use broll::blender::Version;
use broll::blenderkit::{Client, Key, Kind, Pace, Query, Site, fetch};
use broll::event::Silent;
use broll::interrupt::Cancel;
use broll::net::Limits;
use broll::paths::Paths;
use serde_json::json;

use super::{ID, KEY, Kit, SIGNATURE, asset, blend};
use crate::platform::Answer;

/// Milliseconds between tries where people wait for seconds; an answer may take as long as a busy machine needs.
const PACE: Pace = Pace {
    tries: 3,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(1500),
    limits: Limits { head: Duration::from_secs(60), idle: Duration::from_secs(60) },
};
/// For a server that hangs: whoever is merely slow gets many tries.
const HASTY: Pace = Pace {
    tries: 50,
    limits: Limits { head: Duration::from_millis(500), idle: Duration::from_millis(500) },
    ..PACE
};

const DOWNLOADS: &str = "/api/v1/downloads";
const SEARCH: &str = "/api/v1/search";
const FILES: &str = "/assets/";

fn detail(status: u16, text: &str) -> Answer {
    Answer::json(status, &json!({"detail": text, "statusCode": status}))
}

fn client(kit: &Kit, pace: Pace) -> Client {
    Client::new(Site::new(&kit.api.url("")).unwrap(), Some(Key::parse(KEY).unwrap()), pace).unwrap()
}

/// Downloads the asset with little patience; the bytes, or the code of the error and all that it says.
fn download(kit: &Kit, most: u64) -> Result<Vec<u8>, (&'static str, String)> {
    download_at(kit, most, PACE)
}

fn download_at(kit: &Kit, most: u64, pace: Pace) -> Result<Vec<u8>, (&'static str, String)> {
    let folder = |name: &str| kit.root.path().join(name);
    let paths = Paths { config: folder("c"), data: folder("d"), cache: folder("cache"), state: folder("s") };
    let (client, cancel) = (client(kit, pace), Cancel::default());
    let found = client.asset(ID, Version(4, 2, 0), &Silent, &cancel);
    let got =
        found.and_then(|asset| fetch(&client, (&asset, &asset.files[0]), most, &paths, &Silent, &cancel));
    assert!(kit.left().is_empty(), "{:?}", kit.left());
    got.map(|path| fs_err::read(path).unwrap()).map_err(|error| {
        let text = format!("{error}\n{}", error.hint_text());
        assert!(!text.contains(KEY) && !text.contains(SIGNATURE), "{text}");
        (error.code(), text)
    })
}

#[track_caller]
fn arrives(faults: &[(&'static str, Answer)]) -> Kit {
    let kit = Kit::start();
    for (path, answer) in faults {
        kit.next(path, answer.clone());
    }
    assert!(download(&kit, 1 << 30).unwrap() == blend());
    kit
}

#[track_caller]
fn fails(faults: &[(&'static str, Answer)], code: &str, words: &[&str]) {
    let kit = Kit::start();
    for (path, answer) in faults {
        kit.next(path, answer.clone());
    }
    let (own, text) = download(&kit, 1 << 30).unwrap_err();
    assert!(own == code && words.iter().all(|word| text.contains(word)), "{own}: {text}");
}

fn cut(after: usize) -> Answer {
    Answer::Cut { status: 200, body: blend(), after }
}

/// The thousand bytes after so many thousands, then the end of the connection.
fn torn(piece: usize) -> Answer {
    let (whole, from) = (blend(), piece * 1000);
    let head = match piece {
        0 => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len()),
        _ => format!(
            "HTTP/1.1 206 Part\r\nContent-Length: {}\r\nContent-Range: bytes {from}-{}/{}\r\n\r\n",
            whole.len() - from,
            whole.len() - 1,
            whole.len()
        ),
    };
    Answer::Raw([head.as_bytes(), &whole[from..from + 1000]].concat())
}

#[test]
fn what_passes_is_outlasted() {
    let busy = detail(429, "Request was throttled.").with_header("Retry-After", "1");
    arrives(&[(SEARCH, busy.clone()), (DOWNLOADS, busy), (FILES, Answer::empty(429))]);
    arrives(&[
        (SEARCH, Answer::html(502)),
        (SEARCH, Answer::Close),
        (DOWNLOADS, Answer::empty(500)),
        (FILES, Answer::Close),
    ]);
    arrives(&[(SEARCH, Answer::html(200))]);
}

#[test]
fn a_server_that_hangs_is_asked_again() {
    let kit = Kit::start();
    kit.next(DOWNLOADS, Answer::Hang(Duration::from_secs(3)));
    assert!(download_at(&kit, 1 << 30, HASTY).unwrap() == blend());
    assert!(kit.asked(DOWNLOADS) > 1);
}

#[test]
fn a_torn_file_goes_on_where_it_broke_off() {
    let kit = arrives(&[(FILES, cut(30_000))]);
    let seen = kit.files.seen();
    assert_eq!((seen[0].header("range"), seen[1].header("range")), (None, Some("bytes=30000-")));
    // A server that knows no ranges, or gives another part, is asked for all of it.
    arrives(&[(FILES, cut(30_000)), (FILES, Answer::typed(200, "x/y", &blend()))]);
    let wrong = Answer::typed(206, "x/y", b"abc").with_header("Content-Range", "bytes 7-9/10");
    arrives(&[(FILES, cut(30_000)), (FILES, wrong)]);
    // Each piece more gives patience back: five of them with three tries.
    let kit = Kit::start();
    for piece in 0..5 {
        kit.next(FILES, torn(piece));
    }
    assert!(download(&kit, 1 << 30).unwrap() == blend());
    assert_eq!(kit.asked(FILES), 6);
    fails(
        &[(FILES, cut(10)), (FILES, Answer::Close), (FILES, Answer::Close), (FILES, Answer::Close)],
        "blenderkit_unreachable",
        &[],
    );
}

#[test]
fn an_address_that_expired_is_asked_for_again_once() {
    let kit = arrives(&[(FILES, Answer::empty(403))]);
    assert_eq!(kit.asked(DOWNLOADS), 2);
    fails(
        &[(FILES, Answer::empty(403)), (FILES, Answer::html(404))],
        "download_failed",
        &["does not give the file out"],
    );
}

#[test]
fn each_refusal_has_its_own_words() {
    fails(
        &[(DOWNLOADS, detail(403, "Users plan doesnt allow to download this: Limit of models exceeded."))],
        "plan_only",
        &["Limit of models exceeded", "asset-gallery-detail"],
    );
    fails(&[(DOWNLOADS, detail(402, "limit"))], "plan_only", &["limit"]);
    fails(
        &[(DOWNLOADS, detail(401, "Invalid token."))],
        "key_refused",
        &["BLENDERKIT_API_KEY", "Invalid token."],
    );
    fails(&[(SEARCH, detail(401, "Invalid token."))], "key_refused", &[]);
    fails(&[(SEARCH, Answer::html(403))], "blenderkit_blocked", &["protection page", "another network"]);
    fails(&[(DOWNLOADS, Answer::html(503))], "blenderkit_blocked", &[]);
    fails(&[(DOWNLOADS, detail(404, "Not found."))], "bad_answer", &["the file is gone"]);
    fails(&[(SEARCH, detail(429, "x").with_header("Retry-After", "3600"))], "rate_limited", &["in 3600 s"]);
    let always = |answer: Answer| [(SEARCH, answer.clone()), (SEARCH, answer.clone()), (SEARCH, answer)];
    fails(&always(Answer::html(200)), "blenderkit_blocked", &[]);
    fails(&always(Answer::Close), "blenderkit_unreachable", &["check the network"]);
    fails(&[(SEARCH, Answer::json(200, &json!([])))], "bad_answer", &[]);
}

#[test]
fn an_account_is_asked_for_where_one_is_needed() {
    let kit = Kit::start();
    kit.next(DOWNLOADS, detail(401, "Unauthorized access. Please log in."));
    let output = kit.run(&["templates", "add", &format!("blenderkit:{ID}"), "--json"]);
    super::kit::told(&output, 5, "plan_only", &["logged in", "free account", "Please log in"]);
}

#[test]
fn addresses_that_could_not_be_used_are_refused() {
    let link = |path: serde_json::Value| [(DOWNLOADS, Answer::json(200, &json!({"filePath": path})))];
    fails(&link(json!("http://files.example.com/a?verify=SIGNED0123")), "bad_answer", &["not https"]);
    fails(&link(json!("file:///etc/passwd")), "bad_answer", &["not https"]);
    fails(&link(json!("/relative?verify=SIGNED0123")), "bad_answer", &["no URL"]);
    fails(&link(json!(null)), "bad_answer", &[]);
    let away = |to: &str| Answer::empty(302).with_header("Location", to);
    fails(&[(FILES, away("file:///etc/passwd"))], "bad_answer", &["not https"]);
    fails(
        &[(FILES, away("http://files.example.com/a?verify=SIGNED0123"))],
        "bad_answer",
        &["http://files.example.com, which"],
    );
    fails(&[(FILES, Answer::empty(302))], "bad_answer", &["without a place to go"]);
    let round: Vec<_> = (0..6).map(|_| (FILES, away("/assets/again"))).collect();
    fails(&round, "bad_answer", &["redirects in a row"]);
}

#[test]
fn what_is_no_whole_blend_never_gets_a_name() {
    let body = |bytes: &[u8]| [(FILES, Answer::typed(200, "application/octet-stream", bytes))];
    fails(&body(b"<html>Sorry</html>"), "not_a_blend", &["BlenderKit announced"]);
    fails(&body(b""), "not_a_blend", &[]);
    fails(&body(&blend()[..blend().len() / 2]), "not_a_blend", &["announced"]);
    let (code, _) = download(&Kit::with(vec![asset()], vec![b'x'; 300_000]), 1 << 30).unwrap_err();
    assert_eq!(code, "not_a_blend");
}

#[test]
fn more_than_is_allowed_ends_the_download() {
    let kit = Kit::start();
    assert_eq!(download(&kit, 1000).unwrap_err().0, "asset_too_large");
    // Without a length, too.
    let endless = [&b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"[..], &blend()].concat();
    let kit = Kit::start();
    kit.next(FILES, Answer::Raw(endless.clone()));
    assert_eq!(download(&kit, 50_000).unwrap_err().0, "asset_too_large");
    let kit = Kit::start();
    kit.next(FILES, Answer::Raw(endless));
    assert!(download(&kit, 1 << 30).unwrap() == blend());
}

#[test]
fn whoever_cancels_is_not_kept_waiting() {
    let kit = Kit::start();
    kit.next(SEARCH, Answer::Hang(Duration::from_secs(60)));
    let cancel = Cancel::default();
    cancel.cancel();
    let query = Query { words: "x".to_owned(), kind: Kind::Scene, free: false, page: 1 };
    let error = client(&kit, PACE).search(&query, Version(4, 2, 0), &Silent, &cancel).unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("interrupted", 130));
}
