//! Several GPUs: who renders what, and what happens when one of them fails. The GPUs are claimed by a fake Blender and a
//! fake nvidia-smi, the only way to see this on a machine without one; all else is real.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::common::{Answer, Stage, probe, reference, stored};
use crate::journey::Endpoint;

/// A machine with so many GPUs of 23 GB.
fn machine(gpus: usize, faults: &str) -> Stage {
    let mut stage = Stage::new("plain");
    let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/scenes/fake_gpu_blender.py");
    let bin = stage.work("bin");
    fs_err::create_dir(&bin).unwrap();
    let table: String =
        (0..gpus).map(|gpu| format!("echo '{gpu}, NVIDIA L4, 580.1, 8.9, 23034'\n")).collect();
    fs_err::write(bin.join("nvidia-smi"), format!("#!/bin/sh\n{table}")).unwrap();
    fs_err::set_permissions(bin.join("nvidia-smi"), PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    stage.variable("PATH", format!("{}:{path}", bin.display()));
    stage.variable("BROLL_BLENDER", fake);
    stage.variable("FAKE_FAULTS", faults);
    stage.variable("FAKE_SECONDS", "0.05");
    stage
}

fn render(stage: &Stage, args: &[&str]) -> Answer {
    stage.render(&[&["--device", "auto", "--encoder", "libx264", "--duration", "2"], args].concat())
}

/// (GPU, sessions, frames) of the answer.
fn shares(answer: &Answer) -> Vec<(String, u64, u64)> {
    let gpus = answer.json["gpus"].as_array().cloned().unwrap_or_default();
    let number = |gpu: &serde_json::Value, key: &str| gpu[key].as_u64().unwrap_or_default();
    gpus.iter()
        .map(|gpu| {
            (
                gpu["id"].as_str().unwrap_or_default().to_owned(),
                number(gpu, "sessions"),
                number(gpu, "frames"),
            )
        })
        .collect()
}

#[test]
fn every_gpu_has_its_own_session_and_frames_are_shared_out() {
    let stage = machine(3, "");
    let answer = render(&stage, &[]).succeeds().warns(&[]);
    let shares = shares(&answer);
    assert_eq!(shares.iter().map(|(id, ..)| id.as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
    assert_eq!(
        shares.iter().map(|(.., frames)| frames).sum::<u64>(),
        answer.json["frames"].as_u64().unwrap()
    );
    assert!(shares.iter().all(|(.., frames)| *frames > 0), "{shares:?}");
    let logs = stage.logs();
    let opened: BTreeSet<&str> = logs.lines().filter_map(|line| line.split(" gpu ").nth(1)).collect();
    assert_eq!(opened.len(), 3, "{opened:?}");
}

#[test]
fn sessions_that_wait_for_the_next_job_open_its_file_on_every_gpu() {
    let mut stage = machine(2, "");
    stage.variable("FAKE_SECONDS", "0.2");
    let endpoint = Endpoint::start(&stage);
    let client = endpoint.client();
    for (width, size) in [(128, "128x72"), (64, "64x36"), (192, "192x108")] {
        let name = format!("{width}.mp4");
        let args =
            ["submit", "ai_cpu_activation", "--encoder", "libx264", "--duration", "0.5", "--fps", "24"];
        let answer =
            client.broll(&[&args[..], &["--resolution", size, "-o", &name, "--json"]].concat()).succeeds();
        let told = &answer.json;
        assert_eq!(told["warnings"].as_array().map(Vec::len), Some(0), "{}", answer.json);
        let gpus = told["gpus"].as_array().unwrap();
        assert!(gpus.len() == 2 && gpus.iter().all(|gpu| gpu["frames"].as_u64() > Some(0)), "{gpus:?}");
        let (stream, _) = probe(&client.work(&name));
        assert_eq!(stream["width"].as_u64(), Some(width));
    }
}

#[test]
fn two_sessions_draw_what_one_draws() {
    let stage = Stage::new("plain");
    let answer = stage.render(&["--sessions-per-gpu", "2", "--progress", "json"]).succeeds().warns(&[]);
    assert!(!answer.stderr.contains("frame_retried") && answer.stderr.contains("\"session\":1"));
    for (frame, plain) in stored(&stage, [64, 36]).iter().zip(reference()) {
        assert_eq!(frame.distance(plain), 0);
    }
}

#[test]
fn what_each_gpu_did_is_said_at_the_end() {
    let stage = machine(2, "");
    let blend = stage.blend().to_str().unwrap().to_owned();
    let answer = stage.broll(&["render", &blend, "--encoder", "libx264", "--duration", "1", "-o", "a.mp4"]);
    for gpu in ["GPU 0 (NVIDIA L4): ", "GPU 1 (NVIDIA L4): "] {
        let line = answer.stderr.lines().find(|line| line.starts_with(gpu)).unwrap();
        assert!(line.contains(" frames, busy ") && line.ends_with(" % of the time"), "{line}");
    }
    // A Blender that was started ahead and had nothing to do is gone as well.
    let answer = stage.broll(&["render", &blend, "--encoder", "libx264", "--frames", "1..1", "-o", "b.mp4"]);
    assert!(answer.code == 0 && !answer.stderr.contains("GPU 1"), "{}", answer.stderr);
}

#[test]
fn gpus_are_chosen_by_number_and_by_id() {
    let stage = machine(3, "");
    let only = |args: &[&str]| {
        let answer = render(&stage, &[args, &["--force", "--fresh"]].concat()).succeeds();
        shares(&answer).into_iter().map(|(id, ..)| id).collect::<Vec<_>>()
    };
    assert_eq!(only(&["--gpus", "2"]), ["0", "1"]);
    assert_eq!(only(&["--gpu-ids", "2,0"]), ["2", "0"]);
    render(&stage, &["--gpu-ids", "3", "--force"]).fails(1, "no_such_gpu").says(&["GPU 0, 1, 2"]);
    render(&stage, &["--gpus", "4", "--force"]).fails(1, "no_such_gpu").says(&["4 GPUs"]);
}

#[test]
fn several_sessions_share_a_gpu_when_asked() {
    let stage = machine(1, "");
    let answer = render(&stage, &["--sessions-per-gpu", "2"]).succeeds();
    assert_eq!(shares(&answer), [("0".to_owned(), 2, answer.json["frames"].as_u64().unwrap())]);
}

#[test]
fn light_frames_get_a_second_session_by_themselves_and_heavy_ones_do_not() {
    let sessions = |busy: &str| {
        let mut stage = machine(1, "");
        stage.variable("FAKE_SECONDS", "0.2");
        stage.variable("FAKE_BUSY", busy);
        shares(&render(&stage, &["--duration", "4"]).succeeds())[0].1
    };
    assert_eq!((sessions("0.1"), sessions("0.19")), (2, 1));
}

#[test]
fn a_gpu_that_dies_gives_its_frame_back_and_the_others_go_on() {
    for fault in ["dies-on-1", "memory-on-1"] {
        let stage = machine(2, fault);
        let answer = render(&stage, &[]).succeeds();
        assert!(answer.warnings("session_lost")[0].contains("GPU 1"), "{:?}", answer.json["warnings"]);
        assert_eq!(shares(&answer)[1].2, 0);
    }
}

#[test]
fn a_frame_that_ends_every_session_ends_the_render() {
    let stage = machine(2, "dies-on-0,dies-on-1");
    render(&stage, &[]).fails(4, "blender_failed");
    assert!(!stage.work("out.mp4").exists());
}

#[test]
fn an_unbaked_simulation_is_rendered_by_one_session() {
    let stage = machine(3, "ordered");
    let answer = render(&stage, &["--sessions-per-gpu", "2"]).succeeds();
    assert_eq!(shares(&answer).iter().map(|(_, sessions, _)| sessions).sum::<u64>(), 1);
}
