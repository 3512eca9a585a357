//! `broll decode` with a link instead of a clip: what a network and a store can do to a download.

use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tempfile::TempDir;

use crate::platform::{Answer, Seen, Server};

#[path = "../../src/receive/tests/clip.rs"]
mod made;

use made::clip;

/// Decodes an answer with this link in a folder of its own, with a key in the environment and no ffmpeg.
fn decode(link: &str) -> (Output, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let answer = json!({"id": "a", "status": "COMPLETED", "output": {"video_url": link, "frames": 60}});
    fs_err::write(folder.path().join("answer.json"), answer.to_string()).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_broll"));
    command.args(["decode", "answer.json"]).current_dir(folder.path()).env_clear();
    command.env("HOME", folder.path().join("home")).env("PATH", "/nowhere").env("RUNPOD_API_KEY", "rpa_key");
    (command.output().unwrap(), folder)
}

/// The download ends with the very clip.
#[track_caller]
fn succeeds(server: &Server, wanted: &[u8]) {
    let (output, folder) = decode(&server.url("/b/clip.mp4?X-Amz-Signature=secret"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs_err::read(folder.path().join("answer.mp4")).unwrap() == wanted);
    for seen in server.seen() {
        assert_eq!((seen.header("authorization"), seen.method.as_str()), (None, "GET"));
        assert_eq!(seen.header("accept-encoding"), Some("identity"));
    }
}

/// The download fails so, nothing is left, and no secret is told.
#[track_caller]
fn fails(server: &Server, exit: i32, words: &[&str]) {
    let (output, folder) = decode(&server.url("/b/clip.mp4?X-Amz-Signature=secret"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "no {word:?} in {stderr}");
    }
    assert!(!stderr.contains("secret") && stderr.contains("hint: "), "{stderr}");
    assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1, "something is left");
}

/// Answers by the number of the request.
fn script(answer: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |seen| answer(count.fetch_add(1, Ordering::SeqCst), seen))
}

fn whole(body: &[u8]) -> Answer {
    Answer::typed(200, "video/mp4", body)
}

/// A store's answer that breaks off, with an entity tag.
fn cut(body: &[u8], after: usize, tag: &str) -> Answer {
    let head = format!("HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Length: {}\r\n\r\n", body.len());
    Answer::Raw([head.as_bytes(), &body[..after]].concat())
}

/// The rest that was asked for.
fn rest(body: &[u8], seen: &Seen, tag: &str) -> Answer {
    let range = seen.header("range").unwrap_or_default();
    let first: usize = range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap();
    let place = format!("bytes {first}-{}/{}", body.len() - 1, body.len());
    Answer::typed(206, "video/mp4", &body[first..])
        .with_header("Content-Range", &place)
        .with_header("ETag", tag)
}

#[test]
fn a_link_is_followed_without_the_key() {
    let body = clip(100_000);
    let served = body.clone();
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/b/clip.mp4" => Answer::empty(302).with_header("Location", "/elsewhere/clip.mp4"),
        _ => whole(&served),
    });
    succeeds(&server, &body);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_download_that_breaks_goes_on_where_it_broke() {
    let body = clip(300_000);
    let served = body.clone();
    let server = script(move |number, seen| match number {
        0 => cut(&served, 100_000, "\"a\""),
        1 => Answer::Close,
        _ => rest(&served, seen, "\"a\""),
    });
    succeeds(&server, &body);
    let seen = server.seen();
    // Something may get lost with a connection that is torn down, but not all of it.
    let range = seen[2].header("range").unwrap();
    let first: usize = range.trim_start_matches("bytes=").trim_end_matches('-').parse().unwrap();
    assert!((1..=100_000).contains(&first), "{range}");
    assert_eq!((seen.len(), seen[2].header("if-range")), (3, Some("\"a\"")));
}

#[test]
fn a_server_without_ranges_or_with_another_file_starts_over() {
    let body = clip(200_000);
    let served = body.clone();
    let server = script(move |number, _| match number {
        0 => cut(&served, 50_000, "\"a\""),
        _ => whole(&served),
    });
    succeeds(&server, &body);
    let (old, served) = (clip(150_000), body.clone());
    let server = script(move |number, seen| match number {
        0 => cut(&old, 50_000, "W/\"a\""),
        1 => rest(&served, seen, "W/\"b\""),
        _ => whole(&served),
    });
    succeeds(&server, &body);
    let seen = server.seen();
    assert_eq!((seen[1].header("if-range"), seen[2].header("range")), (None, None));
}

#[test]
fn passing_faults_are_waited_out() {
    let body = clip(1000);
    let served = body.clone();
    let server = script(move |number, _| match number {
        0 => Answer::empty(429).with_header("Retry-After", "0"),
        1 => Answer::html(502),
        2 => Answer::Close,
        _ => whole(&served),
    });
    succeeds(&server, &body);
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn a_dead_link_is_told_at_once() {
    for status in [403, 404, 410] {
        let server =
            Server::start(move |_| Answer::typed(status, "application/xml", b"<Error>Expired</Error>"));
        fails(&server, 5, &["expired", &format!("answered with {status}"), "/b/clip.mp4"]);
        assert_eq!(server.seen().len(), 1);
    }
    fails(&Server::start(|_| Answer::empty(400)), 5, &["answered with 400"]);
}

#[test]
fn what_is_no_clip_leaves_nothing() {
    fails(&Server::start(|_| Answer::html(200)), 1, &["no MP4 or MOV", "HTML"]);
    fails(&Server::start(|_| Answer::empty(200)), 1, &["ends at byte 0"]);
    fails(&Server::start(|_| whole(&clip(5000)[..4000])), 1, &["ends at byte 4000"]);
}

#[test]
fn ctrl_c_ends_a_download_and_leaves_nothing() {
    use nix::sys::signal::{Signal, kill};
    use std::time::{Duration, Instant};
    let body = clip(100_000);
    let pause = Duration::from_millis(100);
    let server = Server::start(move |_| Answer::Slow { status: 200, body: body.clone(), piece: 100, pause });
    let folder = tempfile::tempdir().unwrap();
    let answer = json!({"video_url": server.url("/clip.mp4")});
    fs_err::write(folder.path().join("answer.json"), answer.to_string()).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_broll"));
    command.args(["decode", "answer.json"]).current_dir(folder.path()).env_clear();
    let mut child = command.env("HOME", folder.path().join("home")).spawn().unwrap();
    let began = Instant::now();
    while !folder.path().join(".answer.mp4.part").exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "the download did not begin");
        std::thread::sleep(Duration::from_millis(10));
    }
    kill(nix::unistd::Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
}
