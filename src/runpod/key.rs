//! The API key: where it is kept, and for whom it is.
//!
//! `broll login` keeps keys in a file of lines `ORIGIN KEY`, where the origin is scheme, host and port of the API that the
//! key is for. A key is given to that API and to nobody else, wherever the configuration points later.

use std::ffi::OsString;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::Endpoint;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::paths::{self, Paths, display, is_absent};

/// The environment variable above the file, as RunPod's own tools read it.
const VARIABLE: &str = "RUNPOD_API_KEY";
/// RunPod's keys have about 50 characters; nothing is near this that is one.
const LONGEST: usize = 512;

/// A secret that goes into the `Authorization` header and nowhere else: its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// Where a key came from, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrigin {
    /// `RUNPOD_API_KEY`.
    Variable,
    /// The file that `broll login` writes.
    File(PathBuf),
    /// It is being typed in.
    Given,
}

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable => f.write_str(VARIABLE),
            Self::File(file) => f.write_str(&display(file)),
            Self::Given => f.write_str("the input"),
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

impl ApiKey {
    /// A key as it was pasted: white space around it is dropped.
    ///
    /// # Errors
    /// `bad_key` when it cannot stand in a header; the message tells nothing of it.
    pub fn parse(text: &str, origin: &KeyOrigin) -> Result<Self> {
        let key = text.trim();
        let why = if key.is_empty() {
            "it is empty"
        } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            "a key has letters, digits and signs of ASCII alone, and no spaces"
        } else if key.len() > LONGEST {
            "it is too long for a key"
        } else {
            return Ok(Self(key.to_owned()));
        };
        Err(Error::bad_input("bad_key", format!("the API key from {origin} cannot be one"))
            .because(why)
            .hint("copy the key again from the settings of your RunPod account"))
    }

    /// The key for an endpoint: that of `RUNPOD_API_KEY`, which is for the API that the configuration names, else the
    /// one that `broll login` keeps for the endpoint's API.
    ///
    /// # Errors
    /// `bad_key`, and `key_exposed` for a file that others can read.
    pub fn find(paths: &Paths, config: &Config, endpoint: &Endpoint) -> Result<Option<(Self, KeyOrigin)>> {
        Self::choose(paths::env(VARIABLE), paths, config, endpoint)
    }

    fn choose(
        variable: Option<OsString>,
        paths: &Paths,
        config: &Config,
        endpoint: &Endpoint,
    ) -> Result<Option<(Self, KeyOrigin)>> {
        let origin = endpoint.origin();
        let configured = Endpoint::new(config.endpoint_base_url(), endpoint.id());
        if let Some(value) = variable.filter(|_| configured.is_ok_and(|own| own.origin() == origin)) {
            return Ok(Some((
                Self::parse(&value.to_string_lossy(), &KeyOrigin::Variable)?,
                KeyOrigin::Variable,
            )));
        }
        let file = KeyOrigin::File(paths.credentials());
        let kept = read(paths)?.into_iter().find(|(own, _)| *own == origin);
        kept.map(|(_, key)| Ok((Self::parse(&key, &file)?, file))).transpose()
    }

    /// Keeps the key for an endpoint's API, in a file that only its owner can read from its first moment on.
    ///
    /// # Errors
    /// Those of the file system, and `key_exposed`.
    pub fn keep(&self, paths: &Paths, endpoint: &Endpoint) -> Result<PathBuf> {
        let origin = endpoint.origin();
        let mut lines = read(paths)?;
        lines.retain(|(own, _)| *own != origin);
        lines.push((origin, self.0.clone()));
        fs_err::create_dir_all(&paths.config)?;
        write(paths, &lines)?;
        Ok(paths.credentials())
    }

    /// Forgets the key for an endpoint's API. Says whether there was one.
    ///
    /// # Errors
    /// Those of the file system, and `key_exposed`.
    pub fn forget(paths: &Paths, endpoint: &Endpoint) -> Result<bool> {
        let origin = endpoint.origin();
        let (gone, left): (Vec<_>, Vec<_>) = read(paths)?.into_iter().partition(|(own, _)| *own == origin);
        if left.is_empty() && !gone.is_empty() {
            fs_err::remove_file(paths.credentials())?;
        } else if !gone.is_empty() {
            write(paths, &left)?;
        }
        Ok(!gone.is_empty())
    }

    /// The text itself, for the header.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

/// The lines of the file; none when it is not there.
fn read(paths: &Paths) -> Result<Vec<(String, String)>> {
    let path = paths.credentials();
    let file = match fs_err::File::open(&path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        let shown = display(&path);
        return Err(Error::environment("key_exposed", format!("{shown} can be read by others"))
            .because(format!("its mode is {:o}, and it holds API keys", mode & 0o777))
            .hint(format!("chmod 600 {shown}; if others have been at this machine, make a new key")));
    }
    // What cannot be read as text cannot be a key either, and its line is then refused as one.
    let text = String::from_utf8_lossy(&fs_err::read(&path)?).into_owned();
    let lines = text.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    Ok(lines.map(|(origin, key)| (origin.to_owned(), key.trim().to_owned())).collect())
}

fn write(paths: &Paths, lines: &[(String, String)]) -> Result<()> {
    let text: String = lines.iter().map(|(origin, key)| format!("{origin} {key}\n")).collect();
    paths::write_durable(&paths.credentials(), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> (tempfile::TempDir, Paths) {
        let root = tempfile::tempdir().unwrap();
        let folder = |name: &str| root.path().join(name);
        let paths = Paths { config: folder("c"), data: folder("d"), cache: folder("k"), state: folder("s") };
        (root, paths)
    }

    fn key(text: &str) -> ApiKey {
        ApiKey::parse(text, &KeyOrigin::Given).unwrap()
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", key(" rpa_SECRET\n")), "ApiKey(***)");
        for text in ["", " \n", "a b", "a\u{e4}", "a\nb", "a\u{0}", &"x".repeat(513)] {
            let error = ApiKey::parse(text, &KeyOrigin::Variable).unwrap_err();
            assert_eq!((error.code(), error.kind().exit_code()), ("bad_key", 1));
            assert!(
                error.to_string().contains(VARIABLE) && !error.to_string().contains("a\u{e4}"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_key_is_kept_for_one_api_and_given_to_no_other() {
        let (_root, paths) = world();
        let config = Config::default();
        let runpod = Endpoint::new("https://api.runpod.ai/v2", "a").unwrap();
        let other = Endpoint::new("https://api.runpod.ai.example.com/v2", "a").unwrap();
        let box_ = Endpoint::new("http://10.0.0.2:8000/v2", "local").unwrap();
        assert_eq!(ApiKey::choose(None, &paths, &config, &runpod).unwrap(), None);
        let file = key("first").keep(&paths, &runpod).unwrap();
        key("token").keep(&paths, &box_).unwrap();
        key("second").keep(&paths, &runpod).unwrap();
        assert_eq!(fs_err::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let found = |endpoint| ApiKey::choose(None, &paths, &config, endpoint).unwrap().map(|(key, _)| key);
        assert_eq!(
            (found(&runpod), found(&other), found(&box_)),
            (Some(key("second")), None, Some(key("token")))
        );
        // Another path of the same API is the same API.
        let newer = Endpoint::new("https://api.runpod.ai/v3", "b").unwrap();
        assert_eq!(found(&newer), Some(key("second")));
        // The variable is above the file, for the API that is configured.
        let with = |endpoint| ApiKey::choose(Some("loud".into()), &paths, &config, endpoint).unwrap();
        assert_eq!(with(&runpod), Some((key("loud"), KeyOrigin::Variable)));
        assert_eq!((with(&other), with(&box_).map(|(key, _)| key)), (None, Some(key("token"))));
        assert!(ApiKey::forget(&paths, &runpod).unwrap() && !ApiKey::forget(&paths, &runpod).unwrap());
        assert_eq!((found(&runpod), found(&box_)), (None, Some(key("token"))));
        assert!(ApiKey::forget(&paths, &box_).unwrap() && !file.exists());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let (_root, paths) = world();
        let endpoint = Endpoint::new("https://api.runpod.ai/v2", "a").unwrap();
        let file = key("hidden").keep(&paths, &endpoint).unwrap();
        for mode in [0o640, 0o604, 0o660, 0o644] {
            fs_err::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
            let error = ApiKey::choose(None, &paths, &Config::default(), &endpoint).unwrap_err();
            assert_eq!((error.code(), error.kind().exit_code()), ("key_exposed", 3));
            assert!(error.hint_text().contains("chmod 600") && !error.to_string().contains("hidden"));
        }
        fs_err::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        for bytes in [&b"https://api.runpod.ai a\xffb\n"[..], b"https://api.runpod.ai a b\n"] {
            fs_err::write(&file, bytes).unwrap();
            assert_eq!(
                ApiKey::choose(None, &paths, &Config::default(), &endpoint).unwrap_err().code(),
                "bad_key"
            );
        }
        for bytes in [&b""[..], b"\n\nhidden\n", b"\xff\xfe"] {
            fs_err::write(&file, bytes).unwrap();
            assert_eq!(ApiKey::choose(None, &paths, &Config::default(), &endpoint).unwrap(), None);
        }
    }
}
