//! JSON text in pieces: the string that is a clip goes to the decoder, everything else to the skeleton.
//!
//! Nothing is known of keys and nesting here, so that their order does not matter; the skeleton is parsed at the end.

use serde_json::Value;

use super::decoder::{Decoder, Sink};
use super::head::{Head, Verdict};
use super::scan;
use super::skeleton::{STRING, Skeleton, truncated};
use crate::error::{Error, Result};

/// What stands in the document in place of the clip. The NUL keeps it apart from real texts.
pub(super) const CLIP: &str = "\0clip";
/// The same in JSON.
const CLIP_JSON: &str = r"\u0000clip";

/// Where in the text the next byte is.
enum Place {
    /// Between strings.
    Outside,
    /// In a string that may be the clip, with its raw bytes and their offset.
    Start(Head, Vec<u8>, u64),
    /// In another string, of which so many bytes may still be kept.
    Kept(usize),
    /// In the clip.
    Clip,
}

/// Takes JSON text piece by piece.
pub(super) struct JsonText {
    place: Place,
    /// The bytes of an escape sequence, how many of them are there, and where it began.
    escape: [u8; 6],
    escape_length: usize,
    escape_offset: u64,
    skeleton: Skeleton,
    decoder: Decoder,
    /// Where the clip's string began.
    clip: Option<u64>,
    offset: u64,
}

impl JsonText {
    /// For text that begins at `offset` of the input.
    pub(super) fn new(offset: u64) -> Self {
        Self {
            place: Place::Outside,
            escape: [0; 6],
            escape_length: 0,
            escape_offset: 0,
            skeleton: Skeleton::default(),
            decoder: Decoder::new(),
            clip: None,
            offset,
        }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// `bad_base64`, `two_videos`, `not_an_answer`, those of `sink`.
    pub(super) fn push(&mut self, piece: &[u8], sink: &mut dyn Sink) -> Result<()> {
        let mut rest = piece;
        while let Some(&byte) = rest.first() {
            let inside = !matches!(self.place, Place::Outside);
            let count = if inside && (byte == b'\\' || self.escape_length > 0) {
                self.escaped(byte, sink)?;
                1
            } else if inside && byte == b'"' {
                self.close(sink)?;
                1
            } else {
                self.run(rest, sink)?
            };
            self.offset += count as u64;
            rest = &rest[count..];
        }
        Ok(())
    }

    /// Takes bytes that mean themselves, as many as go to one place.
    fn run(&mut self, rest: &[u8], sink: &mut dyn Sink) -> Result<usize> {
        let special = |byte| byte == b'"' || byte == b'\\';
        match &mut self.place {
            Place::Outside => {
                let count = scan::run(rest, |byte| byte == b'"');
                let opens = count < rest.len();
                let count = count + usize::from(opens);
                self.skeleton.push(&rest[..count], self.offset)?;
                if opens {
                    self.place = Place::Start(Head::default(), Vec::new(), self.offset + count as u64);
                }
                Ok(count)
            }
            Place::Start(..) => {
                self.start(rest[0], &rest[..1], self.offset, sink)?;
                Ok(1)
            }
            Place::Kept(left) => {
                let count = scan::run(rest, special);
                let kept = count.min(*left);
                *left -= kept;
                if kept > 0 {
                    self.skeleton.push(&rest[..kept], self.offset)?;
                }
                Ok(count)
            }
            Place::Clip => {
                let count = scan::run(rest, special);
                self.decoder.push(&rest[..count], self.offset, sink)?;
                Ok(count)
            }
        }
    }

    /// Takes a byte of a string that may be the clip; `raw` is how it is written.
    fn start(&mut self, byte: u8, raw: &[u8], offset: u64, sink: &mut dyn Sink) -> Result<()> {
        let Place::Start(head, text, begins) = &mut self.place else { return Ok(()) };
        text.extend_from_slice(raw);
        match head.push(byte, offset) {
            Verdict::Open => {}
            Verdict::Other => {
                self.skeleton.push(text, *begins)?;
                self.place = Place::Kept(STRING.saturating_sub(text.len()));
            }
            Verdict::Clip => {
                if let Some(first) = self.clip {
                    return Err(Error::bad_input("two_videos", "there are two videos in the input")
                        .because(format!("one begins at byte {first}, another at byte {begins}"))
                        .hint("give the answer of one job at a time"));
                }
                self.clip = Some(*begins);
                self.skeleton.insert(CLIP_JSON);
                for (byte, offset) in head.base64_text() {
                    self.decoder.push(&[byte], offset, sink)?;
                }
                self.place = Place::Clip;
            }
        }
        Ok(())
    }

    /// Takes a byte of an escape sequence.
    fn escaped(&mut self, byte: u8, sink: &mut dyn Sink) -> Result<()> {
        if self.escape_length == 0 {
            self.escape_offset = self.offset;
        }
        self.escape[self.escape_length] = byte;
        self.escape_length += 1;
        let whole = match self.escape_length {
            1 => false,
            2..=5 => self.escape[1] != b'u',
            _ => true,
        };
        if !whole {
            return Ok(());
        }
        let (escape, offset) = (self.escape, self.escape_offset);
        let raw = &escape[..std::mem::take(&mut self.escape_length)];
        let meant = unescape(raw);
        match &mut self.place {
            Place::Outside => {}
            Place::Start(..) => self.start(meant, raw, offset, sink)?,
            // Half of a pair of surrogates would be no JSON.
            Place::Kept(left) if *left >= if ends_pair(raw) { 6 } else { 12 } => {
                *left -= raw.len();
                self.skeleton.push(raw, offset)?;
            }
            Place::Kept(left) => *left = 0,
            Place::Clip => self.decoder.push(&[meant], offset, sink)?,
        }
        Ok(())
    }

    /// Takes the quote at the end of a string.
    fn close(&mut self, sink: &mut dyn Sink) -> Result<()> {
        match std::mem::replace(&mut self.place, Place::Outside) {
            Place::Start(_, text, begins) if !text.is_empty() => self.skeleton.push(&text, begins)?,
            Place::Clip => self.decoder.finish(sink)?,
            _ => {}
        }
        self.skeleton.push(b"\"", self.offset)
    }

    /// Takes the end of the input: the document, with [`CLIP`] where a clip was.
    ///
    /// # Errors
    /// `truncated` and `bad_json`, with the offset.
    pub(super) fn finish(self) -> Result<Value> {
        if matches!(self.place, Place::Clip) {
            return Err(truncated(self.offset, "inside the video").because(format!(
                "the video begins at byte {}, and {} bytes of it are there",
                self.clip.unwrap_or_default(),
                self.decoder.bytes()
            )));
        }
        self.skeleton.parse(self.offset)
    }
}

/// Whether this is the second half of a character that JSON writes as two escape sequences.
fn ends_pair(raw: &[u8]) -> bool {
    matches!(raw, [_, b'u', b'd' | b'D', b'c'..=b'f' | b'C'..=b'F', ..])
}

/// The byte that an escape sequence means; its backslash, which belongs to no base64, where it means none.
fn unescape(raw: &[u8]) -> u8 {
    match raw {
        [_, b'n'] => b'\n',
        [_, b'r'] => b'\r',
        [_, b't'] => b'\t',
        [_, same @ (b'/' | b'"')] => *same,
        [_, b'u', digits @ ..] => {
            let code =
                std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
            code.filter(u8::is_ascii).unwrap_or(b'\\')
        }
        _ => b'\\',
    }
}

#[cfg(test)]
#[path = "tests/json_text.rs"]
mod tests;
