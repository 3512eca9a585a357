//! The official client as judge.

use std::process::Command;

use super::endpoint::Endpoint;

/// Runs one of the scripts beside this file with the official SDK.
fn script(name: &str, endpoint: &Endpoint) -> String {
    let python = std::env::var_os("BROLL_TEST_SDK")
        .expect("BROLL_TEST_SDK names a python with the SDK: run make test");
    // Its configuration file, with a key of its own, would win.
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(python)
        .arg(format!("{}/tests/conformance/serve/{name}", env!("CARGO_MANIFEST_DIR")))
        .env_clear()
        .env("HOME", home.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("RUNPOD_ENDPOINT_BASE_URL", format!("{}/v2", endpoint.origin))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn the_official_client_runs_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    assert_eq!(script("client.py", &endpoint).lines().last(), Some("every verb"));
}

#[test]
fn the_official_asyncio_client_runs_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    assert_eq!(script("client_asyncio.py", &endpoint).lines().last(), Some("every verb"));
}
