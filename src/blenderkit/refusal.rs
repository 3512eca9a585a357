//! Why a request to the service came to nothing, for people. Pure.

use std::time::Duration;

use super::key::VARIABLE;
use crate::error::Error;
use crate::net::Answer;

/// What follows from an answer that is not what was wanted.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The same once more may do, not before the time the server asks for.
    Passing { error: Error, asked: Option<Duration> },
    /// No further try can help.
    Lasting(Error),
    /// There is no such thing.
    Missing,
    /// Whoever asks may not have it; in the service's words.
    Forbidden(Option<String>),
}

/// Judges an answer of the API. `with_key` tells whether a key went along.
pub(super) fn judge(answer: &Answer, with_key: bool) -> Refusal {
    let told = format!("it answered {}", answer.in_words());
    let html = answer.is_html();
    match answer.status {
        // Too much of an answer does not become less.
        _ if answer.too_long => Refusal::Lasting(
            Error::remote("bad_answer", "BlenderKit's answer is too large").because(told).hint(UPDATE),
        ),
        // The service itself answers in JSON; Cloudflare with a page, or with `error code: 1020`.
        401..=403 | 503 if html || answer.body.starts_with(b"error code:") => Refusal::Lasting(blocked().because(told)),
        401 if with_key => Refusal::Lasting(
            Error::remote("key_refused", format!("BlenderKit does not accept the API key in {VARIABLE}"))
                .because(told)
                .hint("copy the key again from your profile at BlenderKit: keys expire; or unset it, free assets may need none"),
        ),
        401..=403 => Refusal::Forbidden(answer.quote()),
        404 | 410 => Refusal::Missing,
        429 => Refusal::Passing {
            error: Error::remote("rate_limited", "BlenderKit wants fewer requests")
                .because(told)
                .hint(wait_hint(answer.retry_after)),
            asked: answer.retry_after,
        },
        408 | 425 | 500.. => Refusal::Passing { error: unreachable().because(told), asked: answer.retry_after },
        200..300 if html => Refusal::Passing { error: blocked().because(told), asked: None },
        200..300 if answer.broken.is_some() => Refusal::Passing { error: unreachable().because(told), asked: None },
        _ => Refusal::Lasting(
            Error::remote("bad_answer", "BlenderKit's answer is none that broll knows").because(told).hint(UPDATE),
        ),
    }
}

const UPDATE: &str =
    "check BROLL_BLENDERKIT_URL; if it is right, BlenderKit's API has changed: look for a newer broll";

fn wait_hint(asked: Option<Duration>) -> String {
    let when = asked.map_or_else(|| "in some minutes".to_owned(), |time| format!("in {} s", time.as_secs()));
    format!("run the same command again {when}")
}

/// The service cannot be reached, or does not answer well.
pub(super) fn unreachable() -> Error {
    Error::remote("blenderkit_unreachable", "BlenderKit cannot be reached")
        .hint("check the network and BROLL_BLENDERKIT_URL, then run the same command again")
}

/// Something between here and the service answers in its place.
fn blocked() -> Error {
    Error::remote("blenderkit_blocked", "a protection page stands in front of BlenderKit").hint(
        "wait a while, or try from another network: VPNs, proxies and data centres are blocked at times",
    )
}

/// A request that somebody ended.
pub(super) fn interrupted() -> Error {
    Error::interrupted("interrupted while BlenderKit was asked").hint("run the same command again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, body: &[u8], with_key: bool) -> String {
        match judge(&Answer::of(status, body), with_key) {
            Refusal::Passing { error, .. } => format!("again {}", error.code()),
            Refusal::Lasting(error) => format!("over {}", error.code()),
            Refusal::Missing => "missing".to_owned(),
            Refusal::Forbidden(why) => format!("forbidden {}", why.unwrap_or_default()),
        }
    }

    #[test]
    fn each_status_has_its_meaning() {
        let html = b"<!DOCTYPE html><title>Just a moment...</title>";
        for (status, body, with_key, meaning) in [
            (
                401,
                &b"{\"detail\":\"Unauthorized access. Please log in.\"}"[..],
                false,
                "forbidden Unauthorized access. Please log in.",
            ),
            (401, b"{\"detail\":\"Invalid token.\"}", true, "over key_refused"),
            (402, b"{\"detail\":\"limit of models exceeded\"}", true, "forbidden limit of models exceeded"),
            (
                403,
                b"{\"detail\":\"Must have full plan\",\"statusCode\":403}",
                true,
                "forbidden Must have full plan",
            ),
            (403, b"", false, "forbidden "),
            (403, b"error code: 1020", false, "over blenderkit_blocked"),
            (401, html, true, "over blenderkit_blocked"),
            (403, html, false, "over blenderkit_blocked"),
            (503, html, false, "over blenderkit_blocked"),
            (404, html, false, "missing"),
            (429, html, false, "again rate_limited"),
            (500, b"", false, "again blenderkit_unreachable"),
            (503, b"", false, "again blenderkit_unreachable"),
            (200, html, false, "again blenderkit_blocked"),
            (200, b"[]", false, "over bad_answer"),
            (400, b"{\"detail\":\"x\"}", false, "over bad_answer"),
            (302, b"", false, "over bad_answer"),
        ] {
            assert_eq!(told(status, body, with_key), meaning, "{status} {}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_rate_limit_tells_how_long() {
        let answer = Answer { retry_after: Some(Duration::from_secs(90)), ..Answer::of(429, b"") };
        let Refusal::Passing { error, asked } = judge(&answer, false) else { panic!("it may pass") };
        assert!(error.hint_text().contains("in 90 s") && asked == Some(Duration::from_secs(90)));
    }
}
