//! What is refused, and that nothing is left of it.

use serde_json::json;

use super::clip::{bx, clip};
use super::stage::{Stage, base64};

#[test]
fn a_document_that_is_cut_anywhere_leaves_nothing() {
    let (stage, bytes) = (Stage::new(), clip(200));
    let body = json!({"id": "a", "output": {"template": "t", "video_base64": base64(&bytes)}, "status": "COMPLETED"});
    let body = body.to_string();
    for length in 1..body.len() {
        let error = stage.decode(&body.as_bytes()[..length]).unwrap_err();
        assert!(error.message().contains(&format!("ends at byte {length}")), "{length}: {error}");
        assert_eq!((error.code(), stage.names().len()), ("truncated", 0));
    }
}

#[test]
fn base64_that_is_cut_anywhere_leaves_nothing() {
    let (stage, text) = (Stage::new(), base64(&clip(200)));
    let padding = text.len() - text.trim_end_matches('=').len();
    for length in 1..text.len() - padding {
        let error = stage.decode(&text.as_bytes()[..length]).unwrap_err();
        assert!(
            ["truncated", "bad_base64", "clip_truncated", "not_an_answer"].contains(&error.code()),
            "{error}"
        );
        assert_eq!(stage.names().len(), 0, "{length}");
    }
}

#[test]
fn foreign_input_is_named() {
    let stage = Stage::new();
    stage.refuses(b"", "empty", &["empty"]);
    stage.refuses(b" \n\t ", "empty", &[]);
    stage.refuses(b"\xef\xbb\xbf", "empty", &[]);
    stage.refuses(b"\xff\xfe{\0\"\0", "utf16", &["PowerShell"]);
    stage.refuses(b"{\0\"\0a\0", "utf16", &["UTF-16"]);
    stage.refuses(&clip(10), "not_an_answer", &["MP4 or MOV already"]);
    stage.refuses(b"\x1f\x8b\x08\0\0", "not_an_answer", &["gzip", "--compressed"]);
    stage.refuses(b"<!DOCTYPE html><h1>Bad gateway</h1>", "not_an_answer", &["HTML"]);
    stage.refuses(b"HTTP/1.1 200 OK\r\n\r\n{}", "not_an_answer", &["curl without -i"]);
    stage.refuses(b"null", "not_an_answer", &["neither JSON nor base64", "byte 0", "null"]);
    stage.refuses(b"Internal Server Error", "not_an_answer", &["Internal Server"]);
    stage.refuses(base64(b"\x1a\x45\xdf\xa3...............").as_bytes(), "not_a_clip", &["WebM"]);
    stage.refuses(b"{'output': 1}", "bad_json", &["byte 1", "Python"]);
    stage.refuses(b"{\"output\": 1} {}", "bad_json", &["byte 14"]);
    stage.refuses(&[b'['; 9_000_000], "not_an_answer", &["1 MiB"]);
    stage.refuses(&b" ".repeat(9000), "empty", &[]);
    stage.refuses(&[&b" ".repeat(9000)[..], b"{x}"].concat(), "bad_json", &["byte 9001"]);
}

#[test]
fn a_clip_that_is_not_what_was_sent_leaves_nothing() {
    let (stage, bytes) = (Stage::new(), clip(2000));
    let refuses = |text: String, more: serde_json::Value, code: &str, words: &[&str]| {
        let mut output = more;
        output["video_base64"] = text.into();
        stage.refuses(output.to_string().as_bytes(), code, words);
    };
    let (text, none) = (base64(&bytes), json!({}));
    refuses(text.clone(), json!({"sha256": "00ff"}), "wrong_sha256", &["00ff", "SHA-256"]);
    refuses(
        text.clone(),
        json!({"file_size_bytes": 5}),
        "wrong_size",
        &["5 bytes", &bytes.len().to_string()],
    );
    refuses(text.clone(), json!({"frames": 240}), "clip_broken", &["60 frames instead of 240"]);
    refuses(base64(&bytes[..1000]), none.clone(), "clip_truncated", &["byte 1000", "'mdat'"]);
    refuses(base64(&[&bytes[..], b"\0\0\0\x08\0\0\0\x01"].concat()), none.clone(), "clip_broken", &[]);
    refuses(format!("{}!{}", &text[..100], &text[100..]), none.clone(), "bad_base64", &["'!'"]);
    refuses(base64(&bx(b"ftyp", b"isom....")), none, "clip_truncated", &["'moov'"]);
    let two = json!({"a": text, "b": text}).to_string();
    stage.refuses(two.as_bytes(), "two_videos", &["byte 6"]);
}

#[test]
fn a_job_without_a_clip_leaves_nothing() {
    let stage = Stage::new();
    let body = json!({"id": "a", "status": "FAILED", "error": "no GPU", "output": {"video_base64": base64(&clip(9))}});
    stage.refuses(body.to_string().as_bytes(), "job_failed", &["job a failed", "no GPU"]);
    stage.refuses(b"{\"id\":\"a\",\"status\":\"IN_QUEUE\"}", "not_finished", &["broll jobs watch a"]);
}

#[test]
fn links_that_lead_nowhere_are_told() {
    let stage = Stage::new();
    let link = |url: &str| json!({"video_url": url}).to_string().into_bytes();
    let volume = link("file:///runpod-volume/clips/a%20b.mp4");
    stage.refuses(&volume, "on_volume", &["/runpod-volume/clips/a b.mp4", "s3://VOLUME_ID/clips/a b.mp4"]);
    stage.refuses(&link("file:///etc"), "on_volume", &[]);
    stage.refuses(&link("file:///etc/passwd"), "not_a_clip", &[]);
    stage.refuses(&link("ftp://h/x.mp4"), "bad_link", &["ftp"]);
    stage.refuses(&link("clip.mp4"), "bad_link", &["no URL"]);
}

#[test]
fn a_place_that_cannot_be_had_is_told_before_anything_is_read() {
    let stage = Stage::new();
    for (target, why) in [("out.mkv", ".mp4 or .mov"), ("no/out.mp4", "no folder"), ("out", ".mp4 or .mov")] {
        let error = stage.take(NeverRead, target, "", false).unwrap_err();
        assert!(error.code() == "bad_output" && error.to_string().contains(why), "{error}");
    }
    stage.cancel.cancel();
    let error = stage.decode(base64(&clip(9)).as_bytes()).unwrap_err();
    assert_eq!((error.code(), stage.names().len()), ("interrupted", 0));
}

struct NeverRead;

impl std::io::Read for NeverRead {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        panic!("the input was read")
    }
}
