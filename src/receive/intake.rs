//! From the bytes of an input to its document, whatever its form: JSON, base64 as it is, or a data URI.

use std::io::{ErrorKind, Read};

use serde_json::Value;

use super::decoder::{Decoder, Sink};
use super::head::{Head, Verdict};
use super::json_text::{CLIP, JsonText};
use super::magic;
use super::skeleton::truncated;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;

/// Bytes that are read at once.
pub(super) const PIECE: usize = 256 * 1024;
/// Bytes at the start that tell the form.
const START: usize = 4096;

/// Reads `body` to its end. A clip in it goes to `sink`; in the document [`CLIP`] stands for it.
///
/// # Errors
/// `empty`, `utf16`, `not_an_answer`, `not_a_clip`, those of [`JsonText`] and [`Decoder`], `unreadable`, `interrupted`.
pub(super) fn read(body: &mut dyn Read, sink: &mut dyn Sink, cancel: &Cancel) -> Result<Value> {
    let mut input = Input { body, cancel };
    let (mut start, mut offset) = (input.start()?, 0);
    while start.len() == START && start.trim_ascii_start().is_empty() {
        offset += START as u64;
        start = input.start()?;
    }
    let text = after_blanks(&start)?;
    let offset = offset + (start.len() - text.len()) as u64;
    match text[0] {
        b'{' | b'[' | b'"' => input.json(text, offset, sink),
        _ => input.base64(text, offset, sink),
    }
}

/// The input behind its byte order mark and white space.
fn after_blanks(start: &[u8]) -> Result<&[u8]> {
    // One NUL of the first two bytes: text of one byte in two. Clips begin with two.
    let pairs = matches!(start, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    if pairs || matches!(start, [first, second, ..] if (*first == 0) != (*second == 0)) {
        return Err(Error::bad_input("utf16", "the input is UTF-16 text")
            .because("PowerShell's > and Out-File write it")
            .hint("save it with `curl -o FILE`, or with `Out-File -Encoding ascii`"));
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if text.is_empty() {
        return Err(Error::bad_input("empty", "the input is empty")
            .hint("save the answer again: a /status body, or the output of a job"));
    }
    Ok(text)
}

struct Input<'a> {
    body: &'a mut dyn Read,
    cancel: &'a Cancel,
}

impl Input<'_> {
    /// The next bytes, as many as tell a form where there are so many.
    fn start(&mut self) -> Result<Vec<u8>> {
        let (mut start, mut length) = (vec![0; START], 0);
        while length < START {
            match self.read(&mut start[length..])? {
                0 => break,
                count => length += count,
            }
        }
        start.truncate(length);
        Ok(start)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            self.cancel.check()?;
            match self.body.read(buffer) {
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.cancel.check()?;
                    return Err(Error::bad_input("unreadable", "the input could not be read to its end")
                        .source(error)
                        .hint("check where it comes from, then run the same command again"));
                }
            }
        }
    }

    /// Gives every piece that follows `offset` to `take`.
    fn each(&mut self, mut offset: u64, mut take: impl FnMut(&[u8], u64) -> Result<()>) -> Result<()> {
        let mut buffer = vec![0; PIECE];
        loop {
            let count = self.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            take(&buffer[..count], offset)?;
            offset += count as u64;
        }
    }

    fn json(&mut self, start: &[u8], offset: u64, sink: &mut dyn Sink) -> Result<Value> {
        let mut text = JsonText::new(offset);
        text.push(start, sink)?;
        self.each(offset + start.len() as u64, |piece, _| text.push(piece, sink))?;
        text.finish()
    }

    fn base64(&mut self, start: &[u8], offset: u64, sink: &mut dyn Sink) -> Result<Value> {
        let mut head = Head::default();
        let told = start.iter().enumerate().find_map(|(at, byte)| {
            let verdict = head.push(*byte, offset + at as u64);
            (verdict != Verdict::Open).then_some((at, verdict))
        });
        let end = offset + start.len() as u64;
        let at = match told {
            Some((at, Verdict::Clip)) => at,
            None if [&b"AAA"[..], b"data:"].iter().any(|clip| start.starts_with(clip)) => {
                return Err(truncated(end, "before the video has really begun"));
            }
            _ => return Err(foreign(start, offset)),
        };
        let mut decoder = Decoder::new();
        for (byte, offset) in head.base64_text() {
            decoder.push(&[byte], offset, sink)?;
        }
        decoder.push(&start[at + 1..], offset + at as u64 + 1, sink)?;
        self.each(end, |piece, offset| decoder.push(piece, offset, sink))?;
        decoder.finish(sink)?;
        Ok(Value::from(CLIP))
    }
}

/// The error for what is neither JSON nor base64 of a clip.
fn foreign(start: &[u8], offset: u64) -> Error {
    let text = String::from_utf8_lossy(start);
    if magic::is_clip(start) {
        return Error::bad_input("not_an_answer", "the input is an MP4 or MOV already")
            .hint("there is nothing to decode: use the file as it is");
    }
    if let Some(name) = magic::name(start) {
        let error =
            Error::bad_input("not_an_answer", format!("the input is {name}, not an answer of the API"));
        return match name {
            "gzip data" | "zstd data" => error.hint("unpack it first, or fetch it with `curl --compressed`"),
            "an HTML page" => error.hint("see what it says: it is often the error page of a proxy"),
            _ => error.hint("give a /status body, or the output of a job"),
        };
    }
    if text.starts_with("HTTP/") {
        return Error::bad_input("not_an_answer", "the input begins with HTTP headers")
            .hint("save the body alone: curl without -i");
    }
    if let Some(name) = magic::name(&magic::behind_base64(&text)) {
        return Error::bad_input("not_a_clip", "the video is no MP4 or MOV")
            .because(format!("the base64 at byte {offset} is {name}"))
            .hint("see what the endpoint's handler returns");
    }
    let begin: String = text.chars().take(24).collect();
    Error::bad_input("not_an_answer", "the input is neither JSON nor base64 of a video")
        .because(format!("at byte {offset} it begins {begin:?}"))
        .hint("give a /status body, or the output of a job")
}
