//! What a run does not live to finish, the same command finishes.
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::common::{Running, Stage, clip, ffmpeg, gone, stored, until};

const SLOW: [&str; 6] = ["--resolution", "256x144", "--samples", "48", "--frames", "1..12"];
const SIZE: [usize; 2] = [256, 144];

#[test]
fn after_kill_9_nothing_is_left_running_and_the_same_command_continues() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_finished");
    running.wait_for("frame_finished");
    let (blender, ffmpeg) = (running.child("driver.py"), running.child("pipe:0"));
    running.signal(Signal::SIGKILL);
    assert_eq!(running.finish().code, -1);
    for child in [blender, ffmpeg] {
        gone(child);
    }
    assert!(!stage.work("out.mp4").exists());
    let answer = stage.render(&SLOW).succeeds();
    assert!(answer.json["frames_reused"].as_u64().unwrap() >= 2, "{}", answer.json);

    let whole = Stage::new("crossing");
    whole.render(&SLOW).succeeds();
    let (resumed, whole) = (clip(&stage.work("out.mp4"), SIZE), clip(&whole.work("out.mp4"), SIZE));
    assert_eq!(resumed.len(), 12);
    assert!(resumed == whole, "a resumed clip differs from one that was not disturbed");
}

#[test]
fn ctrl_c_stops_cleanly_and_says_how_to_resume() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_finished");
    let blender = running.child("driver.py");
    running.signal(Signal::SIGINT);
    let answer =
        running.finish().fails(130, "interrupted").says(&["of 12 frames are done and kept", "same command"]);
    assert!(!answer.stderr.contains("panicked"));
    gone(blender);
    let left: Vec<_> = stage.listing().into_iter().filter(|name| name != "clip.blend").collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    assert!(stage.render(&SLOW).succeeds().json["frames_reused"].as_u64().unwrap() >= 1);
}

#[test]
fn sigterm_stops_as_cleanly() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_started");
    running.signal(Signal::SIGTERM);
    running.finish().fails(130, "interrupted");
}

#[test]
fn the_same_clip_again_renders_nothing_a_longer_one_only_the_rest() {
    let stage = Stage::new("crossing");
    let short = stage.render(&["--frames", "1..3"]).succeeds();
    assert_eq!((short.json["frames_reused"].as_u64(), stage.frames().len()), (Some(0), 3));
    let again = stage.render(&["--frames", "1..3", "--force"]).succeeds();
    assert_eq!(again.json["frames_reused"], 3);
    let longer = stage.render(&["--frames", "1..5", "--force"]).succeeds();
    assert_eq!((longer.json["frames_reused"].as_u64(), longer.json["frames"].as_u64()), (Some(3), Some(5)));
    let fresh = stage.render(&["--frames", "1..5", "--force", "--fresh"]).succeeds();
    assert_eq!(fresh.json["frames_reused"], 0);
}

#[test]
fn a_frame_that_was_cut_on_disk_is_rendered_again() {
    let stage = Stage::new("crossing");
    stage.render(&["--frames", "1..4"]).succeeds();
    let whole = stored(&stage, [64, 36]);
    let frame = &stage.frames()[2];
    let bytes = fs_err::read(frame).unwrap();
    fs_err::write(frame, &bytes[..bytes.len() / 2]).unwrap();
    let answer = stage.render(&["--frames", "1..4", "--force"]).succeeds();
    assert_eq!(answer.json["frames_reused"], 3);
    // Not the files: Blender writes the time it took into each.
    assert!(stored(&stage, [64, 36]) == whole, "the same frame is the same picture");
}

#[test]
fn what_changes_a_pixel_is_another_store_and_what_does_not_is_the_same() {
    let stage = Stage::new("crossing");
    let reused = |args: &[&str]| {
        let all = [&["--frames", "1..2", "--force"], args].concat();
        stage.render(&all).succeeds().json["frames_reused"].as_u64().unwrap()
    };
    assert_eq!(reused(&[]), 0);
    for other in [["--seed", "1"], ["--samples", "2"], ["--resolution", "64x38"], ["--fps", "25"]] {
        assert_eq!(reused(&other), 0, "{other:?}");
    }
    for same in [["--encoder", "libx265"], ["--quality", "master"]] {
        assert_eq!(reused(&same), 2, "{same:?}");
    }
    let mut bytes = fs_err::read(stage.blend()).unwrap();
    bytes.extend(b"\0");
    fs_err::write(stage.blend(), bytes).unwrap();
    assert_eq!(reused(&[]), 0, "the file changed");
}

#[test]
fn frames_go_when_the_clip_is_proved() {
    let stage = Stage::new("crossing");
    let mut args = Stage::render_args(stage.blend().as_os_str(), &["--frames", "1..2"]);
    args.retain(|arg| arg != "--keep-frames");
    stage.broll(&args).succeeds();
    assert_eq!(fs_err::read_dir(stage.store()).unwrap().count(), 0);
}

#[test]
fn ctrl_c_while_the_clip_is_checked_ends_that_too() {
    use std::os::unix::fs::PermissionsExt;
    let mut stage = Stage::new("crossing");
    // An ffmpeg that takes its time over the check, as it does over an hour of film.
    let slow = stage.work("slow-ffmpeg");
    let script = "#!/bin/sh\ncase \"$*\" in *explode*) echo $$ > checking; exec sleep 300;; *) exec \"$REAL_FFMPEG\" \"$@\";; esac\n";
    fs_err::write(&slow, script).unwrap();
    fs_err::set_permissions(&slow, PermissionsExt::from_mode(0o755)).unwrap();
    stage.variable("REAL_FFMPEG", ffmpeg());
    stage.variable("BROLL_FFMPEG", slow);
    let mut running = Running::start(&stage, &["--frames", "1..3"]);
    running.wait_for("verifying");
    let pid = || fs_err::read_to_string(stage.work("checking")).ok()?.trim().parse().ok().map(Pid::from_raw);
    until("the check", || pid().is_some());
    let checking = pid().unwrap();
    running.signal(Signal::SIGINT);
    running.finish().fails(130, "interrupted").says(&["3 of 3 frames are done and kept"]);
    gone(checking);
    assert!(!stage.work("out.mp4").exists() && !stage.work(".out.mp4.part").exists());
}
