//! A folder to land in, and no ffmpeg.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

use crate::config::Config;
use crate::error::Result;
use crate::event::Silent;
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::receive::{Arrived, Order, take_in};

pub(super) struct Stage {
    folder: TempDir,
    paths: Paths,
    config: Config,
    pub(super) cancel: Cancel,
}

impl Stage {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("nowhere");
        let paths =
            Paths { config: nowhere.clone(), data: nowhere.clone(), cache: nowhere.clone(), state: nowhere };
        // An ffmpeg that is named and does not run: those on the PATH are not looked at.
        let config = Config::of("ffmpeg = \"/nowhere/ffmpeg\"").unwrap();
        Self { folder, paths, config, cancel: Cancel::default() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Takes an input in, to a file or folder here.
    pub(super) fn take(&self, mut body: impl Read, target: &str, name: &str, force: bool) -> Result<Arrived> {
        let order = Order {
            target: Some(&self.path(target)),
            fallback_name: OsStr::new(name),
            force,
            paths: &self.paths,
            config: &self.config,
            cancel: &self.cancel,
            reporter: &Silent,
        };
        take_in(&mut body, &order)
    }

    /// To `out.mp4`.
    pub(super) fn decode(&self, body: &[u8]) -> Result<Arrived> {
        self.take(body, "out.mp4", "", true)
    }

    /// What lies here.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs_err::read_dir(self.folder.path()).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The input is refused so, and nothing is left of it.
    #[track_caller]
    pub(super) fn refuses(&self, body: &[u8], code: &str, words: &[&str]) {
        let error = self.decode(body).unwrap_err();
        let text = format!("{error}; {}", error.hint_text());
        assert_eq!(error.code(), code, "{text}");
        for word in words {
            assert!(text.contains(word), "no {word:?} in {text}");
        }
        assert_eq!(self.names(), Vec::<String>::new());
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn read(path: impl AsRef<Path>) -> Vec<u8> {
    fs_err::read(path.as_ref()).unwrap()
}
