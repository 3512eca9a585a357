//! What a real S3 server refuses, told so that it can be corrected.

use broll::deliver::Ways;
use broll::error::Error;

use super::bucket::{Bucket, KEY, SECRET};
use super::{MIB, QUICK, clip, deliver, ways};

/// The error for a small clip and for one in parts: the same.
fn refusals(bucket: &Bucket, other: &[(&str, &str)]) -> [Error; 2] {
    let ways = ways(None, Some(&bucket.config(other)));
    let errors = [1000, 6 * MIB].map(|bytes| deliver(&ways, clip(bytes).path()).unwrap_err());
    for error in &errors {
        let shown = format!("{error:?}");
        assert!(!shown.contains(SECRET) && !shown.contains("not-the-secret"), "{shown}");
    }
    assert!(bucket.objects().is_empty() && bucket.unfinished().is_empty());
    errors
}

#[test]
fn a_wrong_key_and_a_wrong_secret_are_told_apart() {
    let bucket = Bucket::start();
    let cases = [
        ("accessId", "AKIAOTHER", "the access key is not known", "s3Config.accessId"),
        ("accessSecret", "not-the-secret", "the secret does not belong", "s3Config.accessSecret"),
    ];
    for (member, value, why, name) in cases {
        for error in refusals(&bucket, &[(member, value)]) {
            assert!(error.to_string().contains(why) && error.hint_text().contains(name), "{error:?}");
            assert_eq!(error.kind().exit_code(), 1);
        }
    }
}

#[test]
fn the_bucket_of_the_environment_is_corrected_by_its_variables() {
    let bucket = Bucket::start();
    let endpoint = format!("{}/clips", bucket.url);
    let env = |name: &str| match name {
        "BUCKET_ENDPOINT_URL" => Some(endpoint.clone()),
        "BUCKET_ACCESS_KEY_ID" => Some(KEY.to_owned()),
        "BUCKET_SECRET_ACCESS_KEY" => Some("not-the-secret".to_owned()),
        _ => None,
    };
    let ways = Ways::new(0, None, None, &env, None).unwrap().tuned(QUICK);
    let error = deliver(&ways, clip(10).path()).unwrap_err();
    assert!(error.hint_text().contains("BUCKET_SECRET_ACCESS_KEY"), "{error:?}");
    assert!(error.kind().exit_code() == 3 && !format!("{error:?}").contains("not-the-secret"));
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let bucket = Bucket::start();
    let ways = ways(None, Some(&bucket.config(&[])));
    drop(bucket);
    let error = deliver(&ways, clip(10).path()).unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("bucket_unreachable", 5));
    assert!(error.to_string().contains("bucket clips at 127.0.0.1"), "{error}");
}
