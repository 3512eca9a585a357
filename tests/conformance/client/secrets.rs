//! Where a key goes, and where it never does.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};
use std::time::Duration;

use broll::runpod::{Endpoint, Pace};

use super::{PACE, World, client, files};
use crate::platform::{Answer, ENDPOINT, Fault, KEY, Server};

fn everything(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// `broll login`, with the key on stdin and none in the environment.
fn login(world: &World, key: &str, args: &[&str]) -> Output {
    let mut command = world.broll(&[&["login"], args].concat());
    command.env_remove("RUNPOD_API_KEY").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A login that needs no key does not read it.
    let _ = child.stdin.take().unwrap().write_all(key.as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn a_key_is_in_the_header_of_its_own_api_and_nowhere_else() {
    let world = World::new();
    world.api.script("run", &[Fault::Instead(Answer::empty(429)), Fault::AfterAll(Answer::html(502))]);
    let said = [
        world.broll(&["endpoint", "test"]).output().unwrap(),
        world
            .broll(&["endpoint", "test", "--json", "--progress", "json"])
            .env("RUNPOD_API_KEY", "wrong-key")
            .output()
            .unwrap(),
        world.broll(&["jobs", "list"]).output().unwrap(),
        world.broll(&["config", "show"]).output().unwrap(),
    ];
    assert!(
        everything(&said[1]).contains("refused the API key from RUNPOD_API_KEY"),
        "{}",
        everything(&said[1])
    );
    assert!(
        said.iter()
            .all(|output| !everything(output).contains(KEY) && !everything(output).contains("wrong-key"))
    );
    for (path, bytes) in files(world.root.path()) {
        assert!(!String::from_utf8_lossy(&bytes).contains(KEY), "{}", path.display());
    }
    for seen in world.api.all_seen() {
        assert!(!seen.target.contains(KEY) && !seen.text().contains(KEY), "{}", seen.target);
        let holding =
            seen.headers.iter().filter(|(_, value)| value.contains(KEY) || value.contains("wrong-key"));
        assert!(holding.into_iter().all(|(name, _)| name.eq_ignore_ascii_case("authorization")));
    }
}

#[test]
fn a_redirect_to_another_host_does_not_carry_the_key() {
    let world = World::new();
    let other = Server::start(|_| Answer::json(200, &serde_json::json!({"jobs": {}, "workers": {}})));
    let away = other.url("/elsewhere");
    let server = Server::start(move |_| Answer::empty(302).with_header("Location", &away));
    let client = client(Endpoint::new(&server.url("/v2"), "ep").unwrap(), PACE);
    client.health(&world.asking()).unwrap();
    assert_eq!(other.seen().len(), 1);
    assert!(other.seen()[0].headers.iter().all(|(_, value)| !value.contains(KEY)));
    assert_eq!(other.seen()[0].header("referer"), None);
    assert!(server.seen()[0].header("authorization").is_some_and(|value| value.contains(KEY)));
    let unsent = client.run(&serde_json::json!({"input": {}}), &world.asking()).unwrap_err();
    assert_eq!((unsent.error.code(), unsent.lost, other.seen().len()), ("redirected", false, 1));
}

#[test]
fn an_endpoint_on_this_machine_needs_no_key() {
    let world = World::new();
    let server = Server::start(|_| Answer::json(200, &serde_json::json!({"jobs": {}})));
    let client =
        broll::runpod::Client::new(Endpoint::new(&server.url(""), "local").unwrap(), None, Pace::default());
    client.unwrap().health(&world.asking()).unwrap();
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer local"));
    assert_eq!(server.seen()[0].path, "/local/health");
    let far = Endpoint::new("https://api.runpod.ai/v2", "ep").unwrap();
    assert_eq!(broll::runpod::Client::new(far, None, Pace::default()).unwrap_err().code(), "no_key");
}

#[test]
fn login_checks_a_key_and_keeps_it_for_its_owner_alone() {
    let world = World::new();
    let file = world.paths().credentials();
    let output = login(&world, "rpa_WRONG\n", &[]);
    assert_eq!(output.status.code(), Some(5));
    assert!(everything(&output).contains("refused the API key from the input") && !file.exists());
    assert!(!everything(&output).contains("rpa_WRONG"));
    let output = login(&world, &format!("  {KEY}\r\n"), &[]);
    assert!(output.status.success(), "{}", everything(&output));
    assert!(everything(&output).contains("checked with endpoint ep-1") && !everything(&output).contains(KEY));
    assert_eq!(fs_err::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let health =
        |world: &World| world.broll(&["endpoint", "health"]).env_remove("RUNPOD_API_KEY").output().unwrap();
    assert!(health(&world).status.success());
    let shown = world.broll(&["config", "show"]).env_remove("RUNPOD_API_KEY").output().unwrap();
    assert!(
        everything(&shown).contains("broll login") && !everything(&shown).contains(KEY),
        "{}",
        everything(&shown)
    );
    // The same key is not for another API.
    let elsewhere = World::new();
    let mut command = world.broll(&["endpoint", "health"]);
    command.env_remove("RUNPOD_API_KEY").env("RUNPOD_ENDPOINT_BASE_URL", elsewhere.api.base());
    assert_eq!(command.output().unwrap().status.code(), Some(5));
    assert!(elsewhere.api.all_seen().iter().all(|seen| seen.header("authorization") == Some("Bearer local")));
    fs_err::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let output = health(&world);
    assert!(
        output.status.code() == Some(3) && everything(&output).contains("chmod 600"),
        "{}",
        everything(&output)
    );
    fs_err::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    assert!(everything(&login(&world, "", &["--remove"])).contains("was removed") && !file.exists());
    assert!(everything(&login(&world, "", &["--remove"])).contains("was not there"));
}

#[test]
fn login_says_when_a_key_could_not_be_checked() {
    let world = World::new();
    world.api.script("health", &vec![Fault::Instead(Answer::html(404)); 3]);
    let output = login(&world, KEY, &["--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["checked"], answer["note"].is_string()), (&false.into(), true), "{answer}");
    let mut command = world.broll(&["login"]);
    command
        .env_remove("RUNPOD_ENDPOINT_ID")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(KEY.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = everything(&output);
    assert!(said.contains("not checked: no endpoint is configured") && said.contains("wins over"), "{said}");
    for bad in ["", "\n", "two words", "\u{fc}ber", "a\nb", &"x".repeat(100_000)] {
        let output = login(&world, bad, &[]);
        assert!(output.status.code() == Some(1) && everything(&output).contains("cannot be one"), "{bad:?}");
        assert!(bad.trim().is_empty() || !everything(&output).contains(bad.trim()));
    }
}

#[test]
fn waiting_for_an_answer_to_login_has_an_end() {
    let world = World::new();
    world.api.script("health", &vec![Fault::Instead(Answer::html(502)); 50]);
    let began = std::time::Instant::now();
    let output = login(&world, KEY, &["--endpoint", ENDPOINT]);
    assert!(
        output.status.success() && everything(&output).contains("not checked"),
        "{}",
        everything(&output)
    );
    assert!(began.elapsed() < Duration::from_secs(40));
}
