//! A job elsewhere on a terminal.

use super::*;
use crate::request::{Progress, Stage as At};
use crate::ui::tests::{progress, queued, remote, retrying, submitted};

const SCALING: &str = "no worker is running: the endpoint starts one, which takes from half a minute to several minutes; 2 jobs are waiting before this one";

fn job() -> &'static str {
    "job b79f624d-f6b7-4046-b9ad-dc91a0672c1f-u1 on endpoint ab12cd34ef56gh\n\
     \x20 come back to it with: broll jobs watch b79f624d-f6b7-4046-b9ad-dc91a0672c1f-u1\n"
}

fn still(seen: &str) -> String {
    seen.trim_start_matches(['⠋', '⠙', '⠸', '⢰', '⣠', '⣄', '⡆', '⠇']).to_owned()
}

impl Stage {
    fn snapshot(&self, stage: At, done: u32, change: impl FnOnce(&mut Progress)) -> &Self {
        let mut progress = progress(stage, done, 240);
        change(&mut progress);
        self.tell(&Event::Remote(progress))
    }

    /// What stands below the lines about the job, without the spinner's picture.
    fn below(&self) -> String {
        still(self.seen().strip_prefix(job()).unwrap_or_default())
    }
}

#[test]
fn the_queue_tells_time_and_reason() {
    for (width, reason) in [
        (
            80,
            "  no worker is running: the endpoint starts one, which takes from half a minute\n\
             \x20 to several minutes; 2 jobs are waiting before this one",
        ),
        (
            120,
            "  no worker is running: the endpoint starts one, which takes from half a minute to several minutes; 2 jobs are waiting\n\
             \x20 before this one",
        ),
    ] {
        let stage = stage(width);
        stage.tell(&submitted()).wait(500);
        assert_eq!(stage.below(), " waiting for the endpoint…   0.5 s");
        stage.tell(&queued(60.5, SCALING)).wait(9_500);
        assert_eq!(stage.below(), format!(" in the queue…   1m 10s\n{reason}"));
        stage.tell(&queued(70.0, "")).wait(100);
        assert_eq!(stage.below(), " in the queue…   1m 10s");
    }
}

#[test]
fn a_whole_job_at_80_columns() {
    let stage = stage(80);
    stage.tell(&submitted()).tell(&queued(1.0, ""));
    stage.snapshot(At::Preparing, 0, |p| (p.frames, p.note) = (0, Some("opening the template".into())));
    stage.wait(3_000);
    assert_eq!(stage.below(), " the worker is preparing…   3.0 s\n  opening the template");
    stage.snapshot(At::Rendering, 96, |p| p.encoded = 0).wait(1_000);
    stage.snapshot(At::Rendering, 97, |p| {
        (p.seconds_left, p.note) = (Some(286.0), Some("frame 98: sample 32/64".into()));
    });
    stage.wait(1_000);
    assert_eq!(
        stage.below(),
        "ai_cpu_activation  ━━━━━━─────────   97/240 frames   40%  00:00:05  ETA 00:04:45\n\
         \x20 rendering on OptiX (2 × NVIDIA L4)   frame 98: sample 32/64\n\
         \x20 encoding   95 frames"
    );
    let bar = "━".repeat(15);
    let full = format!("ai_cpu_activation  {bar}  240/240 frames  100%  00:00:05  ETA 00:00:00");
    let rest = [
        (remote(At::Encoding, 240, 240), "encoding   238 frames"),
        (remote(At::Checking, 240, 240), "the worker is checking the clip"),
        (remote(At::Delivering, 240, 240), "the worker is delivering the clip"),
        (
            Event::Downloading { bytes: 12_345_678, total: Some(45_600_000) },
            "downloading 12.3 MB of 45.6 MB, 27%",
        ),
        (Event::Verifying, "checking the clip"),
    ];
    for (event, line) in rest {
        assert_eq!(stage.tell(&event).below(), format!("{full}\n  {line}"));
    }
    assert_eq!(stage.tell(&finished()).seen(), job().trim_end());
}

#[test]
fn a_whole_job_at_120_columns() {
    let stage = stage(120);
    stage.tell(&submitted()).wait(5_000).snapshot(At::Rendering, 97, |p| p.seconds_left = Some(285.0));
    assert_eq!(
        stage.below(),
        "ai_cpu_activation  ━━━━━━━━━━━━━━━━────────────────────────   97/240 frames   40%  00:00:05 elapsed  ETA 00:04:45\n\
         \x20 rendering on OptiX (2 × NVIDIA L4)\n\
         \x20 encoding   95 frames"
    );
}

#[test]
fn without_an_estimate_the_frames_tell_the_time() {
    let stage = stage(80);
    stage.tell(&submitted()).snapshot(At::Rendering, 40, |_| ()).wait(20_000).snapshot(
        At::Rendering,
        60,
        |_| (),
    );
    assert!(stage.below().contains(" 60/240 frames   25%  00:00:20  ETA 00:03:00"), "{}", stage.below());
    stage.wait(500);
    assert!(stage.below().contains(" 60/240 frames   25%  00:00:20  ETA 00:02:59"), "{}", stage.below());
}

#[test]
fn a_worker_that_begins_anew_takes_the_bar_back() {
    let stage = stage(80);
    stage.tell(&submitted()).snapshot(At::Rendering, 200, |_| ()).wait(1_000).snapshot(
        At::Rendering,
        210,
        |_| (),
    );
    assert!(stage.below().contains("210/240 frames   87%"));
    stage.snapshot(At::Rendering, 3, |_| ());
    assert!(stage.below().contains("  3/240 frames    1%"), "{}", stage.below());
    stage.tell(&queued(300.0, "no worker is running"));
    assert!(stage.below().ends_with("in the queue…   5m 00s\n  no worker is running"), "{}", stage.below());
    stage.snapshot(At::Rendering, 999, |p| p.encoded = 4_000);
    assert!(
        stage.below().contains("240/240 frames  100%") && stage.below().ends_with("encoding   240 frames")
    );
}

#[test]
fn trouble_is_shown_until_it_is_over() {
    let stage = stage(80);
    stage.tell(&submitted()).snapshot(At::Rendering, 97, |p| p.device = None);
    stage.tell(&retrying()).wait(1_500);
    assert!(stage.below().ends_with(
        "\n  rendering\n  encoding   95 frames\n  the endpoint answered 502; trying again in 2.5 s"
    ));
    stage.wait(60_000);
    assert!(stage.below().ends_with("the endpoint answered 502; trying again"), "{}", stage.below());
    stage.snapshot(At::Rendering, 98, |_| ());
    assert!(!stage.below().contains("502"));
}

#[test]
fn a_clip_is_fetched_without_a_job() {
    let stage = stage(80);
    stage.tell(&retrying());
    assert_eq!(stage.seen(), "  the endpoint answered 502; trying again in 4.0 s");
    stage.tell(&Event::Downloading { bytes: 5_000_000, total: None }).wait(1_000);
    assert_eq!(still(&stage.seen()), " downloading, 5.0 MB…   1.0 s");
    stage.tell(&Event::Verifying);
    assert!(stage.seen().contains(" checking the clip…   0.0 s"), "{}", stage.seen());
}
