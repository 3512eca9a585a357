//! The service: an API and, on another port, the servers its files lie on.

use std::collections::VecDeque;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::platform::{Answer, Seen, Server};

pub(super) const ID: &str = "3f2a91c0-5b1e-4c7d-9a60-2f8e1d4b7c35";
pub(super) const VERSION_ID: &str = "83d164c8-2aa1-4be4-bceb-ebb4f2cdc280";
pub(super) const PAID: &str = "b180fdbd-668f-4081-ad51-f364e829f11d";
pub(super) const FILE: &str = "0f3b5c2e-1a2b-4c3d-8e9f-0a1b2c3d4e5f";
pub(super) const KEY: &str = "bk_SECRETKEY0123";
pub(super) const SIGNATURE: &str = "SIGNED0123";

/// The file that all downloads give: a scene of Blender 4.2.
pub(super) fn blend() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/blend/v4_2_ntsc_zstd.blend");
    fs_err::read(path).unwrap()
}

/// A result of a search as the service gives them, with the fields that nobody reads. `API` stands for its address.
pub(super) fn asset() -> Value {
    let file = |kind: &str, id: &str, bytes: Value| {
        json!({"fileType": kind, "downloadUrl": format!("API/api/v1/downloads/{id}/"), "fileUploadSize": bytes,
               "created": "2025-11-03T10:00:00Z", "modified": null, "resolution": null, "fileThumbnail": null})
    };
    let bytes = blend().len();
    json!({
        "access": "free", "accessLabel": "Free", "addonVersion": "3.12.1", "assetBaseId": ID, "assetType": "scene",
        "author": {"id": 355624, "firstName": "Ana", "lastName": "Lee", "fullName": "Ana Lee", "aboutMe": "CG",
                   "aboutMeUrl": null, "avatar128": "/avatar-redirect/x/128/", "socialNetworks": []},
        "basePrice": "0.00", "canDownload": true, "canDownloadError": false, "category": "scene-exterior",
        "created": "2025-11-03T10:00:00Z", "description": "A street at night, with rain.\nCycles.",
        "dictParameters": {"animated": true, "renderEngine": "CYCLES", "faceCount": 20384, "thumbnailScale": 1.0},
        "displayName": "Neon City", "name": "neon city",
        "files": [
            file("thumbnail", "aaaaaaaa-0000-4000-8000-000000000001", json!(null)),
            file("blend", FILE, json!(bytes)),
            file("resolution_1K", "aaaaaaaa-0000-4000-8000-000000000002", json!(bytes)),
            file("gltf", "aaaaaaaa-0000-4000-8000-000000000003", json!(1)),
        ],
        "filesSize": bytes as f64, "id": VERSION_ID, "isFree": true, "isForSale": false, "isPrivate": false,
        "lastVideoUpload": null, "license": "royalty_free", "pk": 52710, "ratingsAverage": {"quality": 8.5},
        "score": 40.25, "sourceAppName": "blender", "sourceAppVersion": "4.2.1", "tags": ["neon", "city"],
        "thumbnailSmallUrl": "API/t.png", "url": format!("API/api/v1/assets/{VERSION_ID}/"),
        "verificationStatus": "validated", "versionNumber": 3, "webpGeneratedTimestamp": 1.7e9
    })
}

/// An asset of the paid plan.
fn paid() -> Value {
    let mut paid = asset();
    paid["assetBaseId"] = json!(PAID);
    paid["id"] = json!("7d48df7e-7572-4702-98cb-d4f98cb5c0d2");
    paid["displayName"] = json!("Paid City");
    paid["isFree"] = json!(false);
    paid["canDownload"] = json!(false);
    paid["canDownloadError"] = json!({"messages": ["User is anonymous"], "type": "anonymous_user"});
    paid
}

/// Answers that are given instead of the usual ones, by the path they are for.
type Faults = Arc<Mutex<VecDeque<(&'static str, Answer)>>>;

pub(super) struct Kit {
    pub(super) root: TempDir,
    pub(super) api: Server,
    pub(super) files: Server,
    faults: Faults,
}

impl Kit {
    pub(super) fn start() -> Self {
        Self::with(vec![asset(), paid()], blend())
    }

    /// A service of these assets, whose downloads are all this file.
    pub(super) fn with(assets: Vec<Value>, file: Vec<u8>) -> Self {
        let faults = Faults::default();
        let (own, theirs) = (Arc::clone(&faults), Arc::clone(&faults));
        let files = Server::start(move |seen| fault(&own, seen).unwrap_or_else(|| part(seen, &file)));
        let link = files.url(&format!("/assets/x/blend_{FILE}.blend?verify={SIGNATURE}"));
        let api = Server::start(move |seen| {
            fault(&theirs, seen).unwrap_or_else(|| {
                let host = seen.header("host").unwrap_or_default();
                at(answer(seen, &assets, &link), host)
            })
        });
        Self { root: tempfile::tempdir().unwrap(), api, files, faults }
    }

    /// The next request for a path that begins so gets this answer.
    pub(super) fn next(&self, path: &'static str, answer: Answer) -> &Self {
        self.faults.lock().unwrap().push_back((path, answer));
        self
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_broll"));
        command.args(args).env_clear().current_dir(self.root.path()).stdin(Stdio::null());
        command.env("HOME", self.root.path()).env("TERM", "dumb").env("PATH", "/nowhere");
        for name in ["CONFIG", "DATA", "CACHE", "STATE"] {
            command.env(format!("BROLL_{name}_DIR"), self.root.path().join(name.to_lowercase()));
        }
        command.env("BROLL_BLENDERKIT_URL", self.api.url(""));
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What it answers, when it goes well, and what it tells meanwhile.
    #[track_caller]
    pub(super) fn succeeds(&self, args: &[&str]) -> (String, String) {
        let output = self.run(args);
        let [stdout, stderr] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(output.status.success(), "{args:?}: {stderr}");
        (stdout, stderr)
    }

    /// It ends so and says so; nothing is added, and nothing secret told.
    #[track_caller]
    pub(super) fn fails(&self, args: &[&str], exit: i32, code: &str, words: &[&str]) {
        let mut command = self.command(&[args, &["--json"]].concat());
        let output = command.env("BLENDERKIT_API_KEY", KEY).output().unwrap();
        told(&output, exit, code, words);
        assert!(!self.root.path().join("data/templates").exists(), "something was added");
        assert_eq!(self.left(), Vec::<String>::new());
    }

    /// Files in the cache that are no whole download.
    pub(super) fn left(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in
            fs_err::read_dir(self.root.path().join("cache/blenderkit")).into_iter().flatten().flatten()
        {
            let files = fs_err::read_dir(folder.path()).unwrap().flatten();
            names.extend(
                files
                    .map(|file| file.file_name().into_string().unwrap())
                    .filter(|name| name.starts_with('.')),
            );
        }
        names
    }

    /// How often a path that begins so was asked for.
    pub(super) fn asked(&self, path: &str) -> usize {
        let all = self.api.seen().into_iter().chain(self.files.seen());
        all.filter(|seen| seen.path.starts_with(path)).count()
    }
}

/// The run failed so; neither the key nor a signature is in anything it printed.
#[track_caller]
pub(super) fn told(output: &Output, exit: i32, code: &str, words: &[&str]) {
    let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
    let error: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert_eq!((output.status.code(), error["error"]["code"].as_str()), (Some(exit), Some(code)), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in {text}");
    }
    assert!(!text.contains(KEY) && !text.contains(SIGNATURE), "{text}");
}

/// The same answer with `API` replaced by where the service answers.
fn at(answer: Answer, host: &str) -> Answer {
    match answer {
        Answer::Whole { status, headers, body } => {
            let body = String::from_utf8(body).unwrap().replace("API/", &format!("http://{host}/"));
            Answer::Whole { status, headers, body: body.into_bytes() }
        }
        other => other,
    }
}

fn fault(faults: &Faults, seen: &Seen) -> Option<Answer> {
    let mut faults = faults.lock().unwrap();
    let at = faults.iter().position(|(path, _)| seen.path.starts_with(path))?;
    faults.remove(at).map(|(_, answer)| answer)
}

/// The file, or the part of it that is asked for.
fn part(seen: &Seen, file: &[u8]) -> Answer {
    let from = seen
        .header("range")
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    match from {
        Some(from) => Answer::typed(206, "application/octet-stream", &file[from..])
            .with_header("Content-Range", &format!("bytes {from}-{}/{}", file.len() - 1, file.len())),
        None => Answer::typed(200, "application/octet-stream", file),
    }
}

fn answer(seen: &Seen, assets: &[Value], link: &str) -> Answer {
    let missing = Answer::json(404, &json!({"detail": "Not found.", "statusCode": 404}));
    let of = |name: &str, wanted: &str| {
        assets.iter().filter(|asset| asset[name] == wanted).cloned().collect::<Vec<_>>()
    };
    let parts: Vec<&str> = seen.path.trim_matches('/').split('/').collect();
    match parts[..] {
        ["api", "v1", "search"] => {
            let query = seen.query("query").unwrap();
            let page: usize = seen.query("page").map_or(1, |page| page.parse().unwrap());
            let found = match query.strip_prefix("asset_base_id:") {
                Some(id) => of("assetBaseId", id),
                None if query.starts_with("nothing ") => Vec::new(),
                None => assets.to_vec(),
            };
            let size: usize = seen.query("page_size").unwrap().parse().unwrap();
            if page > found.len().div_ceil(size).max(1) {
                return missing;
            }
            let rest = &found[(page - 1) * size..];
            let next = (rest.len() > size).then(|| format!("API/api/v1/search/?page={}", page + 1));
            let results = &rest[..rest.len().min(size)];
            Answer::json(
                200,
                &json!({"count": found.len(), "next": next, "previous": null, "facets": {}, "results": results}),
            )
        }
        ["api", "v1", "assets", id] => of("id", id).first().map_or(missing, |asset| Answer::json(200, asset)),
        ["api", "v1", "downloads", _] => {
            assert!(seen.query("scene_uuid").is_some_and(|uuid| uuid.len() == 36), "no scene_uuid");
            Answer::json(200, &json!({"filePath": link, "resolution": null}))
        }
        _ => missing,
    }
}
