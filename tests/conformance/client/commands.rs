//! The commands as a person or a script runs them, each in a process of its own.

use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

use super::{World, files};
use crate::platform::{Answer, ENDPOINT, Fault, KEY};

impl World {
    /// broll with a home in this world and this world's endpoint.
    pub(super) fn broll(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_broll"));
        command.args(args).env_clear().current_dir(self.root.path()).stdin(Stdio::null());
        command.env("HOME", self.root.path()).env("TERM", "dumb").env("BROLL_FFMPEG", ffmpeg());
        let paths = self.paths();
        for (name, folder) in
            [("CONFIG", paths.config), ("DATA", paths.data), ("CACHE", paths.cache), ("STATE", paths.state)]
        {
            command.env(format!("BROLL_{name}_DIR"), folder);
        }
        command.env("RUNPOD_ENDPOINT_BASE_URL", self.api.base()).env("RUNPOD_ENDPOINT_ID", ENDPOINT);
        command.env("RUNPOD_API_KEY", KEY);
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Output {
        self.broll(args).output().unwrap()
    }

    /// What it answers when it goes well.
    pub(super) fn answer(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    pub(super) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.answer(&[args, &["--json"]].concat())).unwrap()
    }

    /// What it says when it does not, and its exit code.
    pub(super) fn error(&self, args: &[&str]) -> (String, Option<i32>) {
        let output = self.run(args);
        (text(&output.stderr), output.status.code())
    }

    /// A job whose clip is ready as soon as it is asked for.
    fn done(&self) -> String {
        self.api.course(&[completed()]);
        self.send(1).unwrap().id().to_owned()
    }
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn ffmpeg() -> std::path::PathBuf {
    let named = std::env::var_os("BROLL_TEST_FFMPEG").filter(|value| !value.is_empty());
    named.map_or_else(|| panic!("BROLL_TEST_FFMPEG is not set: run these tests with `make test`"), Into::into)
}

/// Half a second of a real clip.
pub(super) fn clip() -> Vec<u8> {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    CLIP.get_or_init(|| make_clip("clip.mp4")).clone()
}

/// The same with the container that the name says.
pub(super) fn make_clip(name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let made = Command::new(ffmpeg())
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x36:rate=30:duration=0.5"])
        .args(["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    fs_err::read(path).unwrap()
}

fn completed() -> Value {
    completed_with(&clip())
}

pub(super) fn completed_with(clip: &[u8]) -> Value {
    let video = base64::prelude::BASE64_STANDARD.encode(clip);
    let output = json!({"video_base64": video, "template": "cube", "frames": 15, "duration": 0.5});
    json!({"status": "COMPLETED", "delayTime": 31618, "executionTime": 4437, "workerId": "w7", "output": output})
}

/// Starts broll and waits until it has asked for something so often.
pub(super) fn until(world: &World, args: &[&str], operation: &str, times: usize) -> std::process::Child {
    let mut command = world.broll(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while world.api.seen(operation).len() < times {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not ask");
        thread::sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn a_job_is_watched_killed_and_watched_again_until_its_clip_is_there() {
    let world = World::new();
    let running = json!({"status": "IN_PROGRESS", "output": {"stage": "rendering", "done": 1, "frames": 15}});
    world.api.course(&[json!({"status": "IN_QUEUE"}), running.clone(), running.clone(), running]);
    let id = world.send(1).unwrap().id().to_owned();
    let mut child = until(&world, &["jobs", "watch", &id], "status", 2);
    child.kill().unwrap();
    child.wait().unwrap();
    world.api.end_all(&completed());
    let answer = world.json(&["jobs", "watch", &id[..4], "--timeout", "60s"]);
    assert_eq!(answer["output"].as_str(), world.path("clip.mp4").to_str());
    assert_eq!((&answer["job"]["id"], &answer["job"]["execution_seconds"]), (&json!(id), &json!(4.437)));
    assert_eq!((&answer["template"], &answer["frames"]), (&json!("cube"), &json!(15)));
    assert_eq!(fs_err::read(world.path("clip.mp4")).unwrap(), clip());
    // The result expires, the clip stays.
    world.api.forget();
    world.two_hours_later();
    assert_eq!(world.answer(&["jobs", "watch", &id]).trim(), world.path("clip.mp4").to_str().unwrap());
    assert_eq!(world.json(&["jobs", "fetch", &id])["state"], "fetched");
    fs_err::remove_file(world.path("clip.mp4")).unwrap();
    let (stderr, code) = world.error(&["jobs", "fetch", &id]);
    assert!(code == Some(5) && stderr.contains("is gone from endpoint"), "{stderr}");
}

#[test]
fn fetch_takes_what_is_ready_and_says_why_when_nothing_is() {
    let world = World::new();
    world.api.course(&[json!({"status": "IN_PROGRESS"}), completed()]);
    let id = world.send(1).unwrap().id().to_owned();
    let (stderr, code) = world.error(&["jobs", "fetch", &id]);
    assert!(
        code == Some(6) && stderr.contains("is not finished") && stderr.contains("jobs watch"),
        "{stderr}"
    );
    assert!(world.answer(&["jobs", "fetch", &id, "-o", "mine.mp4"]).trim().ends_with("/mine.mp4"));
    assert_eq!(fs_err::read(world.path("mine.mp4")).unwrap(), clip());
    let (stderr, code) = world.error(&["jobs", "fetch", &id, "-o", "mine.mp4"]);
    assert!(code == Some(1) && stderr.contains("exists"), "{stderr}");
    world.answer(&["jobs", "fetch", &id, "-o", "mine.mp4", "--force"]);
    // Without a journal, on another machine.
    let elsewhere = World::new();
    let mut command = elsewhere.broll(&["jobs", "fetch", &id]);
    let output = command.env("RUNPOD_ENDPOINT_BASE_URL", world.api.base()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(fs_err::read(elsewhere.path(&format!("{id}.mp4"))).unwrap(), clip());
    for (end, code, words) in [
        (json!({"status": "FAILED", "error": "no GPU here"}), 5, "no GPU here"),
        (json!({"status": "COMPLETED"}), 5, "without an output"),
        (json!({"status": "CANCELLED"}), 5, "was cancelled"),
    ] {
        world.api.course(&[end]);
        let id = world.send(2).unwrap().id().to_owned();
        let (stderr, exit) = world.error(&["jobs", "watch", &id, "-o", "x.mp4", "--timeout", "60s"]);
        assert!(exit == Some(code) && stderr.contains(words), "{stderr}");
        assert!(!world.path("x.mp4").exists());
    }
}

#[test]
fn a_list_shows_every_job_and_asks_for_those_that_are_not_over() {
    let world = World::new();
    assert!(world.answer(&["jobs", "list"]).is_empty());
    world.answer(&["config", "set", "rate_per_second", "0.0004"]);
    let done = world.done();
    world.api.script("run", &[Fault::AfterAll(Answer::html(502))]);
    world.send(2).unwrap_err();
    let offline = world.json(&["jobs", "list", "--offline"]);
    let by_id = |list: &Value, id: &str| {
        list["jobs"].as_array().unwrap().iter().find(|job| job["id"] == *id).cloned().unwrap()
    };
    assert_eq!(by_id(&offline, &done)["state"], "queued");
    assert!(world.api.seen("status").is_empty());
    let online = world.json(&["jobs", "list"]);
    let job = by_id(&online, &done);
    assert_eq!((&job["state"], &job["execution_seconds"]), (&json!("completed"), &json!(4.437)));
    assert!((job["cost_usd"].as_f64().unwrap() - 0.002).abs() < 1e-9, "{job}");
    assert!(online["jobs"].as_array().unwrap().iter().any(|job| job["state"] == "unknown"));
    let output = world.run(&["jobs", "list"]);
    let (table, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(table.starts_with("JOB ") && table.contains("$0.0020") && table.contains("4.4 s"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(
        stderr.contains("it is unknown whether job local-") && stderr.contains("hint: look for it"),
        "{stderr}"
    );
    assert_eq!(world.api.seen("status").len(), 1);
}

#[test]
fn status_says_why_a_job_waits() {
    let world = World::new();
    world.api.course(&[json!({"status": "IN_QUEUE"})]);
    world.api.health(json!({"workers": {"unhealthy": 1}}));
    let id = world.send(1).unwrap().id().to_owned();
    let shown = world.answer(&["jobs", "status", &id]);
    assert!(shown.contains("1 worker unhealthy") && shown.contains("queued"), "{shown}");
    let answer = world.json(&["jobs", "status", &id]);
    assert_eq!((&answer["status"], &answer["output"]), (&json!("IN_QUEUE"), &json!(world.path("clip.mp4"))));
    for args in [["jobs", "status", "../x"], ["jobs", "status", "local-123"]] {
        let (stderr, code) = world.error(&args);
        assert!(code == Some(1) && stderr.contains("there is no job"), "{stderr}");
    }
    let (stderr, code) = world.error(&["jobs", "status", "unheard-of"]);
    assert!(code == Some(5) && stderr.contains("knows no job unheard-of"), "{stderr}");
}

#[test]
fn a_job_is_ended_and_run_again() {
    let world = World::new();
    world.api.course(&[json!({"status": "FAILED", "error": "CUDA error"})]);
    let id = world.send(1).unwrap().id().to_owned();
    let shown = world.answer(&["jobs", "status", &id]);
    assert!(shown.contains("CUDA error"), "{shown}");
    assert!(world.answer(&["jobs", "retry", &id]).contains("runs again"));
    assert_eq!(world.answer(&["jobs", "cancel", &id]).trim(), format!("cancelled {id}"));
    assert_eq!(world.json(&["jobs", "cancel", &id])["state"], "cancelled");
    let (stderr, code) = world.error(&["jobs", "retry", &id]);
    assert!(
        code == Some(5) && stderr.contains("not retriable") && stderr.contains("failed or timed out"),
        "{stderr}"
    );
    let (stderr, code) = world.error(&["jobs", "cancel", "unheard-of"]);
    assert!(code == Some(5) && stderr.contains("knows no job"), "{stderr}");
}

#[test]
fn an_endpoint_shows_its_health_and_is_tried_with_a_real_job() {
    let world = World::new();
    world.api.health(json!({"jobs": {"inQueue": 2, "completed": 7}, "workers": {"throttled": 1}}));
    let output = world.run(&["endpoint", "health"]);
    let (table, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        table.contains("in queue") && table.contains("throttled") && stderr.contains("no machine"),
        "{table}{stderr}"
    );
    let health = world.json(&["endpoint", "health"]);
    assert_eq!((&health["jobs"]["inQueue"], &health["workers"]["throttled"]), (&json!(2), &json!(1)));
    let (stderr, code) = world.error(&["endpoint", "health", "--endpoint", "other"]);
    assert!(code == Some(5) && stderr.contains("there is no endpoint other"), "{stderr}");
    world.api.course(&[
        json!({"status": "IN_PROGRESS", "output": {"stage": "rendering", "frames": 15}}),
        completed(),
    ]);
    let answer = world.json(&["endpoint", "test", "--cpu", "-o", "test.mp4"]);
    let stages: Vec<_> = answer["stages"].as_array().unwrap().iter().map(|stage| &stage["stage"]).collect();
    assert!(stages.contains(&&json!("submission")) && stages.contains(&&json!("rendering")), "{stages:?}");
    assert_eq!(answer["execution_seconds"], 4.437);
    let body = &world.api.jobs()[0].body;
    assert_eq!(
        (&body["input"]["resolution"], &body["input"]["encoder"]),
        (&json!([320, 180]), &json!("libx264"))
    );
    assert!(body["policy"]["ttl"].as_u64() > body["policy"]["executionTimeout"].as_u64());
    assert_eq!(fs_err::read(world.path("test.mp4")).unwrap(), clip());
    world.api.course(&[completed()]);
    let table = world.answer(&["endpoint", "test"]);
    assert!(table.contains("queue and cold start") && table.contains("total"), "{table}");
    let jobs = world.json(&["jobs", "list", "--offline"])["jobs"].clone();
    let outputs: Vec<_> = jobs.as_array().unwrap().iter().filter_map(|job| job["output"].as_str()).collect();
    assert!(outputs.len() == 1 && outputs[0].ends_with("/test.mp4") && fs_err::exists(outputs[0]).unwrap());
    assert!(
        files(world.root.path())
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|end| end == "mp4"))
            .count()
            == 1
    );
}

#[test]
fn what_is_not_configured_is_said_with_what_to_do() {
    let world = World::new();
    let mut command = world.broll(&["endpoint", "health"]);
    let output = command.env_remove("RUNPOD_ENDPOINT_ID").output().unwrap();
    assert!(output.status.code() == Some(3) && text(&output.stderr).contains("RUNPOD_ENDPOINT_ID"));
    let mut command = world.broll(&["endpoint", "health"]);
    let output =
        command.env_remove("RUNPOD_API_KEY").env_remove("RUNPOD_ENDPOINT_BASE_URL").output().unwrap();
    assert!(output.status.code() == Some(3) && text(&output.stderr).contains("broll login"));
    let mut command = world.broll(&["endpoint", "health"]);
    let output = command.env("RUNPOD_ENDPOINT_BASE_URL", "http://example.com/v2").output().unwrap();
    assert!(output.status.code() == Some(1) && text(&output.stderr).contains("plain http://"));
}

#[test]
fn ctrl_c_ends_the_waiting_and_says_how_to_come_back() {
    let world = World::new();
    world.api.course(&[json!({"status": "IN_PROGRESS"})]);
    let id = world.send(1).unwrap().id().to_owned();
    let child = until(&world, &["jobs", "watch", &id], "status", 1);
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(
        stderr.contains("goes on at the endpoint") && stderr.contains(&format!("broll jobs watch {id}")),
        "{stderr}"
    );
    assert!(world.api.seen("cancel").is_empty());
}

#[test]
fn a_broll_killed_while_it_sends_leaves_a_trace() {
    let world = World::new();
    world.api.script("run", &[Fault::AfterAll(Answer::Hang(Duration::from_secs(30)))]);
    let mut child = until(&world, &["endpoint", "test"], "run", 1);
    let list = || world.json(&["jobs", "list", "--offline"])["jobs"].clone();
    assert_eq!(list()[0]["state"], "sending");
    child.kill().unwrap();
    child.wait().unwrap();
    let job = &list()[0];
    assert_eq!((&job["state"], &job["note"]), (&json!("unknown"), &json!("broll ended while it was sent")));
    let id = job["id"].as_str().unwrap();
    for verb in ["watch", "fetch", "cancel", "retry"] {
        let (stderr, code) = world.error(&["jobs", verb, id]);
        assert!(code == Some(5) && stderr.contains("not known whether"), "{verb}: {stderr}");
    }
    assert!(world.answer(&["jobs", "status", id]).contains("unknown"));
}
