use serde_json::json;

use super::*;

fn terms() -> Terms {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s3.json");
    let config = json!({
        "endpointUrl": "https://user:hush1@s3.example.com/?k=hush2", "accessId": "hush3", "accessSecret": "hush4",
        "bucketName": "clips", "objectPath": "raw",
    });
    fs_err::write(&file, config.to_string()).unwrap();
    Terms {
        policy: Policy::new(None, None, true).unwrap(),
        webhook: Some("https://hooks.example.com/services/hush5?token=hush6".to_owned()),
        s3_config: Some(S3Config::read(&file).unwrap()),
    }
}

fn input() -> Value {
    json!({
        "template_url": "https://e.com/a.blend?sig=hush7",
        "upload_url": "https://b.s3.example.com/clip.mp4?X-Amz-Signature=hush8",
        "samples": 4,
    })
}

#[test]
fn what_is_shown_and_kept_holds_no_secret() {
    let blend = |_| Ok(Some("hush9".repeat(200_000)));
    let parcel = Parcel::new("a".into(), &input(), &terms(), blend).unwrap();
    for n in 1..=9 {
        assert!(parcel.body().to_string().contains(&format!("hush{n}")), "hush{n} is not sent");
    }
    assert!(!format!("{parcel:?}").contains("hush"), "{parcel:?}");
    assert_eq!(
        *parcel.redacted(),
        json!({
            "input": {
                "template_url": "https://e.com/a.blend?…",
                "upload_url": "https://b.s3.example.com/clip.mp4?…",
                "samples": 4,
                "blend_base64": "… 1.0 MB of base64",
            },
            "policy": {"executionTimeout": 3_600_000, "ttl": 90_000_000, "lowPriority": true},
            "webhook": "https://hooks.example.com/…",
            "s3Config": {
                "endpointUrl": "https://…@s3.example.com/?…", "accessId": "…", "accessSecret": "…",
                "bucketName": "clips", "objectPath": "raw",
            },
        })
    );
}

#[test]
fn a_webhook_is_a_url() {
    let terms = Terms { webhook: Some("example.com/done".to_owned()), ..Terms::default() };
    let error = Parcel::new("a".into(), &input(), &terms, |_| Ok(None)).unwrap_err();
    assert!(error.to_string().contains("--webhook"), "{error}");
}

#[test]
fn the_body_stays_below_the_limit_whatever_it_carries() {
    for extra in [0, 1, 1_000_003, 10_000_000] {
        let input = json!({"parameters": {"text": "é\"\n".repeat(extra / 6)}});
        let parcel = Parcel::new("a".into(), &input, &terms(), |room| Ok(Some("A".repeat(room)))).unwrap();
        let size = serde_json::to_vec(parcel.body()).unwrap().len();
        assert!(size <= LIMIT - HEADROOM && size > LIMIT - 2 * HEADROOM, "{size}");
    }
    let input = json!({"parameters": {"text": "a".repeat(11_000_000)}});
    let error = Parcel::new("a".into(), &input, &Terms::default(), |_| Ok(None)).unwrap_err();
    assert_eq!(error.code(), "too_large");
    assert!(error.to_string().contains("11.0 MB") && error.to_string().contains("10 MiB"), "{error}");
}
