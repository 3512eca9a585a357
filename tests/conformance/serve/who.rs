//! Who is let in, and where there is something.

use broll::net::Method;
use broll::serve::{Options, Token};
use serde_json::json;

use super::endpoint::{Endpoint, options};
use super::keeping::refused;

const HEALTH: &str = "/v2/local/health";

fn code(endpoint: &Endpoint, path: &str, headers: &[(&str, &str)]) -> u16 {
    endpoint.raw(Method::GET, path, Vec::new(), headers).0
}

#[test]
fn on_loopback_any_key_is_right_and_none_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    assert_eq!(code(&endpoint, HEALTH, &[("Authorization", "Bearer whatever")]), 200);
    assert_eq!(code(&endpoint, HEALTH, &[("Authorization", "raw")]), 200);
    for headers in [&[][..], &[("Authorization", "")], &[("Authorization", "Bearer ")]] {
        assert_eq!(code(&endpoint, HEALTH, headers), 401);
    }
    // A refusal is heard also by a client with much to send.
    let (status, body) = endpoint.raw(Method::POST, "/v2/local/run", vec![b'x'; 8 << 20], &[]);
    assert_eq!(status, 401);
    assert!(String::from_utf8(body).unwrap().contains("Authorization"));
    // People and probes need none.
    assert_eq!((code(&endpoint, "/", &[]), code(&endpoint, "/health", &[])), (200, 200));
}

#[test]
fn with_a_token_only_that_one_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let token = Some(Token::new("s3cret-token").unwrap());
    let endpoint = Endpoint::with(Options { host: "0.0.0.0".to_owned(), token, ..options(folder.path()) });
    for (key, status) in [
        ("Bearer s3cret-token", 200),
        ("s3cret-token", 200),
        ("Bearer s3cret-toke", 401),
        ("Bearer S3CRET-TOKEN", 401),
        ("Bearer any", 401),
    ] {
        // Behind a proxy the machine has another name.
        assert_eq!(
            code(&endpoint, HEALTH, &[("Authorization", key), ("Host", "clips.example")]),
            status,
            "{key}"
        );
    }
    let notices = format!("{:?}", endpoint.notices.lock().unwrap());
    assert!(!notices.contains("s3cret"), "{notices}");
}

#[test]
fn others_are_not_let_in_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { host: "0.0.0.0".to_owned(), ..options(folder.path()) };
    let error = refused(&options);
    assert_eq!((error.code(), error.kind().exit_code()), ("token_missing", 1));
    assert!(error.hint_text().contains("BROLL_SERVE_TOKEN"));
    assert!(!options.folder.exists(), "nothing was touched");
}

#[test]
fn web_pages_are_kept_out() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let key = ("Authorization", "any");
    for headers in [
        [key, ("Host", "evil.example")],
        [key, ("Origin", "https://evil.example")],
        [key, ("Origin", "null")],
    ] {
        for path in [HEALTH, "/", "/v2/none"] {
            assert_eq!(code(&endpoint, path, &headers), 403, "{headers:?}");
        }
    }
    assert_eq!(code(&endpoint, HEALTH, &[key, ("Host", "localhost:1")]), 200);
    // A browser asks first, and hears nothing that would let it go on.
    let ask = [("Origin", "http://localhost"), ("Access-Control-Request-Method", "POST")];
    assert_eq!(endpoint.raw(Method::OPTIONS, "/v2/local/run", Vec::new(), &ask).0 / 100, 4);
}

#[test]
fn there_is_one_endpoint_and_no_way_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let id = endpoint.post("runsync", &json!({"input": {}}))["id"].as_str().unwrap().to_owned();
    for path in [
        "/v2/other/health",
        "/v2/local",
        "/v2/local/nothing",
        "/v2/local/status/",
        "/v2/local/status/unknown",
        "/v2/local/status/%2e%2e%2fjobs.redb",
        "/v2/local/status/..%2f..%2fserve%2fjobs",
        "/v2/local/status/%00",
        "/v2/local/status/%ff",
        "/v3/local/health",
        "/favicon.ico",
    ] {
        let (status, answer) = endpoint.call(Method::GET, path, "");
        assert_eq!(status, 404, "{path}");
        assert!(answer["error"].is_string(), "{path}: {answer}");
    }
    assert_eq!(endpoint.code(Method::GET, &format!("/v2/local/status/{id}/x")), 404);
    assert_eq!(endpoint.code(Method::GET, "/v2/local/run"), 405);
    assert_eq!(endpoint.code(Method::DELETE, &format!("/v2/local/status/{id}")), 405);
    for verb in ["status", "stream", "status-sync", "cancel", "retry"] {
        let path = format!("/v2/local/{verb}/no-such-job");
        assert_eq!(endpoint.code(Method::POST, &path), 404, "{verb}");
    }
}
