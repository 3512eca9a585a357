//! An S3 server of its own for a test: a real one that checks signatures and keeps objects as files.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

pub(super) const KEY: &str = "AKIATEST";
pub(super) const SECRET: &str = "the/secret+of=tests";

pub(super) struct Bucket {
    server: Child,
    root: TempDir,
    pub(super) url: String,
}

impl Bucket {
    /// With one bucket, `clips`.
    pub(super) fn start() -> Self {
        let server = std::env::var_os("BROLL_TEST_S3").expect("BROLL_TEST_S3 is not set: run `make test`");
        let root = tempfile::tempdir().unwrap();
        fs_err::create_dir(root.path().join("clips")).unwrap();
        let mut server = Command::new(server)
            .args(["--host", "127.0.0.1", "--port", "0", "--access-key", KEY, "--secret-key", SECRET])
            .arg(root.path())
            .env("RUST_LOG", "s3s_fs=info")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(server.stdout.take().unwrap()).lines();
        let url = log
            .find_map(|line| {
                let line = line.unwrap();
                let (_, address) = line.split_once("http://")?;
                Some(format!("http://{}", address.trim_end()))
            })
            .expect("the S3 server does not start");
        std::thread::spawn(move || log.for_each(drop));
        Self { server, root, url }
    }

    /// The `s3Config` that leads here, with other values for some members.
    pub(super) fn config(&self, other: &[(&str, &str)]) -> Value {
        let mut config =
            json!({"endpointUrl": self.url, "accessId": KEY, "accessSecret": SECRET, "bucketName": "clips"});
        other.iter().for_each(|(name, value)| config[*name] = (*value).into());
        config
    }

    /// Paths of all objects.
    pub(super) fn objects(&self) -> Vec<String> {
        let bucket = self.root.path().join("clips");
        let mut folders = vec![bucket.clone()];
        let mut objects = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs_err::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    objects.push(path.strip_prefix(&bucket).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        objects
    }

    /// Files of uploads that were neither completed nor aborted.
    pub(super) fn unfinished(&self) -> Vec<String> {
        let entries = fs_err::read_dir(self.root.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains("upload")).collect()
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
