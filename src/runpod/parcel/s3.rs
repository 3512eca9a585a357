//! The `s3Config` of a job, read from a file: its secret belongs on no command line.

use std::fmt;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};

use super::link;
use crate::error::{Error, Result};
use crate::paths::display;

/// The members of an `s3Config` and whether they are needed, as the API documents them.
const MEMBERS: [(&str, bool); 5] = [
    ("endpointUrl", true),
    ("accessId", true),
    ("accessSecret", true),
    ("bucketName", true),
    ("objectPath", false),
];
/// Bytes of the largest such file.
const LARGEST: u64 = 64 << 10;

/// A bucket and the key to it.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Config(Map<String, Value>);

impl S3Config {
    /// Reads the JSON object in a file.
    ///
    /// # Errors
    /// `bad_s3_config`, naming the member and never quoting a value; those of the file system.
    pub fn read(file: &Path) -> Result<Self> {
        // A pipe is fine, so that a key need not touch the disk.
        let mut text = Vec::new();
        fs_err::File::open(file)?.take(LARGEST + 1).read_to_end(&mut text)?;
        Self::parse(&text).map_err(|why| {
            Error::bad_input("bad_s3_config", format!("{} is not an S3 configuration", display(file)))
                .because(why)
                .hint("it is a JSON object with endpointUrl, accessId, accessSecret and bucketName")
        })
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        if text.len() as u64 > LARGEST {
            return Err("it is larger than 64 KiB".to_owned());
        }
        let value: Value = serde_json::from_slice(text)
            .map_err(|error| format!("it is not JSON (line {}, column {})", error.line(), error.column()))?;
        let Value::Object(members) = value else { return Err("it is not a JSON object".to_owned()) };
        if let Some(name) = members.keys().find(|name| MEMBERS.iter().all(|(known, _)| known != name)) {
            return Err(format!("it has an unknown member {name:?}"));
        }
        for (name, needed) in MEMBERS {
            match members.get(name) {
                Some(Value::String(text)) if !text.is_empty() => {}
                None if !needed => {}
                None => return Err(format!("{name} is missing")),
                Some(_) => return Err(format!("{name} must be text that is not empty")),
            }
        }
        let endpoint = members.get("endpointUrl").and_then(Value::as_str).unwrap_or_default();
        link::check("endpointUrl", endpoint, link::Scheme::Any).map_err(|error| error.to_string())?;
        Ok(Self(members))
    }

    /// As the API takes it.
    pub(super) fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("S3Config(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"endpointUrl": "https://s3.example.com", "accessId": "id", "accessSecret": "hush", "bucketName": "clips"}"#;

    #[test]
    fn a_whole_one_passes_and_is_not_shown() {
        let config = S3Config::parse(WHOLE.as_bytes()).unwrap();
        assert_eq!(config.to_json()["accessSecret"], "hush");
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_is_quoted() {
        for (text, why) in [
            (WHOLE.replace("\"hush\"", "17"), "accessSecret must be text"),
            (WHOLE.replace("\"hush\"", "\"\""), "accessSecret must be text"),
            (WHOLE.replace("bucketName", "bucket"), "unknown member \"bucket\""),
            (WHOLE.replace(r#", "bucketName": "clips""#, ""), "bucketName is missing"),
            (WHOLE.replace("https://", "s3://"), "endpointUrl"),
            (WHOLE[..WHOLE.len() - 1].to_owned(), "not JSON (line 1"),
            ("[\"hush\"]".to_owned(), "not a JSON object"),
            (String::new(), "not JSON"),
            (" ".repeat(70_000), "64 KiB"),
        ] {
            let error = S3Config::parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(why) && !error.contains("hush"), "{error}");
        }
    }
}
