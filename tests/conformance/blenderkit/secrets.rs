//! Who gets to see the key, and who does not.

use serde_json::json;

use super::{ID, KEY, Kit, SIGNATURE};
use crate::platform::{Answer, Server};

fn add(kit: &Kit) -> std::process::Output {
    let source = format!("blenderkit:{ID}");
    kit.command(&["templates", "add", &source]).env("BLENDERKIT_API_KEY", KEY).output().unwrap()
}

fn text(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn the_key_goes_to_the_api_and_to_no_file_server() {
    let kit = Kit::start();
    let output = add(&kit);
    assert!(output.status.success(), "{}", text(&output));
    let bearer = format!("Bearer {KEY}");
    let api = kit.api.seen();
    assert!(api.len() == 2 && api.iter().all(|seen| seen.header("authorization") == Some(&bearer)));
    for seen in kit.files.seen() {
        assert_eq!(seen.header("authorization"), None);
        assert!(
            !format!("{seen:?}").contains(KEY)
                && seen.header("user-agent").is_some()
                && seen.header("referer").is_none()
        );
    }
    assert_eq!(kit.files.seen().len(), 1);
    assert!(!text(&output).contains(KEY) && !text(&output).contains(SIGNATURE));
    for folder in ["config", "data", "cache", "state"] {
        for (path, bytes) in files(&kit.root.path().join(folder)) {
            let held = String::from_utf8_lossy(&bytes);
            assert!(!held.contains(KEY) && !held.contains(SIGNATURE), "{}", path.display());
        }
    }
}

#[test]
fn no_redirect_takes_the_key_along() {
    let thief = Server::start(|_| Answer::json(200, &json!({"count": 0, "results": []})));
    for path in ["/api/v1/search", "/api/v1/downloads", "/assets/"] {
        let kit = Kit::start();
        kit.next(path, Answer::empty(307).with_header("Location", &thief.url("/x")));
        let output = add(&kit);
        assert!(!text(&output).contains(KEY), "{}", text(&output));
    }
    let seen = thief.seen();
    assert!(seen.len() >= 3, "it was not asked");
    assert!(
        seen.iter().all(|seen| seen.header("authorization").is_none() && !format!("{seen:?}").contains(KEY))
    );
    // Within the API it goes along: some paths only get a slash.
    let kit = Kit::start();
    kit.next(
        "/api/v1/search",
        Answer::empty(301).with_header("Location", "/api/v1/search/?query=x&page_size=15"),
    );
    let output = kit.command(&["templates", "search", "x"]).env("BLENDERKIT_API_KEY", KEY).output().unwrap();
    assert!(output.status.success() && kit.api.seen()[1].header("authorization").is_some());
}

#[test]
fn a_download_url_elsewhere_gets_no_key() {
    let thief = Server::start(|_| Answer::json(403, &json!({"detail": "no"})));
    let mut asset = super::asset();
    asset["files"][1]["downloadUrl"] = json!(thief.url("/api/v1/downloads/x/"));
    let kit = Kit::with(vec![asset], super::blend());
    assert_eq!(add(&kit).status.code(), Some(5));
    assert!(thief.seen().len() == 1 && thief.seen()[0].header("authorization").is_none());
}

#[test]
fn a_key_that_comes_back_is_not_told() {
    let kit = Kit::start();
    kit.next("/api/v1/search", Answer::json(400, &json!({"detail": format!("bad token {KEY}")})));
    let output = add(&kit);
    assert!(output.status.code() == Some(5) && text(&output).contains("bad token ***"), "{}", text(&output));
}

#[test]
fn a_key_is_not_sent_in_the_clear_to_strangers() {
    let kit = Kit::start();
    for url in ["http://kit.example.com", "kit", "https://user:pw@kit.example.com"] {
        let mut command = kit.command(&["templates", "search", "x", "--json"]);
        let output =
            command.env("BROLL_BLENDERKIT_URL", url).env("BLENDERKIT_API_KEY", KEY).output().unwrap();
        super::kit::told(&output, 1, "bad_config", &["BROLL_BLENDERKIT_URL"]);
        assert!(!text(&output).contains("pw@"));
    }
    let mut command = kit.command(&["templates", "search", "x", "--json"]);
    let output = command.env("BLENDERKIT_API_KEY", format!("{KEY} x")).output().unwrap();
    super::kit::told(&output, 1, "bad_key", &["BLENDERKIT_API_KEY"]);
    assert!(kit.api.seen().is_empty());
}

fn files(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() { files(&path) } else { vec![(path.clone(), fs_err::read(&path).unwrap())] }
        })
        .collect()
}
