//! What `POST /run` carries: the request, its limits of time, and where its clip may go.
//!
//! A [`Draft`] is a request that this machine has checked as far as it can; [`Draft::pack`] adds the .blend, if one
//! travels along, and the [`Terms`], and makes a [`Parcel`] that the API takes.

mod blend;
mod draft;
mod link;
mod policy;
mod s3;

use std::ffi::{OsStr, OsString};
use std::fmt;

use serde_json::{Value, json};

pub use draft::{Draft, Source};
pub use policy::{Policy, patience};
pub use s3::S3Config;

use crate::error::{Error, Result};
use crate::template::redacted;
use crate::ui::fmt::bytes;

/// Bytes of the largest body that `POST /run` takes: 10 MiB, as the API itself says where it refuses one.
const LIMIT: usize = 10 << 20;
/// Left free below it: what stands between here and the API may add to a body.
const HEADROOM: usize = 64 << 10;
/// What a .blend costs beside its base64: `,"blend_base64":""`.
const FIELD: usize = 32;

/// What a job is sent with, beside its request.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Limits of time.
    pub policy: Policy,
    /// Who is told at the end: an http or https URL.
    pub webhook: Option<String>,
    /// Where the worker may put a clip that is too large for its answer.
    pub s3_config: Option<S3Config>,
}

/// A body that `POST /run` takes.
#[derive(Clone, PartialEq)]
pub struct Parcel {
    name: OsString,
    body: Value,
    redacted: Value,
}

impl Parcel {
    /// Puts a request, as its JSON, under these terms; `blend` makes the base64 of a .blend that fits into so many bytes.
    fn new(
        name: OsString,
        input: &Value,
        terms: &Terms,
        blend: impl FnOnce(usize) -> Result<Option<String>>,
    ) -> Result<Self> {
        let mut body = json!({"input": input, "policy": terms.policy.to_json()});
        if let Some(webhook) = &terms.webhook {
            link::check("--webhook", webhook, link::Scheme::Any)?;
            body["webhook"] = webhook.as_str().into();
        }
        if let Some(s3_config) = &terms.s3_config {
            body["s3Config"] = s3_config.to_json();
        }
        let redacted = redact(&body);
        let most = LIMIT - HEADROOM;
        let size = body.to_string().len();
        if size > most {
            return Err(too_large(size, input));
        }
        let mut parcel = Self { name, body, redacted };
        if let Some(blend) = blend((most - size).saturating_sub(FIELD))? {
            parcel.redacted["input"]["blend_base64"] =
                format!("… {} of base64", bytes(blend.len() as u64)).into();
            parcel.body["input"]["blend_base64"] = blend.into();
        }
        Ok(parcel)
    }

    /// The template's name, or that of its file: what the clip is called unless the user names it.
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// The body as it is sent; it may hold secrets.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// The body as it may be shown and kept: without the .blend, and without what would let others at the user's data.
    pub fn redacted(&self) -> &Value {
        &self.redacted
    }
}

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parcel").field("name", &self.name).field("body", &self.redacted).finish()
    }
}

fn too_large(size: usize, input: &Value) -> Error {
    let error = Error::bad_input("too_large", "the request is too large to be sent")
        .because(format!("it is {}, and a request holds 10 MiB", bytes(size as u64)));
    let values = input["parameters"].as_object().into_iter().flatten();
    let mut files: Vec<(usize, &String)> =
        values.filter_map(|(name, value)| Some((value["data_base64"].as_str()?.len(), name))).collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    if files.is_empty() {
        return error.hint("shorten the values of --set");
    }
    let told = files
        .iter()
        .map(|(size, name)| format!("the file of parameter {name} takes {} of it", bytes(*size as u64)));
    told.fold(error, Error::because).hint(
        "give a smaller file: base64 makes a third more of it, and a JPEG or WebP is smaller than a PNG",
    )
}

/// The body without files, signatures, keys and webhook paths.
fn redact(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(Value::Object(values)) = body.pointer_mut("/input/parameters") {
        *values = redacted(values);
    }
    let change = |place: Option<&mut Value>, hide: fn(&str) -> String| {
        if let Some(Value::String(text)) = place {
            *text = hide(text);
        }
    };
    change(body.pointer_mut("/input/template_url"), link::without_query);
    change(body.pointer_mut("/input/upload_url"), link::without_query);
    // Chat services put the key of a webhook into its path.
    change(body.pointer_mut("/webhook"), link::host_alone);
    change(body.pointer_mut("/s3Config/accessId"), |_| "…".to_owned());
    change(body.pointer_mut("/s3Config/accessSecret"), |_| "…".to_owned());
    change(body.pointer_mut("/s3Config/endpointUrl"), link::without_query);
    body
}

#[cfg(test)]
#[path = "tests/parcel.rs"]
mod tests;
