//! Several GPUs: who renders what, and what happens when one of them fails. The GPUs are claimed by a fake Blender and a
//! fake nvidia-smi, the only way to see this on a machine without one; all else is real.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::common::{Answer, Endpoint, Running, Stage, gone, stored};

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
    let mut stage = machine(3, "");
    stage.variable("FAKE_MEET", "3");
    let answer = render(&stage, &[]).succeeds().warns(&[]);
    let shares = shares(&answer);
    assert_eq!(shares.iter().map(|(id, ..)| id.as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
    assert_eq!(
        shares.iter().map(|(.., frames)| frames).sum::<u64>(),
        answer.json["frames"].as_u64().unwrap()
    );
    assert!(shares.iter().all(|(.., frames)| *frames > 0), "{shares:?}");
    let logs = stage.logs();
    assert!(!answer.stderr.contains("rendered again"), "{}", answer.stderr);
    let opened: BTreeSet<&str> = logs
        .lines()
        .filter(|line| line.starts_with("opened "))
        .filter_map(|line| line.split(" gpu ").nth(1))
        .collect();
    assert_eq!(opened.len(), 3, "{opened:?}");
}

#[test]
fn a_session_that_waited_renders_the_file_of_the_job_that_takes_it() {
    let mut stage = machine(2, "");
    stage.variable("FAKE_MEET", "2");
    let endpoint = Endpoint::start(&stage);
    let client = endpoint.client();
    for (template, seconds) in [("title_reveal", "1"), ("data_globe", "2")] {
        let out = format!("{template}.mp4");
        let args = ["submit", template, "--device", "auto", "--encoder", "libx264", "--resolution", "64x36"];
        let args = [&args[..], &["--fps", "12", "--duration", seconds, "--json", "-o", &out]].concat();
        client.broll(&args).succeeds();
    }
    let logs = stage.logs();
    let rendered = |template: &str, gpu: &str| {
        let ending = format!("{template}.blend gpu {gpu}");
        logs.lines().filter(|line| line.starts_with("rendered ") && line.ends_with(&ending)).count()
    };
    for (template, frames) in [("title_reveal", 12), ("data_globe", 24)] {
        let shared = ["0", "1"].map(|gpu| rendered(template, gpu));
        assert!(shared.iter().sum::<usize>() == frames && !shared.contains(&0), "{template}: {shared:?}");
    }
}

#[test]
fn two_sessions_draw_what_one_draws() {
    let drawn = |sessions: &str| {
        let stage = Stage::new("plain");
        let args = ["--resolution", "320x180", "--samples", "256", "--frames", "1..12", "--progress", "json"];
        let answer = stage.render(&[&args[..], &["--sessions-per-gpu", sessions]].concat());
        let answer = answer.succeeds().warns(&[]);
        assert!(!answer.stderr.contains("frame_retried"), "{}", answer.stderr);
        assert_eq!(answer.stderr.contains("\"session\":1"), sessions == "2");
        stored(&stage, [320, 180])
    };
    let (one, two) = (drawn("1"), drawn("2"));
    assert_eq!(one.len(), 12);
    for (one, two) in one.iter().zip(&two) {
        assert_eq!(one.distance(two), 0);
    }
}

#[test]
fn a_session_that_still_opens_the_file_holds_no_frame_back() {
    let stage = machine(2, "opens-late-on-1");
    let answer = render(&stage, &[]).succeeds().warns(&[]);
    let frames = answer.json["frames"].as_u64().unwrap();
    assert_eq!(shares(&answer), [("0".to_owned(), 1, frames), ("1".to_owned(), 1, 0)]);
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
    let sessions = |busy: &str, pair: bool| {
        let mut stage = machine(1, "");
        // Long enough that a busy machine makes no light frame of a heavy one, or the other way round.
        stage.variable("FAKE_SECONDS", "2");
        stage.variable("FAKE_BUSY", busy);
        stage.variable("FAKE_QUICK", "4");
        if pair {
            // The quick frames are not all done before broll has looked at the others.
            stage.variable("FAKE_PAIR", "1");
        }
        shares(&render(&stage, &["--duration", "4"]).succeeds())[0].1
    };
    assert_eq!((sessions("0.5", true), sessions("1.98", false)), (2, 1));
}

#[test]
fn a_gpu_that_dies_gives_its_frame_back_and_the_others_go_on() {
    for fault in ["dies-on-1", "memory-on-1", "crash-on-1", "never-up-on-1", "unseen-on-1"] {
        let mut stage = machine(2, fault);
        match fault {
            // It never comes to a frame: the other one has to be at work until that is known.
            "never-up-on-1" | "unseen-on-1" => stage.variable("FAKE_SECONDS", "0.25"),
            _ => stage.variable("FAKE_MEET", "2"),
        }
        let answer = render(&stage, &[]).succeeds();
        // A worker ends after a job that says so.
        let code = if fault == "crash-on-1" { "gpu_crashed" } else { "session_lost" };
        assert!(answer.warnings(code)[0].contains("GPU 1"), "{:?}", answer.json["warnings"]);
        assert_eq!(shares(&answer)[1].2, 0);
    }
}

#[test]
fn gpus_that_never_come_up_end_nothing_as_long_as_one_does() {
    let mut stage = machine(4, "never-up-on-1,never-up-on-2,never-up-on-3");
    stage.variable("FAKE_SECONDS", "0.25");
    let answer = render(&stage, &[]).succeeds();
    assert_eq!(answer.warnings("session_lost").len(), 3);
    render(&machine(2, "never-up-on-0"), &[]).fails(3, "blender_unrunnable");
}

#[test]
fn a_gpu_that_hangs_while_it_comes_up_holds_nobody_up() {
    let stage = machine(2, "stuck-on-1");
    let answer = render(&stage, &["--stall-timeout", "3"]).succeeds();
    assert_eq!(shares(&answer)[1].2, 0);
}

#[test]
fn a_worker_ends_at_once_while_its_first_blender_hangs() {
    let mut stage = machine(1, "stuck-on-0");
    // Nobody answers there, and nobody is asked before Blender has.
    stage.variable("RUNPOD_WEBHOOK_GET_JOB", "http://127.0.0.1:9/job-take/$RUNPOD_POD_ID");
    stage.variable("RUNPOD_WEBHOOK_POST_OUTPUT", "http://127.0.0.1:9/job-done/$ID");
    stage.variable("BROLL_ENCODER", "libx264");
    let worker = Running::command(stage.command(&["worker"]));
    let blender = worker.child_within("fake_gpu_blender");
    let began = Instant::now();
    worker.signal(Signal::SIGTERM);
    let answer = worker.finish();
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    // It would be given up after two minutes, twice.
    assert!(began.elapsed() < Duration::from_secs(60));
    gone(blender);
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

const WIDE: [&str; 2] = ["--resolution", "128x72"];

#[test]
fn of_sessions_that_are_too_many_for_a_gpu_one_goes_on() {
    let stage = machine(1, "narrow");
    let answer = render(&stage, &[&WIDE[..], &["--sessions-per-gpu", "3"]].concat()).succeeds();
    let lost = answer.warnings("session_lost");
    assert!((2..=3).contains(&lost.len()), "{lost:?}");
    assert_eq!(shares(&answer)[0].2, answer.json["frames"].as_u64().unwrap());
}

#[test]
fn a_session_that_waits_makes_room_for_a_job_that_needs_its_memory() {
    let mut stage = machine(1, "narrow");
    for (name, value) in
        [("FAKE_SECONDS", "2"), ("FAKE_BUSY", "0.5"), ("FAKE_QUICK", "4"), ("FAKE_PAIR", "1")]
    {
        stage.variable(name, value);
    }
    let endpoint = Endpoint::start(&stage);
    let client = endpoint.client();
    let job = |out: &str, args: &[&str]| {
        let usual =
            ["submit", "title_reveal", "--device", "auto", "--encoder", "libx264", "--json", "-o", out];
        client.broll(&[&usual[..], args].concat()).succeeds()
    };
    let light = job("light.mp4", &["--resolution", "64x36", "--duration", "4"]);
    assert_eq!(shares(&light)[0].1, 2);
    let wide = job("wide.mp4", &[&WIDE[..], &["--frames", "1..1"]].concat());
    assert_eq!(wide.warnings("out_of_memory").len(), 1);
}
