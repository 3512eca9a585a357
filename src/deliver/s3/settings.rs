//! A bucket and the right to write to it, from the environment or from a request's `s3Config`.

use std::fmt;

use rusty_s3::Credentials;
use serde::Deserialize;
use serde_json::Value;

use super::place::{Misplaced, Named, Place, place};
use crate::error::{Error, Result};

/// Who set the bucket up; decides what a message tells to correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Environment,
    Request,
}

impl Origin {
    pub(super) fn endpoint(self) -> &'static str {
        if self == Self::Environment { "BUCKET_ENDPOINT_URL" } else { "s3Config.endpointUrl" }
    }

    pub(super) fn key(self) -> &'static str {
        if self == Self::Environment { "BUCKET_ACCESS_KEY_ID" } else { "s3Config.accessId" }
    }

    pub(super) fn secret(self) -> &'static str {
        if self == Self::Environment { "BUCKET_SECRET_ACCESS_KEY" } else { "s3Config.accessSecret" }
    }

    pub(super) fn bucket(self) -> &'static str {
        if self == Self::Environment { "BUCKET_NAME" } else { "s3Config.bucketName" }
    }

    fn prefix(self) -> &'static str {
        if self == Self::Environment { "BUCKET_PREFIX" } else { "s3Config.objectPath" }
    }

    pub(super) fn region(self) -> &'static str {
        if self == Self::Environment {
            "BUCKET_REGION"
        } else {
            "an s3Config.endpointUrl with the region in it"
        }
    }

    pub(super) fn error(self, message: String) -> Error {
        match self {
            Self::Environment => Error::environment("bad_bucket", message),
            Self::Request => Error::bad_input("bad_s3_config", message),
        }
    }
}

/// A bucket that can be written to.
#[derive(Clone)]
pub(in crate::deliver) struct Store {
    pub(super) origin: Origin,
    pub(super) place: Place,
    pub(super) credentials: Credentials,
    /// Empty, or ends with a slash.
    pub(super) prefix: String,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("place", &self.place)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    endpoint_url: Option<String>,
    access_id: Option<String>,
    access_secret: Option<String>,
    bucket_name: Option<String>,
    object_path: Option<String>,
    #[serde(skip)]
    region: Option<String>,
    #[serde(skip)]
    usual_region: Option<String>,
}

impl Store {
    /// `BUCKET_ENDPOINT_URL`, `BUCKET_ACCESS_KEY_ID`, `BUCKET_SECRET_ACCESS_KEY`, and where they are needed
    /// `BUCKET_NAME`, `BUCKET_PREFIX`, `BUCKET_REGION`; none when none of the first three is set, since the others alone
    /// may be meant for something else.
    ///
    /// # Errors
    /// `bad_bucket`, naming the variable.
    pub(in crate::deliver) fn from_env(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let raw = Raw {
            endpoint_url: env("BUCKET_ENDPOINT_URL"),
            access_id: env("BUCKET_ACCESS_KEY_ID"),
            access_secret: env("BUCKET_SECRET_ACCESS_KEY"),
            bucket_name: env("BUCKET_NAME"),
            object_path: env("BUCKET_PREFIX"),
            region: env("BUCKET_REGION"),
            usual_region: env("AWS_REGION"),
        }
        .trimmed();
        let any = [&raw.endpoint_url, &raw.access_id, &raw.access_secret];
        if any.iter().all(|value| value.is_none()) {
            return Ok(None);
        }
        Self::new(raw, Origin::Environment).map(Some)
    }

    /// The `s3Config` of a request: `endpointUrl`, `accessId`, `accessSecret`, where it is needed `bucketName`, and
    /// `objectPath`, the folder in the bucket. Other members are the platform's own business.
    ///
    /// # Errors
    /// `bad_s3_config`, naming the member.
    pub(in crate::deliver) fn from_request(config: &Value) -> Result<Self> {
        let hint =
            "an s3Config is {\"endpointUrl\", \"accessId\", \"accessSecret\", \"bucketName\"}, all text";
        // The library's own message would quote the value, which may be the secret.
        let raw = Raw::deserialize(config).ok().filter(|_| config.is_object()).ok_or_else(|| {
            Origin::Request.error("s3Config is not an object of texts".to_owned()).hint(hint)
        })?;
        Self::new(raw.trimmed(), Origin::Request)
    }

    fn new(raw: Raw, origin: Origin) -> Result<Self> {
        let need = |value: Option<String>, name: &str| {
            value.ok_or_else(|| {
                origin.error(format!("{name} is missing: the bucket for clips is not all set up")).hint(
                    format!("set {}, {} and {} together", origin.endpoint(), origin.key(), origin.secret()),
                )
            })
        };
        let endpoint = need(raw.endpoint_url, origin.endpoint())?;
        let key = need(raw.access_id, origin.key())?;
        let secret = need(raw.access_secret, origin.secret())?;
        if key.chars().any(|c| c.is_whitespace() || c.is_control() || c == '/' || !c.is_ascii()) {
            return Err(origin.error(format!("{} is no access key", origin.key())));
        }
        let regions = [&raw.region, &raw.usual_region].into_iter().flatten();
        if let Some(region) = regions.into_iter().find(|region| !region.chars().all(is_plain)) {
            return Err(origin
                .error(format!("{region:?} is no region"))
                .hint("correct BUCKET_REGION or AWS_REGION"));
        }
        let named = Named {
            bucket: raw.bucket_name.as_deref(),
            region: raw.region.as_deref(),
            usual_region: raw.usual_region.as_deref(),
        };
        let place = place(&endpoint, named).map_err(|misplaced| match misplaced {
            Misplaced::Endpoint(why) => origin
                .error(format!("{} {why}", origin.endpoint()))
                .hint("give the server's URL, such as https://BUCKET.s3.REGION.amazonaws.com"),
            Misplaced::Bucket(why) => origin.error(why).hint(format!(
                "set {}, or put the bucket before the host in {}, not both with different names",
                origin.bucket(),
                origin.endpoint()
            )),
        })?;
        let prefix = prefix(raw.object_path.as_deref().unwrap_or_default())
            .ok_or_else(|| origin.error(format!("{} is no folder in a bucket", origin.prefix())))?;
        Ok(Self { origin, place, credentials: Credentials::new(key, secret), prefix })
    }

    /// Where clips go, as it may be told.
    pub(in crate::deliver) fn words(&self) -> String {
        format!("bucket {} at {}", self.place.bucket.name(), self.place.host)
    }
}

impl Raw {
    /// Values come out of web forms with line ends; empty ones count as unset.
    fn trimmed(self) -> Self {
        let trim = |value: Option<String>| {
            value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        Self {
            endpoint_url: trim(self.endpoint_url),
            access_id: trim(self.access_id),
            access_secret: trim(self.access_secret),
            bucket_name: trim(self.bucket_name),
            object_path: trim(self.object_path),
            region: trim(self.region),
            usual_region: trim(self.usual_region),
        }
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// A folder with a slash at its end. URLs cannot express the segments `.` and `..`.
fn prefix(path: &str) -> Option<String> {
    let path = path.trim_matches('/');
    if path.is_empty() {
        return Some(String::new());
    }
    let fit = |segment: &str| !matches!(segment, "" | "." | "..") && !segment.chars().any(char::is_control);
    // A key has 1024 bytes at most, the name of the clip needs some of them.
    (path.len() <= 800 && path.split('/').all(fit)).then(|| format!("{path}/"))
}

#[cfg(test)]
mod tests;
