//! A whole answer of the API, which may be anything: decided by what is in it, not by what it says it is.

use std::time::Duration;

use serde_json::Value;

use super::{Failure, Reply};

/// The longest line that is quoted of a body.
const QUOTE: usize = 160;
/// How much of a body is looked at for something to quote.
const HEAD: usize = 64 * 1024;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// How long the server asks to wait.
    pub(crate) retry_after: Option<Duration>,
    /// Where it sends the client instead.
    pub(crate) location: Option<String>,
    /// As much of the body as came.
    pub(crate) body: Vec<u8>,
    /// Why the body is not whole.
    pub(crate) broken: Option<Failure>,
    /// Whether that is because it is longer than anybody wanted.
    pub(crate) too_long: bool,
}

impl Answer {
    /// A whole answer.
    #[cfg(test)]
    pub(crate) fn of(status: u16, body: &[u8]) -> Self {
        Self { status, retry_after: None, location: None, body: body.to_vec(), broken: None, too_long: false }
    }

    /// Reads the body of a reply, of which at most `most` bytes are wanted.
    pub(crate) fn read(mut reply: Reply, most: usize) -> Self {
        let mut answer = Self {
            status: reply.status(),
            retry_after: reply.retry_after(),
            location: reply.header("location").map(str::to_owned),
            body: Vec::new(),
            broken: None,
            too_long: false,
        };
        loop {
            match reply.chunk() {
                Ok(Some(piece)) if answer.body.len() + piece.len() <= most => answer.body.extend(piece),
                Ok(Some(_)) => {
                    answer.broken = Some(Failure::too_long(most));
                    answer.too_long = true;
                    return answer;
                }
                Ok(None) => return answer,
                Err(failure) => {
                    answer.broken = Some(failure);
                    return answer;
                }
            }
        }
    }

    /// Takes a secret out of what may be quoted, should the server have sent it back.
    pub(crate) fn hide(&mut self, secret: &str) {
        const STARS: &[u8] = b"***";
        let secret = secret.as_bytes();
        if let Some(location) = &mut self.location {
            *location = location.replace(&*String::from_utf8_lossy(secret), "***");
        }
        let mut from = 0;
        while let Some(at) = find(&self.body[from..self.body.len().min(HEAD + secret.len())], secret) {
            self.body.splice(from + at..from + at + secret.len(), STARS.iter().copied());
            from += at + STARS.len();
        }
    }

    /// Whether the request went well and all of the answer is here.
    pub(crate) fn is_whole(&self) -> bool {
        (200..300).contains(&self.status) && self.broken.is_none()
    }

    /// Whether the request was refused for its size. RunPod says 400 in that case.
    pub(crate) fn says_too_large(&self) -> bool {
        let text = || String::from_utf8_lossy(&self.body[..self.body.len().min(HEAD)]).to_ascii_lowercase();
        self.status == 413 || (self.status == 400 && text().contains("exceeded max body size"))
    }

    /// Whether the body is a page for people, most often of some machine on the way.
    pub(crate) fn is_html(&self) -> bool {
        is_html(&self.body)
    }

    /// What there is, in words that continue `it answered`.
    pub(crate) fn in_words(&self) -> String {
        let what = match (&self.broken, self.quote()) {
            (Some(failure), _) => format!("and broke off: {failure}"),
            (None, Some(line)) => format!("with {line:?}"),
            (None, None) if self.body.is_empty() => "with nothing".to_owned(),
            (None, None) if self.is_html() => "with an HTML page".to_owned(),
            (None, None) => format!("with {} bytes that tell nothing", self.body.len()),
        };
        format!("{} {what}", self.status)
    }

    /// The one line that a person can read: the message of a JSON error, or the first line of a text. Never HTML.
    pub(crate) fn quote(&self) -> Option<String> {
        let head = &self.body[..self.body.len().min(HEAD)];
        if is_html(head) {
            return None;
        }
        let text = match serde_json::from_slice::<Value>(head) {
            Ok(value) => message(&value)?.to_owned(),
            Err(_) if matches!(first_sign(head), Some(b'{' | b'[')) => return None,
            Err(_) => std::str::from_utf8(head).ok()?.to_owned(),
        };
        let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
        let mut quoted: String = line.chars().filter(|c| !c.is_control()).take(QUOTE).collect();
        if quoted.len() < line.len() {
            quoted.push('…');
        }
        Some(quoted)
    }

    /// The id of a job in an answer to `/run` that broke off behind it: the job is there, and would be lost without.
    pub(crate) fn torn_id(&self) -> Option<String> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let rest = text.trim_start().strip_prefix('{')?.trim_start().strip_prefix("\"id\"")?;
        let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let (id, _) = rest.split_once('"')?;
        crate::runpod::is_id(id).then(|| id.to_owned())
    }
}

fn first_sign(bytes: &[u8]) -> Option<u8> {
    bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    if wanted.is_empty() { None } else { bytes.windows(wanted.len()).position(|window| window == wanted) }
}

fn is_html(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    first_sign(bytes) == Some(b'<')
}

/// The message of an error as the many layers of an API spell it.
fn message(value: &Value) -> Option<&str> {
    if let Value::String(text) = value {
        return Some(text);
    }
    ["error", "message", "detail", "title"].iter().find_map(|name| message(value.get(name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_back_is_hidden_before_anything_is_quoted() {
        // Where the quote would be cut in the middle of it, too.
        for before in [0, QUOTE - 20, QUOTE - 1, HEAD - 3] {
            let body = format!("{}Bearer rpa_SECRET0123 and rpa_SECRET0123", "x".repeat(before));
            let mut answer = Answer::of(500, body.as_bytes());
            answer.location = Some("/elsewhere?key=rpa_SECRET0123".to_owned());
            answer.hide("rpa_SECRET0123");
            assert!(!answer.in_words().contains("rpa_"), "{before}: {}", answer.in_words());
            assert_eq!(answer.location.as_deref(), Some("/elsewhere?key=***"));
        }
    }

    #[test]
    fn one_line_is_quoted_and_no_page() {
        for (body, quoted) in [
            (&br#"{"error":"no such\nthing"}"#[..], Some("no such")),
            (br#"{"error":{"message":"deep"},"id":1}"#, Some("deep")),
            (br#"{"title":"Bad","status":400}"#, Some("Bad")),
            (br#""plain""#, Some("plain")),
            (b"\n  Internal Server Error\r\nmore", Some("Internal Server Error")),
            (b"a\x1b[2Jb", Some("a[2Jb…")),
            (b"<html><body>soup", None),
            (b"\xef\xbb\xbf \n<!DOCTYPE html>", None),
            (b"{\"error\":\"cut", None),
            (b"{}", None),
            (b"", None),
            (b"\xff\xd8\xff", None),
        ] {
            assert_eq!(Answer::of(500, body).quote().as_deref(), quoted, "{}", String::from_utf8_lossy(body));
        }
        let long = Answer::of(500, "ä".repeat(1000).as_bytes()).quote().unwrap();
        assert_eq!(long.chars().count(), QUOTE + 1);
    }

    #[test]
    fn too_large_has_two_spellings() {
        assert!(Answer::of(413, b"").says_too_large());
        assert!(Answer::of(400, b"{\"error\":\"Exceeded max body size of 10MiB\"}").says_too_large());
        assert!(
            !Answer::of(400, b"missing input").says_too_large()
                && !Answer::of(500, b"exceeded max body size").says_too_large()
        );
    }

    #[test]
    fn an_id_is_saved_from_a_torn_answer() {
        for (body, id) in [
            ("{\"id\":\"a-u1\",\"sta", Some("a-u1")),
            (" { \"id\" : \"a-u1\"", Some("a-u1")),
            ("{\"id\":\"a-u", None),
            ("{\"input\":{\"id\":\"b\"}", None),
            ("{\"id\":\"../x\"", None),
            ("", None),
        ] {
            assert_eq!(Answer::of(200, body.as_bytes()).torn_id().as_deref(), id, "{body}");
        }
    }

    #[test]
    fn an_answer_in_words_is_short() {
        assert_eq!(Answer::of(502, b"<html>").in_words(), "502 with an HTML page");
        assert_eq!(Answer::of(503, b"").in_words(), "503 with nothing");
        assert_eq!(Answer::of(500, b"oops").in_words(), "500 with \"oops\"");
        assert_eq!(Answer::of(200, b"[1").in_words(), "200 with 2 bytes that tell nothing");
    }
}
