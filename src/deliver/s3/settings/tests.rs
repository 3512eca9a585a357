use super::*;
use serde_json::json;

const FULL: [(&str, &str); 4] = [
    ("BUCKET_ENDPOINT_URL", "https://s3.eu-west-1.amazonaws.com"),
    ("BUCKET_ACCESS_KEY_ID", "AKIA"),
    ("BUCKET_SECRET_ACCESS_KEY", "hush"),
    ("BUCKET_NAME", "clips"),
];

fn from(set: &[(&str, &str)]) -> Result<Option<Store>> {
    Store::from_env(&|name| {
        set.iter().rev().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn a_bucket_is_all_set_up_or_the_missing_variable_is_named() {
    assert!(from(&[]).unwrap().is_none());
    assert!(from(&[("AWS_REGION", "x"), ("BUCKET_ENDPOINT_URL", " ")]).unwrap().is_none());
    assert!(from(&FULL).unwrap().is_some());
    for left_out in 0..3 {
        let mut set = FULL.to_vec();
        let (name, _) = set.remove(left_out);
        let error = from(&set).unwrap_err();
        assert!(error.message().starts_with(&format!("{name} is missing")), "{error}");
        assert!(!format!("{error:?}").contains("hush"));
    }
    let error = from(&FULL[..3]).unwrap_err();
    assert!(error.message().contains("no bucket") && error.hint_text().contains("BUCKET_NAME"), "{error}");
    let others = [FULL[3], ("BUCKET_PREFIX", ".."), ("BUCKET_REGION", "no region")];
    assert!(from(&others).unwrap().is_none(), "they are of no use alone");
}

#[test]
fn values_are_taken_as_web_forms_leave_them() {
    let mut set = FULL.to_vec();
    set.extend([
        ("BUCKET_SECRET_ACCESS_KEY", "hush\n"),
        ("BUCKET_PREFIX", "/a/b c/"),
        ("BUCKET_REGION", " here "),
    ]);
    let store = from(&set).unwrap().unwrap();
    assert_eq!((store.credentials.secret(), store.prefix.as_str()), ("hush", "a/b c/"));
    assert_eq!(store.place.bucket.region(), "here");
}

#[test]
fn a_prefix_stays_inside_the_bucket() {
    for path in ["..", "a/../b", "a//b", "./a", "a/\u{7}", &"x".repeat(900)] {
        assert_eq!(prefix(path), None, "{path}");
    }
    assert_eq!(prefix("//").as_deref(), Some(""));
    let error = from(&[&FULL[..], &[("BUCKET_PREFIX", "..")]].concat()).unwrap_err();
    assert!(error.message().contains("BUCKET_PREFIX"), "{error}");
}

#[test]
fn a_request_brings_its_own_bucket() {
    let config = json!({"endpointUrl": "https://s3.example", "accessId": "a", "accessSecret": "hush",
        "bucketName": "mine", "objectPath": "out", "newer": 1});
    let store = Store::from_request(&config).unwrap();
    assert_eq!((store.words().as_str(), store.prefix.as_str()), ("bucket mine at s3.example", "out/"));
    for wrong in [json!("hush"), json!(["hush"]), json!({"accessSecret": ["hush"]}), json!(7), json!({})] {
        let error = Store::from_request(&wrong).unwrap_err();
        assert_eq!(error.code(), "bad_s3_config");
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
    let error = Store::from_request(&json!({"endpointUrl": "https://s3.example"})).unwrap_err();
    assert!(error.message().contains("s3Config.accessId is missing"), "{error}");
}

#[test]
fn a_key_that_would_break_a_header_is_refused_unseen() {
    for key in ["a\nb", "a b", "a/b", "ä"] {
        let set = [&FULL[..], &[("BUCKET_ACCESS_KEY_ID", key)]].concat();
        let error = from(&set).unwrap_err();
        assert!(error.message() == "BUCKET_ACCESS_KEY_ID is no access key", "{error}");
    }
}
