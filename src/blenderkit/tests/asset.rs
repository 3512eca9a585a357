use super::*;
use serde_json::json;

/// As the API answers, fields that nobody here reads included.
fn real() -> Value {
    json!({
        "access": "full", "addonVersion": "3.12.1", "assetBaseId": "3f2a91c0-5b1e-4c7d-9a60-2f8e1d4b7c35",
        "assetType": "scene", "canDownload": true, "canDownloadError": false, "basePrice": "0.00",
        "author": {"id": 355624, "firstName": "Ana", "lastName": "Lee", "fullName": "Ana Lee", "aboutMe": null},
        "dictParameters": {"faceCount": 20384, "renderEngine": "CYCLES", "animated": true},
        "displayName": "Neon City", "name": "neon city", "description": "A street at night.\r\nMore.",
        "files": [
            {"fileType": "thumbnail", "downloadUrl": "https://x/t/", "resolution": null},
            {"fileType": "blend", "downloadUrl": "https://x/b/", "fileUploadSize": 51_777_067, "resolution": null},
            {"fileType": "resolution_2K", "downloadUrl": "https://x/2/", "fileUploadSize": 12_000_000.0}
        ],
        "filesSize": 51_777_067.0, "id": "83d164c8-2aa1-4be4-bceb-ebb4f2cdc280", "isFree": true, "license": "cc_zero",
        "sourceAppName": "blender", "sourceAppVersion": "4.2.1", "tags": ["neon", "city", null], "score": 40.3,
        "ratingsAverage": {}, "verificationStatus": "validated", "lastVideoUpload": null
    })
}

#[test]
fn a_result_is_understood() {
    let asset = Asset::of(&real()).unwrap();
    assert_eq!(
        (asset.id.as_str(), asset.version_id.as_str()),
        ("3f2a91c0-5b1e-4c7d-9a60-2f8e1d4b7c35", "83d164c8-2aa1-4be4-bceb-ebb4f2cdc280")
    );
    assert_eq!(
        (asset.name.as_str(), asset.kind.as_str(), asset.author.as_str()),
        ("Neon City", "scene", "Ana Lee")
    );
    assert_eq!(
        (&asset.license, asset.free, asset.can_download, &asset.refusal),
        (&License::CcZero, Some(true), Some(true), &None)
    );
    assert_eq!(
        (asset.bytes, asset.faces, asset.blender),
        (Some(51_777_067), Some(20384), Some(Version(4, 2, 1)))
    );
    assert_eq!(asset.tags, ["neon", "city"]);
    let sizes: Vec<_> = asset.files.iter().map(|file| (file.label(), file.bytes)).collect();
    assert_eq!(sizes, [("original".to_owned(), Some(51_777_067)), ("2k".to_owned(), Some(12_000_000))]);
}

#[test]
fn every_field_may_be_missing_null_or_of_another_type() {
    let whole = real();
    for name in whole.as_object().unwrap().keys() {
        for other in
            [json!(null), json!([]), json!({}), json!(""), json!(-1), json!(1e300), json!("x"), json!(true)]
        {
            let mut changed = whole.clone();
            changed[name] = other;
            assert!(Asset::of(&changed).is_some(), "{name}");
        }
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove(name);
        assert!(Asset::of(&less).is_some(), "{name}");
    }
    for none in [json!({}), json!(null), json!([]), json!("x"), json!({"id": "", "assetBaseId": null})] {
        assert_eq!(Asset::of(&none), None, "{none}");
    }
    assert_eq!(Asset::of(&json!({"id": 7})).unwrap().version_id, "7");
}

#[test]
fn a_refusal_is_false_or_an_object() {
    for (value, said) in [
        (json!(false), None),
        (json!(null), None),
        (json!({"messages": ["User is anonymous"], "type": "anonymous_user"}), Some("User is anonymous")),
        (json!({"messages": ["a", "b", 3]}), Some("a; b")),
        (json!({"type": "plan"}), Some("plan")),
        (json!({"messages": []}), None),
        (json!("No"), Some("No")),
    ] {
        let asset = Asset::of(&json!({"id": "x", "canDownloadError": value})).unwrap();
        assert_eq!(asset.refusal.as_deref(), said, "{value}");
    }
}

#[test]
fn versions_compare_by_their_first_two_numbers() {
    let saved_by = |text: &str| Asset::of(&json!({"id": "x", "sourceAppVersion": text})).unwrap();
    for (text, newer) in [
        ("4.2.9", false),
        ("4.3", true),
        ("5.0.1 Alpha", true),
        ("3.6", false),
        ("", false),
        ("beta", false),
        ("4", false),
    ] {
        assert_eq!(saved_by(text).newer_than(Version(4, 2, 0)), newer, "{text}");
    }
}

#[test]
fn a_page_is_one_with_results() {
    let page = json!({"count": 72, "next": "https://x/?page=2", "previous": null, "facets": {}, "results": [real(), {}, null, 3]});
    let page = Page::parse(page.to_string().as_bytes()).unwrap();
    assert_eq!((page.count, page.more, page.assets.len()), (72, true, 1));
    let last = Page::parse(br#"{"count":null,"next":null,"results":[]}"#).unwrap();
    assert_eq!((last.count, last.more, last.assets.len()), (0, false, 0));
    for none in [&b""[..], b"[]", b"{}", b"{\"results\":null}", b"{\"results\":[", b"<html>", b"\xff"] {
        assert_eq!(Page::parse(none), None, "{}", String::from_utf8_lossy(none));
    }
}

#[test]
fn what_strangers_wrote_stays_on_its_line() {
    let bad = "Neon\r\nerror: \u{1b}[31mrun \u{202e}this\u{2066}";
    let value = json!({
        "id": "x", "name": bad, "license": bad, "author": {"fullName": bad}, "tags": [bad, "\u{202e}", "b"],
        "canDownloadError": {"messages": [bad]},
    });
    let asset = Asset::of(&value).unwrap();
    let good = "Neon error: [31mrun this";
    assert_eq!((asset.name.as_str(), asset.author.as_str(), asset.license.text()), (good, good, good));
    assert_eq!((asset.tags, asset.refusal.as_deref()), (vec![good.to_owned(), "b".to_owned()], Some(good)));
    // A name of nothing but such marks is none.
    let value = json!({"id": "x", "displayName": "\u{202e}\n", "name": "neon"});
    assert_eq!(Asset::of(&value).unwrap().name, "neon");
    assert_eq!(one_line(&"ä".repeat(500)).chars().count(), LONGEST);
}
