//! Downloads opened in a real Blender: made one file, with nothing of this machine in it and nothing run.

use std::os::unix::fs::symlink;
use std::time::Duration;

use broll::blender::{Program, SessionOptions, install_driver};
use broll::blenderkit::{OneFile, pack};
use broll::interrupt::Cancel;
use broll::paths::Paths;
use broll::template::blend_file::check_whole;
use serde_json::json;
use tempfile::TempDir;

use crate::common::{Stage, blender, scene};
use crate::worker::server::{Answer, Server};

const ID: &str = "3f2a91c0-5b1e-4c7d-9a60-2f8e1d4b7c35";

/// Packs `from` below the root as `to`.
fn packed(root: &TempDir, from: &str, to: &str) -> broll::error::Result<OneFile> {
    let folder = |name: &str| root.path().join(name);
    let paths = Paths { config: folder("c"), data: folder("d"), cache: folder("k"), state: folder("s") };
    let (driver, home) = install_driver(&paths)?;
    let options = SessionOptions {
        program: Program::Module(blender()),
        version: None,
        driver,
        home,
        log: folder("log"),
        stall_timeout: Duration::from_secs(120),
        cancel: Cancel::default(),
        visible: None,
    };
    pack(&options, &folder(from), &folder(to))
}

fn names(done: &OneFile) -> Vec<&str> {
    let mut names: Vec<&str> = done.external.iter().map(|file| file.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn textures_beside_a_file_go_inside_and_no_other_file_does() {
    let root = tempfile::tempdir().unwrap();
    for folder in ["in", "alone"] {
        fs_err::create_dir(root.path().join(folder)).unwrap();
    }
    let beside = scene("beside").with_file_name("beside.png");
    let elsewhere = scene("beside").with_file_name("elsewhere").join("elsewhere.png");
    fs_err::copy(scene("beside"), root.path().join("in/a.blend")).unwrap();
    fs_err::copy(beside, root.path().join("in/beside.png")).unwrap();
    symlink(&elsewhere, root.path().join("in/linked.png")).unwrap();
    assert!(elsewhere.is_file());
    let before = fs_err::read(root.path().join("in/a.blend")).unwrap();
    let done = packed(&root, "in/a.blend", "alone/b.blend").unwrap();
    assert!(done.saved);
    assert_eq!(names(&done), ["Elsewhere", "Linked"]);
    assert!(fs_err::read(root.path().join("in/a.blend")).unwrap() == before, "the download was changed");
    check_whole(&root.path().join("alone/b.blend")).unwrap();
    // On its own it still has the one texture, and a second look finds nothing to do.
    let again = packed(&root, "alone/b.blend", "alone/c.blend").unwrap();
    assert_eq!((again.saved, names(&again)), (false, vec!["Elsewhere", "Linked"]));
    assert!(!root.path().join("alone/c.blend").exists());
    for folder in ["in", "alone"] {
        assert!(!root.path().join(folder).join("ran").exists(), "the file's script ran");
    }
    let error = packed(&root, "in/beside.png", "alone/d.blend").unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("unreadable_in_blender", 4));
    assert!(!root.path().join("alone/d.blend").exists());
}

#[test]
fn an_asset_is_added_as_it_is_and_rendered() {
    let file = fs_err::read(scene("beside")).unwrap();
    let bytes = file.len();
    let server = Server::start(move |seen| {
        let host = format!("http://{}", seen.header("host").unwrap());
        match seen.path.as_str() {
            "/api/v1/search/" => Answer::json(
                200,
                &json!({"count": 1, "next": null, "results": [{
                    "id": "83d164c8-2aa1-4be4-bceb-ebb4f2cdc280", "assetBaseId": ID, "assetType": "scene", "isFree": true,
                    "displayName": "Corner", "canDownload": true, "canDownloadError": false, "license": "cc_zero",
                    "author": {"fullName": "Ana"}, "sourceAppVersion": "4.2.0", "filesSize": bytes,
                    "files": [{"fileType": "blend", "downloadUrl": format!("{host}/api/v1/downloads/x/")}],
                }]}),
            ),
            "/api/v1/downloads/x/" => {
                Answer::json(200, &json!({"filePath": format!("{host}/x.blend?verify=1")}))
            }
            _ => Answer::typed(200, "application/octet-stream", &file),
        }
    });
    let mut stage = Stage::empty("unused.blend".as_ref());
    stage.variable("BROLL_BLENDERKIT_URL", server.url(""));
    let answer = stage.broll(&["templates", "add", &format!("blenderkit:{ID}"), "--json"]).succeeds();
    assert_eq!(answer.json["name"], "corner");
    assert!(answer.stderr.contains("3 files outside the .blend"), "{}", answer.stderr);
    let added = fs_err::read(answer.json["file"].as_str().unwrap()).unwrap();
    assert!(added == fs_err::read(scene("beside")).unwrap(), "nothing lay beside it, so it stays as it was");
    stage.render_file("corner".as_ref(), &["--frames", "1..1"]).succeeds();
}
