//! A path in JSON: as text where it is text, else as its bytes.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written<'a> {
    Text(std::borrow::Cow<'a, str>),
    Bytes { bytes: Vec<u8> },
}

impl<'a> From<&'a Path> for Written<'a> {
    fn from(path: &'a Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.into()),
            None => Self::Bytes { bytes: path.as_os_str().as_bytes().to_vec() },
        }
    }
}

impl From<Written<'_>> for PathBuf {
    fn from(written: Written<'_>) -> Self {
        match written {
            Written::Text(text) => text.into_owned().into(),
            Written::Bytes { bytes } => OsString::from_vec(bytes).into(),
        }
    }
}

pub(super) fn serialize<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_deref().map(Written::from).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    Ok(Option::<Written<'_>>::deserialize(deserializer)?.map(PathBuf::from))
}
