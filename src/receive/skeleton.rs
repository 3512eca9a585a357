//! What is left of a JSON text without its clip: small enough to be parsed, and it knows where everything was.

use serde_json::Value;

use crate::error::{Error, Result};

/// Most bytes of JSON around the clip.
const MOST: usize = 1 << 20;
/// Bytes of one string that are kept: a request that is echoed may hold a whole .blend.
pub(super) const STRING: usize = 64 << 10;

/// JSON text with pieces left out.
#[derive(Debug, Default)]
pub(super) struct Skeleton {
    text: Vec<u8>,
    /// Where each piece begins: here, and in the input.
    pieces: Vec<(usize, u64)>,
}

impl Skeleton {
    /// Adds what stood at `offset` of the input.
    ///
    /// # Errors
    /// `not_an_answer` when there is too much of it.
    pub(super) fn push(&mut self, text: &[u8], offset: u64) -> Result<()> {
        if self.text.len() + text.len() > MOST {
            let what = format!("there are more than {} MiB of JSON around the video", MOST >> 20);
            return Err(Error::bad_input("not_an_answer", what)
                .because(format!("that is where byte {offset} of the input is"))
                .hint("give the answer of one job: its /status or /runsync body, or its output"));
        }
        let goes_on = |&(here, there): &(usize, u64)| there + (self.text.len() - here) as u64 == offset;
        if !self.pieces.last().is_some_and(goes_on) {
            self.pieces.push((self.text.len(), offset));
        }
        self.text.extend_from_slice(text);
        Ok(())
    }

    /// Adds what does not stand in the input.
    pub(super) fn insert(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    /// The document. `end` is the length of the input.
    ///
    /// # Errors
    /// `truncated` and `bad_json`, with the offset.
    pub(super) fn parse(mut self, end: u64) -> Result<Value> {
        replace_invalid(&mut self.text);
        let error = match serde_json::from_slice(&self.text) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if error.is_eof() {
            return Err(truncated(end, "before its JSON is complete"));
        }
        let line_start: usize =
            self.text.split_inclusive(|byte| *byte == b'\n').take(error.line() - 1).map(<[u8]>::len).sum();
        let index = (line_start + error.column().saturating_sub(1)).min(self.text.len());
        let text = error.to_string();
        let why = text.rsplit_once(" at line ").map_or(text.as_str(), |(why, _)| why);
        let hint = if self.text.get(index) == Some(&b'\'') {
            "this looks like a Python dict as print() shows it: save it with json.dump() instead"
        } else {
            "save the whole answer again, as it comes (curl without -i), and nothing else"
        };
        let offset = self.offset(index);
        Err(Error::bad_input("bad_json", format!("the input is not JSON at byte {offset}"))
            .because(why)
            .hint(hint))
    }

    fn offset(&self, index: usize) -> u64 {
        let piece = self.pieces.partition_point(|&(here, _)| here <= index).saturating_sub(1);
        self.pieces.get(piece).map_or(0, |&(here, there)| there + (index - here) as u64)
    }
}

/// The error for an input that ends too early.
pub(super) fn truncated(end: u64, how: &str) -> Error {
    Error::bad_input("truncated", format!("the input ends at byte {end}, {how}"))
        .hint("the answer was cut on its way: fetch it again")
}

/// One `?` for each byte that is no UTF-8, so that offsets stay.
fn replace_invalid(text: &mut [u8]) {
    let mut at = 0;
    while let Err(error) = std::str::from_utf8(&text[at..]) {
        at += error.valid_up_to();
        let end = error.error_len().map_or(text.len(), |length| at + length);
        text[at..end].fill(b'?');
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pieces: &[(&str, u64)], end: u64) -> Result<Value> {
        let mut skeleton = Skeleton::default();
        for (text, offset) in pieces {
            skeleton.push(text.as_bytes(), *offset).unwrap();
        }
        skeleton.parse(end)
    }

    #[test]
    fn errors_are_told_where_they_are_in_the_input() {
        let error = parse(&[("{\"a\": \"", 0), ("\",\n \"b\": x}", 1007)], 1018).unwrap_err().to_string();
        assert!(error.contains("at byte 1016") && error.contains("expected value"), "{error}");
        let error = parse(&[("{\"a\": 1}", 3), (" {", 11)], 13).unwrap_err().to_string();
        assert!(error.contains("at byte 12") && error.contains("trailing"), "{error}");
        assert_eq!(parse(&[("{\"a\": [1", 0)], 8).unwrap_err().code(), "truncated");
        let error = parse(&[("{'a': 1}", 0)], 8).unwrap_err();
        assert!(error.hint_text().contains("Python") && error.message().contains("byte 1"), "{error}");
    }

    #[test]
    fn bytes_that_are_no_utf_8_harm_nothing_else() {
        let mut skeleton = Skeleton::default();
        skeleton.push(b"{\"error\": \"a\xff\xc3(\xe2\x82\"}", 0).unwrap();
        assert_eq!(skeleton.parse(18).unwrap()["error"], "a??(??");
    }

    #[test]
    fn its_size_is_limited() {
        let mut skeleton = Skeleton::default();
        skeleton.push(&vec![b' '; MOST], 0).unwrap();
        assert_eq!(skeleton.push(b" ", MOST as u64).unwrap_err().code(), "not_an_answer");
    }
}
