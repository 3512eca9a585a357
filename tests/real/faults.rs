//! Blender dies, ffmpeg dies, the disk is full: each has its own message, leaves no half clip, and the same command
//! carries on.

use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use serde_json::Value;

use crate::common::{Answer, Running, Stage, ffmpeg, gone, scene, until};

/// Frames that take long enough to be disturbed.
const SLOW: [&str; 6] = ["--resolution", "256x144", "--samples", "48", "--frames", "1..12"];

/// Neither a clip nor the beginning of one.
#[track_caller]
fn leaves_no_clip(stage: &Stage) {
    let clips: Vec<_> = stage.listing().into_iter().filter(|name| name != "clip.blend").collect();
    assert!(clips.is_empty(), "left behind: {clips:?}");
}

#[track_caller]
fn carries_on(stage: &Stage) {
    let answer = stage.render(&SLOW).succeeds();
    assert!(answer.json["frames_reused"].as_u64().unwrap() > 0, "nothing was reused: {}", answer.json);
    assert_eq!(answer.json["frames"], 12);
}

#[test]
fn a_blender_that_crashes_once_is_started_again() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_finished");
    kill(running.child("driver.py"), Signal::SIGSEGV).unwrap();
    let retried = running.wait_for("frame_retried");
    assert!(retried["reason"].as_str().unwrap().contains("SIGSEGV"), "{retried}");
    let answer = running.finish().succeeds();
    assert_eq!(answer.json["frames"], 12);
}

#[test]
fn a_frame_that_ends_blender_twice_ends_the_render() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    let first = running.wait_for("frame_finished");
    kill(running.child("driver.py"), Signal::SIGSEGV).unwrap();
    let retried = running.wait_for("frame_retried");
    assert!(retried["frame"].as_u64() > first["frame"].as_u64());
    running.wait_for("frame_progress");
    kill(running.child("driver.py"), Signal::SIGSEGV).unwrap();
    let answer = running.finish().fails(4, "blender_failed").says(&[
        "SIGSEGV",
        "last lines",
        "its whole log is",
        "Fra:",
    ]);
    let path = answer
        .error()
        .lines()
        .find_map(|line| line.strip_prefix("its whole log is ").map(str::to_owned))
        .unwrap();
    assert!(fs_err::read_to_string(path).unwrap().contains("Fra:"));
    leaves_no_clip(&stage);
    carries_on(&stage);
}

#[test]
fn a_blender_that_is_killed_goes_on_without_kept_scene_data() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_finished");
    kill(running.child("driver.py"), Signal::SIGKILL).unwrap();
    running.finish().succeeds().warns(&["out_of_memory"]);
}

#[test]
fn a_blender_that_hangs_is_ended_and_the_frame_tried_again() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &[&SLOW[..], &["--stall-timeout", "2"]].concat());
    running.wait_for("frame_finished");
    let hung = running.child("driver.py");
    kill(hung, Signal::SIGSTOP).unwrap();
    let retried = running.wait_for("frame_retried");
    assert!(retried["reason"].as_str().unwrap().contains("printed nothing"), "{retried}");
    gone(hung);
    running.finish().succeeds();
}

#[test]
fn an_ffmpeg_that_dies_ends_the_render_at_once_and_the_frames_stay() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_finished");
    kill(running.child("pipe:0"), Signal::SIGKILL).unwrap();
    running.finish().fails(4, "encode_failed").says(&["ffmpeg", "SIGKILL", "frames are kept"]);
    leaves_no_clip(&stage);
    carries_on(&stage);
}

#[test]
fn an_ffmpeg_that_hangs_ends_the_render_and_the_frames_stay() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &[&SLOW[..], &["--stall-timeout", "3"]].concat());
    running.wait_for("frame_finished");
    let hung = running.child("pipe:0");
    kill(hung, Signal::SIGSTOP).unwrap();
    running.finish().fails(4, "ffmpeg_stalled").says(&["did nothing for 3 s", "frames are kept"]);
    gone(hung);
    leaves_no_clip(&stage);
    carries_on(&stage);
}

/// An ffmpeg that does this instead wherever it gets such an argument.
fn ffmpeg_that(stage: &Stage, argument: &str, instead: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;

    let script = stage.work("ffmpeg.sh");
    let text = format!(
        "#!/bin/sh\ncase \" $* \" in *\" {argument} \"*) {instead};; esac\nexec '{}' \"$@\"\n",
        ffmpeg().display()
    );
    fs_err::write(&script, text).unwrap();
    fs_err::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    script
}

#[test]
fn an_ffmpeg_that_hangs_at_its_end_or_while_it_checks_the_clip_is_told() {
    for (argument, instead, what) in [
        ("image2pipe", "cat > /dev/null; exec sleep 600", "while it made the clip"),
        ("-err_detect", "exec sleep 600", "while it checked the clip"),
    ] {
        let mut stage = Stage::new("crossing");
        let script = ffmpeg_that(&stage, argument, instead);
        stage.variable("BROLL_FFMPEG", script.as_os_str());
        let short = [&SLOW[..4], &["--frames", "1..2"]].concat();
        stage.render(&[&short[..], &["--stall-timeout", "3"]].concat()).fails(4, "ffmpeg_stalled").says(&[
            what,
            "did nothing for 3 s",
            "frames are kept",
        ]);
        fs_err::remove_file(script).unwrap();
        leaves_no_clip(&stage);
        stage.variable("BROLL_FFMPEG", ffmpeg().as_os_str());
        assert_eq!(stage.render(&short).succeeds().json["frames_reused"], 2);
    }
}

#[test]
fn a_file_system_without_locks_does() {
    let mut stage = Stage::new("crossing");
    let (source, library) = (stage.work("lockless.c"), stage.work("lockless.so"));
    fs_err::write(&source, "#include <errno.h>\nint flock(int f, int how) { errno = ENOLCK; return -1; }\n")
        .unwrap();
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status().unwrap();
    assert!(made.success());
    stage.variable("LD_PRELOAD", library.as_os_str());
    let answer = stage.render(&["--frames", "1..2"]).succeeds();
    assert_eq!(answer.json["frames"], 2);
}

/// Runs broll with a small disk at `folder`, in a mount namespace that ends with it.
fn on_small_disk(stage: &Stage, folder: &Path, args: &[&str]) -> Answer {
    let args = Stage::render_args(stage.blend().as_os_str(), args);
    let broll = stage.command(&args);
    let mut command = Command::new("unshare");
    let small_disk = "mkdir -p \"$0\" && mount -t tmpfs -o size=16k tmpfs \"$0\" && exec \"$@\"";
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", small_disk]).arg(folder);
    command.arg(broll.get_program()).args(broll.get_args());
    command.current_dir(broll.get_current_dir().expect("a folder")).env_clear();
    command.envs(broll.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Answer::of(command.output().expect("unshare runs"))
}

#[test]
fn a_clip_that_meets_a_full_disk_is_told_and_its_frames_stay() {
    let stage = Stage::new("crossing");
    let clip = ["-o", "small/out.mp4", "--encoder", "prores_ks"].map(|arg| arg.replace(".mp4", ".mov"));
    let args = [&SLOW[..], &clip.each_ref().map(String::as_str)].concat();
    on_small_disk(&stage, &stage.work("small"), &args)
        .fails(4, "disk_full")
        .says(&["the clip could not be written", "frames are kept"]);
    fs_err::remove_dir(stage.work("small")).expect("an empty folder");
    leaves_no_clip(&stage);
    carries_on(&stage);
}

#[test]
fn frames_that_meet_a_full_disk_are_told() {
    let stage = Stage::new("crossing");
    on_small_disk(&stage, &stage.store(), &SLOW)
        .fails(4, "disk_full")
        .says(&["a frame could not be saved", "free some space"]);
    leaves_no_clip(&stage);
}

#[test]
fn a_link_in_the_place_of_the_partial_clip_is_not_followed() {
    let stage = Stage::new("crossing");
    fs_err::write(stage.work("victim"), "mine").unwrap();
    symlink("victim", stage.work(".out.mp4.part")).unwrap();
    stage.render::<&str>(&[]).succeeds();
    assert_eq!(fs_err::read_to_string(stage.work("victim")).unwrap(), "mine");
    assert!(stage.work("out.mp4").symlink_metadata().unwrap().is_file());
}

#[test]
fn a_template_that_is_replaced_while_it_renders_is_not_mixed_with_the_new_one() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_finished");
    fs_err::copy(scene("late"), stage.work("new.blend")).unwrap();
    fs_err::rename(stage.work("new.blend"), stage.blend()).unwrap();
    kill(running.child("driver.py"), Signal::SIGSEGV).unwrap();
    running.finish().fails(1, "template_changed").says(&["changed while it was rendered"]);
    leaves_no_clip(&stage);
}

#[test]
fn json_progress_is_json_to_the_last_line() {
    let stage = Stage::new("crossing");
    let mut running = Running::start(&stage, &SLOW);
    running.wait_for("frame_finished");
    running.signal(Signal::SIGINT);
    let answer = running.finish().fails(130, "interrupted");
    let lines: Vec<Value> =
        answer.stderr.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let last = lines.last().expect("lines");
    assert_eq!(
        (last["event"].as_str(), last["error"]["code"].as_str()),
        (Some("failed"), Some("interrupted"))
    );
}

#[test]
fn a_target_that_cannot_be_written_is_refused_before_blender_starts() {
    let stage = Stage::new("crossing");
    stage.render(&["-o", "/proc/clip.mp4"]).fails(1, "bad_output").says(&["/proc/clip.mp4", "-o"]);
    assert_eq!(stage.logs(), "", "Blender was started");
}

#[test]
fn an_encoder_without_its_hardware_is_refused_before_a_frame() {
    let stage = Stage::new("crossing");
    let answer = stage.render(&["--device", "cpu", "--encoder", "h264_nvenc"]).fails(3, "nvenc_no_driver");
    assert!(answer.error().contains("--encoder libx264"), "{}", answer.error());
    stage.render(&["--device", "auto", "--encoder", "libx264"]).fails(3, "no_gpu").says(&["--cpu"]);
    assert!(!stage.store().exists() || fs_err::read_dir(stage.store()).unwrap().count() == 0);
}

#[test]
fn a_clip_is_not_replaced_unless_asked() {
    let stage = Stage::new("crossing");
    fs_err::write(stage.work("out.mp4"), "mine").unwrap();
    stage.render::<&OsStr>(&[]).fails(1, "bad_output").says(&["--force"]);
    assert_eq!(fs_err::read_to_string(stage.work("out.mp4")).unwrap(), "mine");
    stage.render(&["--force"]).succeeds();
    assert!(fs_err::metadata(stage.work("out.mp4")).unwrap().len() > 100);
}

#[test]
fn a_second_broll_waits_for_the_first_and_names_it() {
    let stage = Stage::new("crossing");
    let mut first = Running::start(&stage, &SLOW);
    first.wait_for("frame_finished");
    let mut second = Running::start(&stage, &[&SLOW[..], &["-o", "second.mp4"]].concat());
    let waits = loop {
        let event = second.wait_for("preparing");
        if event["step"] == "wait_for_lock" {
            break event;
        }
    };
    assert_eq!(waits["pid"].as_i64(), Some(first.pid().as_raw().into()));
    first.finish().succeeds();
    let answer = second.finish().succeeds();
    assert_eq!(answer.json["frames_reused"], 12, "{}", answer.json);
}

#[test]
fn two_brolls_do_not_write_one_clip() {
    let stage = Stage::new("crossing");
    let mut first = Running::start(&stage, &SLOW);
    first.wait_for("frame_finished");
    stage.render(&["--seed", "5"]).fails(1, "output_busy").says(&["another broll"]);
    first.finish().succeeds();
    until("the clip", || stage.work("out.mp4").exists());
}
