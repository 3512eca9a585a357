//! Every form an answer comes in, and every name its clip gets.

use std::io::Read;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::clip::{branded, clip};
use super::stage::{Stage, base64, read};
use crate::paths::hex;

#[test]
fn every_wrapping_gives_the_same_clip() {
    let (stage, bytes) = (Stage::new(), clip(3000));
    let text = base64(&bytes);
    let lines: String =
        text.as_bytes().chunks(76).map(|line| format!("{}\r\n", str::from_utf8(line).unwrap())).collect();
    let output = json!({"template": "t", "video_base64": text, "file_size_bytes": bytes.len()});
    let job = json!({"id": "a", "status": "COMPLETED", "delayTime": 1, "output": output});
    for body in [
        output.to_string(),
        job.to_string(),
        format!("{job:#}\n"),
        format!("\u{feff}\r\n {job}"),
        job.to_string().replace('/', r"\/"),
        json!({"output": text, "status": "COMPLETED", "id": "a"}).to_string(),
        json!([{"output": [{"video_base64": text}]}]).to_string(),
        json!(text).to_string(),
        json!(format!("data:video/mp4;base64,{text}")).to_string(),
        json!({"video_base64": lines}).to_string(),
        text.clone(),
        lines.clone(),
        format!("\n\n  {lines}\n"),
        format!("data:video/mp4;base64,{text}"),
        format!("DATA:;base64,\n{lines}"),
        text.trim_end_matches('=').to_owned(),
    ] {
        let arrived = stage.decode(body.as_bytes()).unwrap();
        assert_eq!((arrived.output.clone(), arrived.decoded), (stage.path("out.mp4"), false));
        assert!(read(&arrived.output) == bytes, "{body:.60}");
        assert_eq!(
            (arrived.file_size_bytes, arrived.duration, arrived.frames),
            (bytes.len() as u64, 2.5, Some(60))
        );
        assert_eq!(arrived.sha256, hex(&Sha256::digest(&bytes)));
        assert!(arrived.notes[0].message.contains("no ffmpeg that runs"));
        assert_eq!(stage.names(), ["out.mp4"]);
    }
    let arrived = stage.decode(job.to_string().as_bytes()).unwrap();
    assert_eq!(arrived.response, json!({"template": "t", "file_size_bytes": bytes.len()}));
}

#[test]
fn pieces_of_any_size_give_the_same_clip() {
    struct Slow<'a>(&'a [u8], usize);
    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    let (stage, bytes) = (Stage::new(), clip(300_000));
    let text = base64(&bytes);
    for body in [json!({"output": {"video_base64": text}}).to_string(), format!("data:;base64,{text}")] {
        for piece in [1, 5, 4095, 70_001] {
            let arrived = stage.take(Slow(body.as_bytes(), piece), "out.mp4", "", true).unwrap();
            assert!(read(arrived.output) == bytes);
        }
    }
}

#[test]
fn the_name_comes_from_the_order_the_answer_or_nowhere() {
    let (stage, text) = (Stage::new(), base64(&clip(10)));
    let movie = base64(&branded(*b"qt  ", 10));
    let body = |text: &str, template: &str| json!({"video_base64": text, "template": template}).to_string();
    for (body, name, wanted) in [
        (body(&text, "ai_cpu"), "", "ai_cpu.mp4"),
        (body(&text, "ai_cpu"), "answer", "answer.mp4"),
        (body(&movie, "ai_cpu"), "", "ai_cpu.mov"),
        (movie.clone(), "answer", "answer.mov"),
        (text.clone(), "", "clip.mp4"),
        (body(&text, "../up"), "", "clip.mp4"),
    ] {
        let arrived = stage.take(body.as_bytes(), "", name, true).unwrap();
        assert_eq!((arrived.output, stage.names()), (stage.path(wanted), vec![wanted.to_owned()]));
        fs_err::remove_file(stage.path(wanted)).unwrap();
    }
    let arrived = stage.take(text.as_bytes(), "mine.MOV", "", false).unwrap();
    assert_eq!(arrived.output, stage.path("mine.MOV"));
    let error = stage.take(movie.as_bytes(), "mine.mp4", "", false).unwrap_err();
    assert!(error.code() == "bad_output" && error.hint_text().contains("mine.mov"), "{error}");
}

#[test]
fn what_exists_stays_unless_forced() {
    let (stage, text) = (Stage::new(), base64(&clip(10)));
    for name in ["out.mp4", "clip.mp4", "answer.mp4"] {
        fs_err::write(stage.path(name), "mine").unwrap();
    }
    for (target, name) in [("out.mp4", ""), ("", ""), ("", "answer")] {
        let error = stage.take(text.as_bytes(), target, name, false).unwrap_err();
        assert!(error.code() == "bad_output" && error.message().ends_with("exists"), "{error}");
    }
    assert!(["out.mp4", "clip.mp4", "answer.mp4"].iter().all(|name| read(stage.path(name)) == b"mine"));
    assert_eq!(stage.names().len(), 3);
    stage.take(text.as_bytes(), "", "answer", true).unwrap();
    assert!(read(stage.path("answer.mp4")) == clip(10));
}

#[test]
fn a_clip_on_a_volume_that_is_here_is_copied() {
    let (stage, bytes) = (Stage::new(), clip(1000));
    fs_err::write(stage.path("there.mp4"), &bytes).unwrap();
    let url = format!("file://{}", stage.path("there.mp4").display());
    let arrived = stage.decode(json!({"video_url": url, "frames": 60}).to_string().as_bytes()).unwrap();
    assert!(read(&arrived.output) == bytes);
    assert_eq!(arrived.response, json!({"frames": 60}));
}
