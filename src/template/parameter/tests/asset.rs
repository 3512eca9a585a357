use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x06\0\0\0";

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn brought(value: &Value) -> Result<Asset, String> {
    Files::Brought.read(Type::Image, value)
}

#[test]
fn a_file_is_the_same_whichever_way_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lo\ngo.png");
    fs_err::write(&path, PNG).unwrap();
    let here = Files::Here.read(Type::Image, &json!(format!("@{}", path.to_str().unwrap()))).unwrap();
    assert_eq!((here.name.as_str(), &*here.bytes), ("lo\\ngo.png", PNG));
    assert_eq!(here.file_name(), format!("{}.png", hex(&Sha256::digest(PNG))));
    let data = base64(PNG);
    for value in [
        json!({"name": "a.png", "data_base64": data}),
        json!({"data_base64": data, "name": null}),
        json!({"data_base64": format!("{}\r\n{}", &data[..8], data[8..].trim_end_matches('='))}),
        json!(format!("data:image/png;base64,{data}")),
        packed(Type::Image, &path).unwrap(),
    ] {
        for files in [Files::Here, Files::Brought] {
            let asset = files.read(Type::Image, &value).unwrap();
            assert_eq!((asset.sha256, asset.extension), (here.sha256.clone(), "png"), "{value}");
        }
    }
}

#[test]
fn a_request_from_elsewhere_reads_no_file_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.png");
    fs_err::write(&path, PNG).unwrap();
    let path = path.to_str().unwrap();
    assert!(brought(&json!(format!("@{path}"))).unwrap_err().contains("no file of the worker is read"));
    for value in [
        json!(path),
        json!({"file": path}),
        json!({"name": "a.png", "data_base64": base64(PNG), "file": path}),
        json!({"path": path}),
        json!({}),
        json!([path]),
        json!(3),
        json!({"name": 3, "data_base64": base64(PNG)}),
        json!({"data_base64": 3}),
    ] {
        assert!(brought(&value).unwrap_err().contains("data_base64"), "{value}");
    }
    let named = brought(&json!({"name": format!("../../{path}"), "data_base64": base64(PNG)})).unwrap();
    assert!(
        !named.file_name().contains(['/', '.', ' ']) || named.file_name() == format!("{}.png", named.sha256)
    );
}

#[test]
fn what_cannot_be_used_says_why() {
    for (value, said) in [
        (json!({"data_base64": ""}), "it is empty"),
        (json!("data:image/png;base64,"), "it is empty"),
        (json!({"data_base64": "*"}), "not base64"),
        (json!({"data_base64": base64(b"hello")}), "no image that Blender reads"),
        (json!({"data_base64": base64(b"wOF2")}), "no image"),
        (json!({"data_base64": "A".repeat(100 << 20)}), "at most 67.1 MB are taken"),
    ] {
        let why = brought(&value).unwrap_err();
        assert!(why.contains(said), "{why}");
    }
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    fs_err::File::create(&large).unwrap().set_len(LARGEST + 1).unwrap();
    for (path, said) in [
        ("/nonexistent/broll.png", "there is no file"),
        ("", "no file is named"),
        ("/dev/zero", "is not a file"),
        (folder.path().to_str().unwrap(), "is not a file"),
        (large.to_str().unwrap(), "at most 67.1 MB"),
        ("/etc/passwd", "no image"),
    ] {
        let why = Files::Here.read(Type::Image, &json!(format!("@{path}"))).unwrap_err();
        assert!(why.contains(said), "{why}");
    }
}

#[test]
fn what_is_shown_holds_no_files() {
    let data = "A".repeat(12_345);
    let shown = redacted(&json!({"name": "logo.png", "data_base64": data}));
    assert_eq!(shown, json!({"name": "logo.png", "data_base64": "… 12.3 kB of base64"}));
    assert_eq!(redacted(&json!(format!("data:;base64,{data}"))), "… 12.4 kB of base64");
    for plain in [json!("@logo.png"), json!(3), json!({"a": [1]})] {
        assert_eq!(redacted(&plain), plain);
    }
}
