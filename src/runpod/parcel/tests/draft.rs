use serde_json::{Value, json};

use super::*;
use crate::paths::Paths;
use crate::runpod::parcel::{LIMIT, Policy};

const SHA: &str = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

/// A library of the bundled templates alone, whose folders are all missing.
fn library() -> Library {
    let root = Path::new("/nonexistent/broll-test");
    let paths = Paths { config: root.into(), data: root.into(), cache: root.into(), state: root.into() };
    Library::new(None, None, &paths)
}

fn request(json: Value) -> RenderRequest {
    serde_json::from_value(json).unwrap()
}

fn named(name: &str, json: Value) -> Result<Draft> {
    Draft::new(Source::Given(name.as_ref()), request(json), &library())
}

fn linked(url: &str, json: Value) -> Result<Draft> {
    Draft::new(Source::Link { url, sha256: SHA }, request(json), &library())
}

fn body(draft: Draft) -> Value {
    draft.pack(&Terms::default(), &Cancel::default()).unwrap().body().clone()
}

#[test]
fn a_request_goes_out_as_it_was_asked() {
    let asked = json!({"template": "ai_cpu_activation", "samples": 7, "parameters": {"glow": "2"}});
    let draft = named("ai_cpu_activation", asked.clone()).unwrap();
    assert!(draft.is_known());
    assert_eq!((draft.name(), draft.encoder()), ("ai_cpu_activation".as_ref(), Encoder::H264Nvenc));
    assert_eq!(body(draft), json!({"input": asked, "policy": Policy::default().to_json()}));
}

#[test]
fn a_template_of_the_endpoint_need_not_be_here() {
    let draft = named("their_own", json!({"parameters": {"anything": 1}, "encoder": "prores_ks"})).unwrap();
    assert_eq!((draft.is_known(), draft.encoder()), (false, Encoder::ProresKs));
    assert_eq!(body(draft)["input"]["template"], "their_own");
}

#[test]
fn what_is_wrong_is_found_before_anything_is_sent() {
    for (name, asked, code) in [
        ("ai_cpu_activation", json!({"parameters": {"glwo": "2"}}), "unknown_parameter"),
        ("ai_cpu_activation", json!({"parameters": {"glow": "9"}}), "bad_parameter"),
        ("ai_cpu_activation", json!({"resolution": [1921, 1080]}), "bad_value"),
        ("their_own", json!({"samples": 0}), "bad_value"),
        ("their_own", json!({"upload_url": "s3://bucket/key"}), "bad_value"),
        ("Their Own", json!({}), "bad_name"),
        ("", json!({}), "bad_name"),
        ("nowhere/a.blend", json!({}), "no_template"),
    ] {
        assert_eq!(named(name, asked).unwrap_err().code(), code, "{name}");
    }
    let not_utf8 = <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"a\xff");
    let error = Draft::new(Source::Given(not_utf8), RenderRequest::default(), &library()).unwrap_err();
    assert_eq!(error.code(), "bad_name");
    assert_eq!(
        linked("https://e.com/a.blend", json!({"parameters": {"a": 1}})).unwrap_err().code(),
        "unknown_parameter"
    );
    for sha256 in ["", "abc", &SHA[1..], &SHA.replace('E', "g")] {
        let source = Source::Link { url: "https://e.com/a.blend", sha256 };
        let error = Draft::new(source, RenderRequest::default(), &library()).unwrap_err();
        assert!(error.to_string().contains("64 hexadecimal digits"), "{error}");
    }
}

#[test]
fn a_link_names_the_clip_and_carries_its_checksum() {
    for (url, name) in [
        ("https://e.com/files/My%20Scene.blend?X-Amz-Signature=hush", "my_scene"),
        ("https://e.com/scene", "scene"),
        ("https://e.com/", "clip"),
        ("https://e.com/….blend", "clip"),
    ] {
        assert_eq!(linked(url, json!({})).map(|draft| draft.name).ok(), Some(name.into()), "{url}");
    }
    let body = body(linked("https://e.com/a.blend?X-Amz-Signature=hush", json!({})).unwrap());
    assert_eq!(
        body["input"],
        json!({"template_url": "https://e.com/a.blend?X-Amz-Signature=hush", "template_sha256": SHA.to_lowercase()})
    );
}

#[test]
fn a_file_travels_along_and_fits() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Mein Würfel.blend");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/blend/v4_2_ntsc_zstd.blend");
    fs_err::copy(fixture, &file).unwrap();
    let draft = Draft::new(Source::Given(file.as_os_str()), RenderRequest::default(), &library()).unwrap();
    assert_eq!((draft.name(), draft.is_known()), ("Mein Würfel".as_ref(), true));
    let body = body(draft);
    assert!(body["input"]["blend_base64"].as_str().unwrap().len() > 1000);
    assert!(body["input"].get("template").is_none() && body.to_string().len() < LIMIT);

    let asked = request(json!({"parameters": {"a": 1}}));
    let error = Draft::new(Source::Given(file.as_os_str()), asked, &library()).unwrap_err();
    assert_eq!(error.code(), "unknown_parameter", "a file on its own declares nothing");

    let whole = fs_err::read(&file).unwrap();
    for (bytes, code) in [
        (&b""[..], "truncated_blend"),
        (&whole[..whole.len() / 2], "truncated_blend"),
        (&b"\xff\xd8\xff\xe0 a picture"[..], "not_a_blend"),
    ] {
        fs_err::write(&file, bytes).unwrap();
        let draft =
            Draft::new(Source::Given(file.as_os_str()), RenderRequest::default(), &library()).unwrap();
        assert_eq!(draft.pack(&Terms::default(), &Cancel::default()).unwrap_err().code(), code);
    }
}
