//! What survives: restarts, `kill -9`, a full disk, a damaged store.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use broll::interrupt::Cancel;
use broll::serve::{Notice, Options, Say};
use serde_json::json;

use super::endpoint::{Endpoint, options};

/// Names the folder of an endpoint that runs in a process of its own.
const CHILD: &str = "BROLL_TEST_SERVE_CHILD";

pub(super) fn refused(options: &Options) -> broll::error::Error {
    let say: Arc<Say> = Arc::new(|_: &_| {});
    // Starting what carries jobs out takes its time, and is in vain here.
    broll::serve::run(options, || panic!("the handler was asked for"), &Cancel::default(), &say).unwrap_err()
}

#[test]
fn a_restart_keeps_jobs_and_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let done = endpoint.post("runsync", &json!({"input": {"name": "done"}}));
    let failed = endpoint.post("runsync", &json!({"input": {"mode": "boom"}}));
    let running = endpoint.run(&json!({"name": "first", "mode": "wait"}));
    let queued = endpoint.run(&json!({"name": "second"}));
    endpoint.wait_for(&running, "IN_PROGRESS");
    let notices = Arc::clone(&endpoint.notices);
    endpoint.stop().unwrap();
    let back = format!("job {running}: put back to the queue");
    assert!(notices.lock().unwrap().iter().any(|notice| notice.to_string() == back));

    let endpoint = Endpoint::start(folder.path());
    let id = |job: &serde_json::Value| job["id"].as_str().unwrap().to_owned();
    assert_eq!(endpoint.status(&id(&done)), done);
    assert_eq!(endpoint.status(&id(&failed)), failed);
    endpoint.wait_for(&running, "IN_PROGRESS");
    endpoint.go();
    endpoint.wait_for(&queued, "COMPLETED");
    assert_eq!(*endpoint.handler.seen.lock().unwrap(), ["first", "-", "second", "-"]);
    assert_eq!(endpoint.get("health")["jobs"]["retried"], 0, "a stop is no failed try");
    assert!(endpoint.notices.lock().unwrap().contains(&Notice::Kept { queued: 2, jobs: 4 }));
}

/// No test of its own: the process that the next one kills.
#[test]
fn child_endpoint() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let endpoint = Endpoint::start(&folder);
    // Read by the parent, beside what the test runner prints.
    println!("\norigin={}", endpoint.origin);
    std::thread::sleep(super::endpoint::LONG * 4);
}

/// Killed when it is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A process with an endpoint, and its origin.
fn child(folder: &Path) -> (Process, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["serve::keeping::child_endpoint", "--exact", "--nocapture", "--test-threads", "1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let origin = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("origin=").map(str::to_owned));
    (Process(child), origin.expect("the child listens"))
}

#[test]
fn kill_minus_nine_loses_nothing_and_a_job_that_kills_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let (mut running, mut queued) = (String::new(), String::new());
    for round in 0..5 {
        let (process, origin) = child(folder.path());
        let endpoint = Endpoint::remote(&origin);
        if round == 0 {
            let done = endpoint.post("runsync", &json!({"input": {"name": "done"}}));
            assert_eq!(done["status"], "COMPLETED");
            running = endpoint.run(&json!({"mode": "wait"}));
            queued = endpoint.run(&json!({"name": "queued"}));
        }
        endpoint.wait_for(&running, "IN_PROGRESS");
        assert_eq!(endpoint.status(&queued)["status"], "IN_QUEUE");
        assert_eq!(endpoint.get("health")["jobs"]["retried"], u32::from(round > 0));
        drop(process);
    }
    let endpoint = Endpoint::start(folder.path());
    let given_up = endpoint.status(&running);
    assert_eq!(given_up["status"], "FAILED");
    assert!(given_up["error"].as_str().unwrap().contains("5 times"), "{given_up}");
    endpoint.wait_for(&queued, "COMPLETED");
    assert_eq!(endpoint.get("health")["jobs"]["completed"], 2);
    endpoint.go();
    endpoint.post(&format!("retry/{running}"), &json!({}));
    endpoint.wait_for(&running, "COMPLETED");
}

#[test]
fn one_folder_serves_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let _endpoint = Endpoint::start(folder.path());
    let error = refused(&options(folder.path()));
    assert_eq!(error.code(), "store_busy");
    assert!(error.hint_text().contains("BROLL_STATE_DIR"), "{}", error.hint_text());
}

#[test]
fn a_damaged_store_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    endpoint.post("runsync", &json!({"input": {}}));
    endpoint.stop().unwrap();
    let store = folder.path().join("serve/jobs.redb");
    let mut bytes = fs_err::read(&store).unwrap();
    bytes[..64].fill(b'?');
    fs_err::write(&store, &bytes).unwrap();
    let error = refused(&options(folder.path()));
    assert_eq!((error.code(), error.kind().exit_code()), ("bad_store", 3));
    assert!(error.message().contains(store.to_str().unwrap()), "{error}");
    assert_eq!(fs_err::read(&store).unwrap(), bytes);
    assert_eq!(fs_err::read_dir(folder.path().join("serve/files")).unwrap().count(), 1, "results stay");
}

#[test]
fn a_result_that_cannot_be_kept_fails_its_job_alone() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    let id = endpoint.run(&json!({"mode": "wait"}));
    endpoint.wait_for(&id, "IN_PROGRESS");
    // No disk can be filled here; a folder that is gone refuses a file just as well, also to a privileged user.
    let (files, away) = (folder.path().join("serve/files"), folder.path().join("away"));
    fs_err::rename(&files, &away).unwrap();
    endpoint.go();
    let failed = endpoint.wait_for(&id, "FAILED");
    assert!(failed["error"].as_str().unwrap().contains("cannot be kept"), "{failed}");
    let here = folder.path().to_str().unwrap();
    assert!(!failed.to_string().contains(here), "{failed}");
    let (status, refused) = endpoint.call(broll::net::Method::POST, "/v2/local/run", r#"{"input":{}}"#);
    assert_eq!(status, 500);
    assert!(refused["error"].as_str().unwrap().contains("cannot be stored"), "{refused}");
    assert!(!refused.to_string().contains(here), "{refused}");
    fs_err::rename(&away, &files).unwrap();
    endpoint.post(&format!("retry/{id}"), &json!({}));
    endpoint.wait_for(&id, "COMPLETED");
}

#[test]
fn everything_is_for_the_owner_alone_and_leftovers_are_swept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(folder.path());
    endpoint.post("runsync", &json!({"input": {}}));
    endpoint.post("runsync", &json!({"input": {"mode": "boom"}}));
    let root = folder.path().join("serve");
    let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&root), mode(&root.join("files")), mode(&root.join("jobs.redb"))),
        (0o700, 0o700, 0o600)
    );
    let files = || fs_err::read_dir(root.join("files")).unwrap().map(|entry| entry.unwrap().path());
    assert!(files().count() == 2 && files().all(|path| mode(&path) == 0o600));
    endpoint.stop().unwrap();
    fs_err::write(root.join("files/half.job.json"), "{").unwrap();
    fs_err::write(root.join("files/.tmpabc"), "{").unwrap();
    let _endpoint = Endpoint::start(folder.path());
    assert_eq!(files().count(), 2);
}
