//! Connections that do not behave.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::endpoint::{Endpoint, LONG, options};

fn endpoint(folder: &std::path::Path, connections: usize) -> Endpoint {
    let mut options = options(folder);
    options.limits.connections = connections;
    options.limits.idle = Duration::from_millis(1500);
    options.limits.body = Duration::from_millis(4000);
    Endpoint::with(options)
}

fn connect(endpoint: &Endpoint) -> TcpStream {
    let stream = TcpStream::connect(endpoint.origin.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream.set_write_timeout(Some(LONG)).unwrap();
    stream
}

/// Everything until the end of the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert!(
            matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
            "the connection did not end: {error}"
        ),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn alive(endpoint: &Endpoint) {
    assert_eq!(endpoint.post("runsync", &json!({"input": {}}))["status"], "COMPLETED");
}

const HEAD: &str = "POST /v2/local/run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n";

#[test]
fn silent_and_slow_connections_end() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = endpoint(folder.path(), 512);
    let silent = connect(&endpoint);
    let mut half_head = connect(&endpoint);
    half_head.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
    let mut dripping = connect(&endpoint);
    let began = Instant::now();
    let dripped = std::thread::spawn(move || {
        // Never silent for long, never done.
        while dripping.write_all(b"a").is_ok() && began.elapsed() < LONG {
            std::thread::sleep(Duration::from_millis(50));
        }
        rest(dripping)
    });
    assert_eq!((rest(silent), rest(half_head)), (String::new(), String::new()));
    dripped.join().unwrap();
    assert!(began.elapsed() < LONG, "dripping does not keep it open");
    // A connection that was used ends as well.
    let mut kept = connect(&endpoint);
    kept.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(rest(kept).contains("\"ok\""));
    alive(&endpoint);
}

#[test]
fn half_a_body_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = endpoint(folder.path(), 512);
    let mut half = connect(&endpoint);
    half.write_all(format!("{HEAD}Content-Length: 1000\r\n\r\n{{\"input\"").as_bytes()).unwrap();
    assert!(rest(half).starts_with("HTTP/1.1 408 "));
    // Piece after piece, for ever.
    let mut endless = connect(&endpoint);
    endless.write_all(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).unwrap();
    let began = Instant::now();
    while endless.write_all(b"1\r\n \r\n").is_ok() && began.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(began.elapsed() < LONG, "an endless body ends");
    let mut gone = connect(&endpoint);
    gone.write_all(format!("{HEAD}Content-Length: 1000\r\n\r\n{{").as_bytes()).unwrap();
    drop(gone);
    alive(&endpoint);
    assert_eq!(endpoint.get("health")["jobs"]["inQueue"], 0);
}

#[test]
fn a_long_wait_is_no_idle_connection() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = endpoint(folder.path(), 512);
    let waited = endpoint.post("runsync?wait=4000", &json!({"input": {"mode": "wait"}}));
    assert_eq!(waited["status"], "IN_PROGRESS");
}

#[test]
fn a_client_that_does_not_read_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = endpoint(folder.path(), 1);
    let id = endpoint.post("runsync", &json!({"input": {"mode": "big", "size": 16 << 20}}))["id"].clone();
    let mut lazy = connect(&endpoint);
    let path = format!("/v2/local/status/{}", id.as_str().unwrap());
    lazy.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: x\r\n\r\n").as_bytes())
        .unwrap();
    // The only connection there may be is free again.
    alive(&endpoint);
    assert!(rest(lazy).len() < 16 << 20);
}

#[test]
fn more_connections_than_there_may_be_wait_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = endpoint(folder.path(), 8);
    let idle: Vec<TcpStream> = (0..32).map(|_| connect(&endpoint)).collect();
    alive(&endpoint);
    drop(idle);
    alive(&endpoint);
}

#[test]
fn nonsense_is_answered_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = endpoint(folder.path(), 512);
    let long = "a".repeat(1 << 20);
    let many = "X-A: b\r\n".repeat(5000);
    for (bytes, status) in [
        (format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {long}\r\n\r\n"), "431"),
        (format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"), "431"),
        (format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"), "4"),
        ("\u{0}\u{1}\u{2}\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), "403"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n".to_owned(), "403"),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), "403"),
        (format!("{HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{{}}"), "400"),
        (format!("{HEAD}Content-Length: -1\r\n\r\n"), "400"),
        (format!("{HEAD}Content-Length: 99999999999999999999\r\n\r\n"), "400"),
        ("GET //v2/local/../local/health HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), "404"),
    ] {
        let mut stream = connect(&endpoint);
        let _ = stream.write_all(bytes.as_bytes());
        let answer = rest(stream);
        let shown: String = bytes.chars().take(60).collect();
        // A reset may swallow the answer while the client is still sending.
        assert!(answer.is_empty() || answer.starts_with(&format!("HTTP/1.1 {status}")), "{shown}: {answer}");
        assert!(bytes.len() > 1000 || status.is_empty() || !answer.is_empty(), "{shown}: no answer");
    }
    alive(&endpoint);
}
