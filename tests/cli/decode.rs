//! `broll decode` where a transcript cannot show it: stdin, pipes that stay open, signals, hostile files.

use std::io::Write;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use crate::env::Env;

/// A clip by its structure, in base64.
fn clip() -> String {
    let transcript = include_str!("transcripts/decode.txt");
    let rest = transcript.split_once("\"video_base64\": \"").expect("an answer").1;
    rest.split_once('"').expect("a clip").0.to_owned()
}

fn start(env: &Env, args: &[&str]) -> Child {
    let mut command = env.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("broll runs")
}

fn feed(env: &Env, args: &[&str], text: &[u8]) -> Output {
    let mut child = start(env, args);
    // It may have had enough before the end.
    let _ = child.stdin.take().expect("a pipe").write_all(text);
    child.wait_with_output().expect("its end")
}

fn names(env: &Env) -> Vec<String> {
    let entries = fs_err::read_dir(env.path("here")).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn stdin_is_named_after_the_template() {
    let env = Env::new();
    let text = format!("{{\"video_base64\": \"{}\", \"template\": \"ai_cpu\"}}", clip());
    let output = feed(&env, &["decode", "-"], text.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let wanted = env.path("here").join("ai_cpu.mp4");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), wanted.to_string_lossy());
    assert!(feed(&env, &["decode", "-"], clip().as_bytes()).status.success());
    assert_eq!(names(&env), ["ai_cpu.mp4", "clip.mp4"]);
}

#[test]
fn ctrl_c_ends_a_pipe_that_stays_open_and_leaves_nothing() {
    use nix::sys::signal::{Signal, kill};
    let env = Env::new();
    let mut child = start(&env, &["decode", "-", "-o", "out.mp4"]);
    // Enough for the decoder to hand a first block on.
    let text = format!("{{\"video_base64\": \"{}{}", &clip()[..400], "A".repeat(1 << 20));
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(text.as_bytes()).expect("it reads");
    let began = Instant::now();
    while names(&env).is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing was begun");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(names(&env), [".out.mp4.part"]);
    let pid = nix::unistd::Pid::from_raw(child.id().try_into().expect("a pid"));
    kill(pid, Signal::SIGINT).expect("it lives");
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(names(&env), Vec::<String>::new());
}

#[test]
fn names_need_not_be_text_and_messages_obey_no_terminal() {
    use std::os::unix::ffi::OsStrExt;
    let env = Env::new();
    let name = std::ffi::OsStr::from_bytes(b"a\xff\x1b[2J.json");
    fs_err::write(env.path("here").join(name), format!("\"{}\"", clip())).expect("a file");
    let output = env.command(&["decode", "--"]).arg(name).output().expect("broll runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.stderr.contains(&0x1b));
    let hostile = br#"{"status": "FAILED", "error": "\u001b[2Jgone\u202e", "id": "\u001b]0;x\u0007"}"#;
    let output = feed(&env, &["decode", "-", "-o", "x.mp4"], hostile);
    assert_eq!((output.status.code(), output.stderr.contains(&0x1b)), (Some(5), false));
    assert_eq!(names(&env).len(), 2);
}

#[test]
fn a_part_file_of_another_kind_leads_nowhere() {
    let env = Env::new();
    fs_err::write(env.path("victim"), "mine").expect("a file");
    fs_err::os::unix::fs::symlink(env.path("victim"), env.path("here").join(".out.mp4.part"))
        .expect("a link");
    assert!(feed(&env, &["decode", "-", "-o", "out.mp4"], clip().as_bytes()).status.success());
    assert_eq!(fs_err::read_to_string(env.path("victim")).expect("a file"), "mine");
    // What a killed broll left is written over, however long it was.
    fs_err::write(env.path("here").join(".out.mp4.part"), "x".repeat(9000)).expect("a file");
    assert!(feed(&env, &["decode", "-", "-o", "out.mp4", "-f"], clip().as_bytes()).status.success());
    assert_eq!(fs_err::metadata(env.path("here").join("out.mp4")).expect("a clip").len(), 331);
    assert_eq!(names(&env), ["out.mp4"]);
}
