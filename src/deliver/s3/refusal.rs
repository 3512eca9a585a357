//! What an S3 server refuses, in words that name the setting to correct.

use super::settings::{Origin, Store};
use crate::deliver::sender::Answer;
use crate::error::Error;
use crate::net::Failure;

/// The longest message of a server that is passed on.
const LONGEST: usize = 300;

/// An answer that is a no.
pub(super) fn refused(store: &Store, answer: &Answer) -> Error {
    let origin = store.origin;
    let (bucket, host) = (store.place.bucket.name(), &store.place.host);
    let code = answer.fault().unwrap_or_default();
    let correct = |name: &str| format!("correct {name}");
    let (why, hint) = match (code.as_str(), answer.status) {
        ("InvalidAccessKeyId" | "InvalidAccessKey" | "NotSignedUp", _) => {
            ("the access key is not known there".to_owned(), correct(origin.key()))
        }
        ("SignatureDoesNotMatch", _) => (
            "the secret does not belong to the access key".to_owned(),
            format!("correct {} (or {}, if the secret is right)", origin.secret(), origin.key()),
        ),
        ("NoSuchBucket" | "InvalidBucketName", _) => (
            format!("there is no bucket {bucket}"),
            format!("correct {} or {}", origin.bucket(), origin.endpoint()),
        ),
        ("RequestTimeTooSkewed" | "RequestExpired", _) => (
            "this machine's clock differs from the server's by more than it allows".to_owned(),
            "set the clock of the machine that the worker runs on, or send the job to another one".to_owned(),
        ),
        ("AuthorizationHeaderMalformed" | "PermanentRedirect" | "TemporaryRedirect", _) | ("", 300..=399) => {
            let region = answer.element("Region").filter(|region| is_word(region));
            let elsewhere = region.or_else(|| answer.header("x-amz-bucket-region").map(str::to_owned));
            let own = store.place.bucket.region();
            let why = match elsewhere.filter(|region| region != own) {
                Some(region) => format!("the bucket is in region {region}, not {own}"),
                None => format!("the bucket is in another region than {own}"),
            };
            (why, format!("set {}", origin.region()))
        }
        ("AccessDenied" | "AllAccessDisabled" | "InvalidObjectState", _) | ("", 401 | 403) => (
            format!("the access key may not write there (prefix {:?})", store.prefix),
            "allow it s3:PutObject, s3:GetObject and s3:AbortMultipartUpload".to_owned(),
        ),
        ("QuotaExceeded" | "EntityTooLarge" | "InsufficientStorage" | "XMinioStorageFull", _) | (_, 507) => (
            "there is no room for the clip".to_owned(),
            "free some space in the bucket, or choose another one".to_owned(),
        ),
        (_, 408 | 429 | 500..) => (
            "the server is not able to take it at the moment".to_owned(),
            "submit the job again later".to_owned(),
        ),
        _ => ("the server does not accept it".to_owned(), format!("check {}", origin.endpoint())),
    };
    let message = format!("bucket {bucket} at {host} refuses the clip");
    let error = match (origin, answer.status) {
        (_, 408 | 429 | 500..) => Error::remote("bucket_refused", message),
        (Origin::Environment, _) => Error::environment("bucket_refused", message),
        (Origin::Request, _) => Error::bad_input("bucket_refused", message),
    };
    error.because(why).because(told(store, answer, &code)).hint(hint)
}

/// No answer at all.
pub(super) fn unreachable(store: &Store, failure: &Failure) -> Error {
    let message = format!("the clip could not be sent to {}", store.words());
    Error::remote("bucket_unreachable", message)
        .because(failure)
        .hint(format!("check {}, and that it can be reached from the worker", store.origin.endpoint()))
}

/// Status, code and message as the server puts them.
fn told(store: &Store, answer: &Answer, code: &str) -> String {
    let code = if is_word(code) { format!(" {code}") } else { String::new() };
    let message = answer.element("Message").unwrap_or_default();
    let message: String = message.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let secret =
        [store.credentials.secret(), store.credentials.key()].iter().any(|own| message.contains(own));
    let message = if secret || message.is_empty() { String::new() } else { format!(": {message}") };
    format!("it answered {}{code}{}", answer.status, message.trim_end_matches('.'))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() < 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn store() -> Store {
        let config = json!({"endpointUrl": "https://s3.eu-west-1.amazonaws.com", "accessId": "AKIAHUSH",
            "accessSecret": "hush", "bucketName": "clips"});
        Store::from_request(&config).unwrap()
    }

    fn error(status: u16, code: &str, more: &str) -> Error {
        let body = format!("<Error><Code>{code}</Code>{more}</Error>");
        let body = if code.is_empty() { String::new() } else { body };
        refused(&store(), &Answer { status, headers: Default::default(), body, repeated: false, sent: 0 })
    }

    #[test]
    fn each_refusal_names_what_to_correct() {
        let cases = [
            (403, "InvalidAccessKeyId", "not known", "accessId"),
            (403, "SignatureDoesNotMatch", "does not belong", "accessSecret"),
            (404, "NoSuchBucket", "no bucket clips", "bucketName"),
            (403, "RequestTimeTooSkewed", "clock", "clock"),
            (301, "PermanentRedirect", "another region", "endpointUrl"),
            (403, "AccessDenied", "may not write", "s3:PutObject"),
            (403, "", "may not write", "s3:PutObject"),
            (507, "", "no room", "space"),
            (503, "SlowDown", "at the moment", "later"),
            (418, "Teapot", "418 Teapot", "endpointUrl"),
        ];
        for (status, code, why, hint) in cases {
            let error = error(status, code, "");
            assert!(error.to_string().contains(why) && error.hint_text().contains(hint), "{code}: {error:?}");
        }
    }

    #[test]
    fn the_region_that_the_server_tells_is_passed_on() {
        let error = error(400, "AuthorizationHeaderMalformed", "<Region>us-west-2</Region>");
        assert!(error.to_string().contains("in region us-west-2, not eu-west-1"), "{error}");
    }

    #[test]
    fn a_server_that_sends_secrets_or_rubbish_back_is_not_quoted() {
        for message in ["got hush", "<AKIAHUSH>", "key AKIAHUSH"] {
            let error = error(403, "AccessDenied", &format!("<Message>{message}</Message>"));
            assert!(!format!("{error:?}").to_lowercase().contains("hush"), "{error:?}");
        }
        let error = error(403, "\u{1b}[2J", &format!("<Message>\u{1b}[2J{}</Message>", "x".repeat(9999)));
        assert!(!error.to_string().contains('\u{1b}') && error.to_string().len() < 1000, "{error}");
    }
}
