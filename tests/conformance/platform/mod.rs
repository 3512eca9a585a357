//! A platform for tests: plain HTTP over sockets, so that every fault of a real network can be played.

mod api;
mod gate;
mod http;
mod ledger;
mod worker_side;

pub(crate) use api::{Api, Chance, ENDPOINT, Fault, KEY};
pub(crate) use gate::Gate;
pub(crate) use http::{Answer, Seen, Server};
pub(crate) use ledger::{Entry, Ledger, Route};
pub(crate) use worker_side::{Call, WorkerFault, WorkerSide};

#[test]
fn the_server_plays_faults_and_remembers_requests() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/cut" => Answer::Cut { status: 200, body: b"0123456789".to_vec(), after: 4 },
        "/gone" => Answer::Close,
        _ => Answer::json(200, &serde_json::json!({"echo": seen.text()})),
    });
    let http = broll::net::Http::new(broll::net::Redirects::Refuse).unwrap();
    let cancel = broll::interrupt::Cancel::default();
    let send = |path: &str| {
        let url = server.url(path).parse().unwrap();
        let request = http.request(broll::net::Method::POST, url).header("X-Case", "kept").body("hi");
        http.send(request, broll::net::Limits::default(), &cancel)
    };
    assert_eq!(send("/v2/a?b=c%20d").unwrap().bytes(100).unwrap(), br#"{"echo":"hi"}"#);
    assert!(send("/cut").unwrap().bytes(100).is_err());
    assert!(send("/gone").is_err());
    let seen = server.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].query("b").as_deref()), ("POST", Some("c d")));
    assert_eq!((seen[0].header("x-case"), seen.len()), (Some("kept"), 3));
}
