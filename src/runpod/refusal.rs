//! Why a request came to nothing, for people. Pure.

use super::Endpoint;
use super::key::KeyOrigin;
use super::retry::End;
use crate::error::{Error, Kind};
use crate::net::Answer;

/// What was asked, as far as it matters for the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To run a job.
    Run,
    /// About the endpoint.
    Endpoint,
    /// About a job.
    Job,
}

/// The error for an end. Of `secret` nothing appears in it, even if the endpoint sends it back.
pub(super) fn explain(
    asked: Asked,
    end: End,
    endpoint: &Endpoint,
    key: Option<&KeyOrigin>,
    secret: Option<&str>,
) -> Error {
    let hide = |text: String| match secret {
        Some(secret) => text.replace(secret, "***"),
        None => text,
    };
    match end {
        End::Refused(answer) => refused(asked, &answer, endpoint, key, &hide),
        End::GaveUp(why) => Error::remote(
            "endpoint_unreachable",
            format!("endpoint {endpoint} cannot be reached, or is busy"),
        )
        .because(hide(why))
        .hint("check the network and `broll endpoint health`, then run the same command again"),
        End::TooLong(why) => {
            let text = format!("an answer of endpoint {endpoint} is longer than broll reads");
            Error::remote("answer_too_long", text)
                .because(hide(why))
                .hint("let the worker deliver to S3 or to a network volume, or ask for a smaller clip")
        }
        End::Astray(why) => Error::remote(
            "redirected",
            format!("endpoint {endpoint} sends the request elsewhere, and to no end"),
        )
        .because(hide(why))
        .hint("check endpoint_base_url: `broll config show` says where it comes from"),
        End::Lost(why) => {
            Error::remote("answer_lost", format!("it is not known whether endpoint {endpoint} did it"))
                .because(hide(why))
        }
        End::Cancelled => Error::new(Kind::Interrupted, "interrupted", "interrupted"),
    }
}

fn refused(
    asked: Asked,
    answer: &Answer,
    endpoint: &Endpoint,
    key: Option<&KeyOrigin>,
    hide: &dyn Fn(String) -> String,
) -> Error {
    let told = hide(format!("it answered {}", answer.in_words()));
    let failed = |code, message: String| Error::remote(code, message).because(&told);
    match answer.status {
        401 | 403 => {
            let whose = key.map_or_else(
                || "a request without an API key".to_owned(),
                |from| format!("the API key from {from}"),
            );
            failed("key_refused", format!("endpoint {endpoint} refused {whose}"))
                .hint("check that the key is right, not revoked, and may use this endpoint; `broll login` takes a new one")
        }
        _ if answer.says_too_large() => {
            failed("too_large", format!("the request is too large for endpoint {endpoint}")).hint(
                "RunPod takes 10 MiB with `run`: put the template on the endpoint, or name it with a URL",
            )
        }
        404 if asked != Asked::Job => failed("no_endpoint", format!("there is no endpoint {endpoint}"))
            .hint("check the id: `broll config show`, RUNPOD_ENDPOINT_ID, --endpoint"),
        300..=399 => {
            let to = answer.location.as_deref().and_then(|to| to.parse::<crate::net::Url>().ok());
            let to = to.and_then(|url| url.host_str().map(str::to_owned));
            let to = to.map_or_else(String::new, |host| format!(" to {host}"));
            failed("redirected", format!("endpoint {endpoint} sends the request elsewhere{to}"))
                .hint("check endpoint_base_url: nothing is sent to a host that was not named")
        }
        _ => failed("refused", format!("endpoint {endpoint} refused the request"))
            .hint("see the endpoint's page and `broll endpoint health`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(asked: Asked, status: u16, body: &str) -> Error {
        let location = Some("https://elsewhere.example/x?token=1".to_owned());
        let answer = Answer { location, ..Answer::of(status, body.as_bytes()) };
        let endpoint = Endpoint::new("https://api.runpod.ai/v2", "abc").unwrap();
        explain(asked, End::Refused(answer), &endpoint, Some(&KeyOrigin::Variable), Some("rpa_SECRET"))
    }

    #[test]
    fn each_refusal_has_its_own_words() {
        for (asked, status, body, code, words) in [
            (Asked::Run, 401, "", "key_refused", "the API key from RUNPOD_API_KEY"),
            (Asked::Job, 403, "<html>", "key_refused", "an HTML page"),
            (Asked::Run, 413, "", "too_large", "too large"),
            (Asked::Run, 400, "exceeded max body size of 10MiB", "too_large", "too large"),
            (Asked::Run, 400, r#"{"error":"missing input"}"#, "refused", "\"missing input\""),
            (Asked::Run, 404, "", "no_endpoint", "there is no endpoint abc (https://api.runpod.ai/v2)"),
            (Asked::Endpoint, 404, "<html>", "no_endpoint", "404"),
            (Asked::Run, 307, "", "redirected", "elsewhere to elsewhere.example"),
            (Asked::Run, 402, "no balance", "refused", "no balance"),
        ] {
            let error = told(asked, status, body);
            assert_eq!((error.code(), error.kind().exit_code()), (code, 5), "{error}");
            assert!(error.to_string().contains(words), "{words}: {error}");
            assert!(!error.to_string().contains("token=1"), "{error}");
        }
    }

    #[test]
    fn a_key_that_is_sent_back_is_not_shown() {
        let error = told(Asked::Run, 401, r#"{"error":"bad key rpa_SECRET"}"#);
        assert!(error.to_string().contains("bad key ***") && !error.to_json().to_string().contains("SECRET"));
    }
}
