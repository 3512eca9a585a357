//! `submit --max-cost`: what earlier jobs took decides whether the next one is sent, and how long it may run.

use serde_json::{Value, json};

use super::World;
use super::commands::{completed_with, make_clip, text};

/// A dollar a second, and nothing beside the run.
const RATE: [&str; 2] = ["--rate", "1"];

impl World {
    /// A world whose endpoint has done a clip of 2 s in 108 s, 8 of which do not grow with the work.
    fn experienced() -> Self {
        let world = Self::new();
        for key in ["worker_start_seconds", "worker_idle_seconds"] {
            world.answer(&["config", "set", key, "0"]);
        }
        let mut done = completed_with(&make_clip("clip.mp4"));
        done["executionTime"] = json!(108_000);
        world.api.course(&[done]);
        world.answer(&["submit", "ai_cpu_activation", "--duration", "2", "-o", "first.mp4"]);
        world
    }

    /// Bodies of the jobs that were sent.
    fn sent(&self) -> Vec<Value> {
        self.api.jobs().into_iter().map(|job| job.body).collect()
    }

    fn limited(&self, max_cost: &str, args: &[&str]) -> (Option<i32>, Value, String) {
        let usual = ["submit", "ai_cpu_activation", "--json", "--max-cost", max_cost];
        let output = self.run(&[&usual[..], &RATE, args].concat());
        let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (output.status.code(), answer, text(&output.stderr))
    }
}

#[test]
fn a_job_that_would_cost_more_is_not_sent() {
    let world = World::experienced();
    // Twice as long: 8 s and twice 100 s.
    let (exit, answer, _) = world.limited("200", &["--duration", "4"]);
    let error = &answer["error"];
    assert_eq!((exit, error["code"].as_str()), (Some(1), Some("too_expensive")), "{answer}");
    assert!(error["message"].as_str().unwrap().contains("about $210.00"), "{error}");
    assert!(error["message"].as_str().unwrap().contains("--max-cost $200.00"), "{error}");
    assert!(error["causes"].to_string().contains("1 earlier job of this template"), "{error}");
    assert_eq!(world.sent().len(), 1);
    assert_eq!(world.api.seen("run").len(), 1);
}

#[test]
fn a_job_that_fits_is_sent_with_a_run_that_cannot_cost_more() {
    let world = World::experienced();
    let (exit, answer, stderr) = world.limited("300", &["--duration", "4", "--detach"]);
    assert_eq!(exit, Some(0), "{answer} {stderr}");
    let policy = &world.sent()[1]["policy"];
    assert_eq!(policy["executionTimeout"], 300_000, "{policy}");
    assert_eq!(answer["budget"]["longest_run_seconds"], 300);
    assert_eq!(answer["budget"]["seconds"]["mean"], 208.0);
    assert!(stderr.contains("ends the job after 5m 00s") && !stderr.contains("warning"), "{stderr}");
    // A limit that the user gives for the run is not widened.
    let args = ["--duration", "4", "--detach", "--execution-timeout", "250s"];
    assert_eq!(world.limited("300", &args).0, Some(0));
    assert_eq!(world.sent()[2]["policy"]["executionTimeout"], 250_000);
}

#[test]
fn a_job_that_may_be_ended_by_its_limit_is_warned_of() {
    let world = World::experienced();
    let (exit, _, stderr) = world.limited("210", &["--duration", "4", "--detach"]);
    assert_eq!((exit, world.sent()[1]["policy"]["executionTimeout"].as_u64()), (Some(0), Some(210_000)));
    assert!(stderr.contains("warning: the job may take longer than --max-cost allows"), "{stderr}");
    let (_, _, stderr) = world.limited("210", &["--duration", "4", "--detach", "--progress", "json"]);
    assert!(stderr.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{stderr}");
}

#[test]
fn starting_and_waiting_are_paid_out_of_the_same_purse() {
    let world = World::experienced();
    world.answer(&["config", "set", "worker_start_seconds", "60"]);
    world.answer(&["config", "set", "worker_idle_seconds", "30"]);
    assert_eq!(world.limited("290", &["--duration", "4"]).0, Some(1));
    let output = world.answer(
        &[&["submit", "ai_cpu_activation", "--dry-run", "--duration", "4", "--max-cost", "300"][..], &RATE]
            .concat(),
    );
    let body: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(body["policy"]["executionTimeout"], 210_000);
    // Nothing is left of a small sum for the run itself.
    let (_, answer, _) = world.limited("92", &["--duration", "0.1", "--samples", "1"]);
    assert_eq!(answer["error"]["code"], "too_expensive", "{answer}");
}

#[test]
fn what_an_endpoint_has_not_done_has_no_price() {
    let world = World::experienced();
    for args in [&["--cpu"][..], &["--endpoint", "another"]] {
        let (exit, answer, _) = world.limited("300", args);
        assert_eq!((exit, answer["error"]["code"].as_str()), (Some(1), Some("unknown_cost")), "{answer}");
    }
    let (exit, stderr) = {
        let output = world.run(&["submit", "other_one", "--max-cost", "300", "--rate", "1"]);
        (output.status.code(), text(&output.stderr))
    };
    assert!(exit == Some(1) && stderr.contains("has no finished job of this template"), "{stderr}");
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn an_estimate_that_was_kept_is_the_next_best() {
    let world = World::new();
    world.answer(&["config", "set", "endpoint_gpu", "RTX 4090"]);
    let bundled =
        broll::render::sha256_of_file("templates/ai_cpu_activation.blend".as_ref(), &world.cancel).unwrap();
    let saved = json!({
        "version": 2, "template_sha256": bundled,
        "made": std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() - 3600,
        "work": {"frames": 240, "pixels": 1920 * 1080, "samples": 128},
        "device": {"backend": "optix", "names": ["NVIDIA GeForce RTX 4090"]},
        "pace": {"startup": 5.0, "first_extra": 3.0, "frame": {"low": 1.0, "mean": 2.0, "high": 3.0}},
    });
    let folder = world.paths().state.join("estimates");
    fs_err::create_dir_all(&folder).unwrap();
    fs_err::write(folder.join(format!("{bundled}.json")), saved.to_string()).unwrap();
    let args = ["submit", "ai_cpu_activation", "--dry-run", "--resolution", "1920x1080", "--samples", "128"];
    let limited = |max_cost: &'static str| {
        world.run(&[&args[..], &["--duration", "8", "--fps", "30", "--max-cost", max_cost]].concat())
    };
    // 488 s and 15 s at 0.00031.
    assert_eq!(limited("0.15").status.code(), Some(1));
    let output = limited("0.25");
    let stderr = text(&output.stderr);
    assert!(output.status.success() && stderr.contains("about $0.16"), "{stderr}");
    assert!(stderr.contains("1h ago on NVIDIA GeForce RTX 4090, scaled to the RTX 4090"), "{stderr}");
    // Another template under that name has no estimate.
    fs_err::create_dir_all(world.path("templates")).unwrap();
    fs_err::copy("templates/abstract_flow.blend", world.path("templates/ai_cpu_activation.blend")).unwrap();
    let output = limited("0.25");
    let stderr = text(&output.stderr);
    assert!(
        output.status.code() == Some(1) && stderr.contains("was not run for it, as it is now"),
        "{stderr}"
    );
}

#[test]
fn a_file_that_has_changed_is_another_template() {
    let world = World::experienced();
    let bundled = |name: &str| format!("{}/templates/{name}.blend", env!("CARGO_MANIFEST_DIR"));
    fs_err::copy(bundled("ai_cpu_activation"), world.path("shot.blend")).unwrap();
    let submit =
        |more: &[&str]| world.run(&[&["submit", "./shot.blend", "--duration", "2"][..], more].concat());
    assert!(submit(&["-o", "second.mp4"]).status.success());
    let limited = ["--max-cost", "300", "--dry-run", "--rate", "1"];
    let output = submit(&limited);
    assert!(text(&output.stderr).contains("1 earlier job of this template"), "{}", text(&output.stderr));
    fs_err::copy(bundled("abstract_flow"), world.path("shot.blend")).unwrap();
    let output = submit(&limited);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("has no finished job of this template"));
}
