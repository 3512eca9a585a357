//! S3 as it is on a bad day, played by a script.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::{MIB, clip, deliver, ways};
use crate::platform::{Answer, Seen, Server};

/// Which request of S3 it is.
fn verb(seen: &Seen) -> &'static str {
    match (seen.method.as_str(), seen.query("uploadId").is_some()) {
        ("POST", false) => "create",
        ("PUT", true) => "part",
        ("POST", true) => "complete",
        ("DELETE", true) => "abort",
        ("PUT", false) => "put",
        ("HEAD", _) => "head",
        _ => "other",
    }
}

fn xml(status: u16, body: &str) -> Answer {
    Answer::typed(status, "application/xml", body.as_bytes())
}

fn fault(status: u16, code: &str) -> Answer {
    xml(status, &format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>no</Message></Error>"))
}

/// Answers as S3 does, but first each of these to the next request of its kind.
fn server(bytes: u64, faults: Vec<(&'static str, Answer)>) -> Server {
    let faults = Mutex::new(faults);
    Server::start(move |seen| {
        let mut faults = faults.lock().unwrap();
        if let Some(at) = faults.iter().position(|(kind, _)| *kind == verb(seen)) {
            return faults.remove(at).1;
        }
        match verb(seen) {
            // Some servers leave the name space out.
            "create" => xml(
                200,
                "<InitiateMultipartUploadResult><UploadId>a+/=&amp;</UploadId></InitiateMultipartUploadResult>",
            ),
            "part" => Answer::empty(200).with_header("ETag", "\"e\""),
            "complete" => {
                xml(200, "  \n<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>")
            }
            "abort" => Answer::empty(204),
            "head" => Answer::Raw(format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n").into()),
            _ => Answer::empty(200),
        }
    })
}

fn config(server: &Server) -> Value {
    json!({"endpointUrl": server.url("/clips"), "accessId": "a", "accessSecret": "hush"})
}

fn verbs(server: &Server) -> Vec<&'static str> {
    server.seen().iter().map(verb).collect()
}

#[test]
fn whatever_may_pass_is_repeated_part_by_part() {
    let clip = clip(11 * MIB);
    let faults = vec![
        ("create", fault(503, "SlowDown")),
        ("part", Answer::Close),
        ("part", fault(400, "RequestTimeout")),
        ("complete", fault(200, "InternalError")),
        ("complete", Answer::Close),
        ("head", Answer::empty(500)),
    ];
    let server = server(11 * MIB, faults);
    deliver(&ways(None, Some(&config(&server))), clip.path()).unwrap();
    let expected = "create create part part part part part complete complete complete head head";
    assert_eq!(verbs(&server).join(" "), expected);
    let seen = server.seen();
    assert!(seen.iter().skip(2).take(8).all(|seen| seen.query("uploadId").as_deref() == Some("a+/=&")));
    let body = seen[9].text();
    assert_eq!(body.matches("<PartNumber>").count(), 3, "{body}");
}

#[test]
fn every_request_is_signed_in_a_header_with_the_hash_of_its_body() {
    let server = server(11 * MIB, Vec::new());
    deliver(&ways(None, Some(&config(&server))), clip(11 * MIB).path()).unwrap();
    for seen in server.seen() {
        assert!(seen.header("authorization").unwrap().starts_with("AWS4-HMAC-SHA256 Credential=a/"));
        assert!(seen.header("x-amz-content-sha256").unwrap().len() == 64 && !seen.target.contains("X-Amz"));
        assert!(seen.header("transfer-encoding").is_none());
    }
}

#[test]
fn an_upload_that_fails_is_taken_back() {
    let cases = [
        ("part", fault(403, "AccessDenied"), "bucket_refused"),
        ("part", Answer::empty(200), "bucket_refused"),
        ("complete", fault(200, "InvalidPart"), "bucket_refused"),
        ("complete", fault(404, "NoSuchUpload"), "bucket_refused"),
    ];
    for (kind, answer, code) in cases {
        let server = server(6 * MIB, vec![(kind, answer), ("abort", Answer::empty(503))]);
        let error = deliver(&ways(None, Some(&config(&server))), clip(6 * MIB).path()).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(verbs(&server).ends_with(&["abort", "abort"]), "{:?}", verbs(&server));
    }
}

#[test]
fn a_completion_whose_answer_got_lost_is_a_success_when_the_clip_is_there() {
    for there in [6 * MIB, 5] {
        let faults = vec![("complete", Answer::Close), ("complete", fault(404, "NoSuchUpload"))];
        let server = server(there, faults);
        let done = deliver(&ways(None, Some(&config(&server))), clip(6 * MIB).path());
        assert_eq!(done.is_ok(), there == 6 * MIB, "{done:?}");
    }
}

#[test]
fn a_clip_that_is_not_all_there_is_an_error() {
    let missing = server(1000, vec![("head", Answer::empty(404))]);
    for server in [server(999, Vec::new()), missing] {
        let error = deliver(&ways(None, Some(&config(&server))), clip(1000).path()).unwrap_err();
        assert!(error.code() == "clip_incomplete" && error.to_string().contains("of 1000 bytes"), "{error}");
    }
}

#[test]
fn a_key_that_may_only_write_gives_the_place_instead_of_a_dead_link() {
    let server = server(1000, vec![("head", Answer::empty(403))]);
    let url = deliver(&ways(None, Some(&config(&server))), clip(1000).path()).unwrap();
    assert_eq!(url, "s3://clips/job-1.mp4");
}

#[test]
fn a_clock_that_is_wrong_and_a_wrong_region_are_told() {
    let malformed =
        xml(400, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-far-1</Region></Error>");
    let cases = [(fault(403, "RequestTimeTooSkewed"), "clock"), (malformed, "in region eu-far-1")];
    for (answer, why) in cases {
        let server = server(10, vec![("put", answer)]);
        let error = deliver(&ways(None, Some(&config(&server))), clip(10).path()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_bucket_that_is_not_there_is_named_with_its_setting() {
    // The real server of the other tests makes a bucket that it is sent something for.
    for (kind, bytes) in [("put", 10), ("create", 6 * MIB)] {
        let server = server(bytes, vec![(kind, fault(404, "NoSuchBucket"))]);
        let error = deliver(&ways(None, Some(&config(&server))), clip(bytes).path()).unwrap_err();
        assert!(error.to_string().contains("there is no bucket clips"), "{error}");
        assert!(error.hint_text().contains("s3Config.bucketName") && server.seen().len() == 1, "{error:?}");
    }
}

#[test]
fn a_server_that_speaks_something_else_is_no_bucket() {
    let server = Server::start(|_| Answer::html(200));
    let error = deliver(&ways(None, Some(&config(&server))), clip(6 * MIB).path()).unwrap_err();
    assert!(error.to_string().contains("does not speak S3"), "{error}");
}
