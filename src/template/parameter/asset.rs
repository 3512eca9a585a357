//! Files as values: `@FILE` on a command line, `{"name": …, "data_base64": …}` in a request.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Type, magic};
use crate::blender::Asset;
use crate::paths::{display, hex};
use crate::request::decode_base64;
use crate::ui::fmt::bytes;

/// Bytes of the largest file.
const LARGEST: u64 = 64 << 20;
/// Characters of the longest name that is kept for messages.
const LONGEST_NAME: usize = 100;

/// Whether a value may name a file of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Files {
    /// It comes from whoever runs broll here.
    Here,
    /// It comes from elsewhere, and must bring its files along.
    Brought,
}

impl Files {
    /// How a value brings a file.
    pub(super) fn example(self, kind: Type) -> String {
        let name = if kind == Type::Font { "title.ttf" } else { "logo.png" };
        match self {
            Self::Here => format!("@FILE, such as @{name}"),
            Self::Brought => format!(r#"{{"name": "{name}", "data_base64": "…"}}"#),
        }
    }

    /// The file that a value brings.
    ///
    /// # Errors
    /// Why there is none that can be used, as a sentence.
    pub(super) fn read(self, kind: Type, value: &Value) -> Result<Asset, String> {
        let takes = || format!("it takes a file as {}", self.example(kind));
        match value {
            Value::String(text) if text.starts_with("data:") => from_base64(kind, "", text),
            Value::String(text) => match (self, text.strip_prefix('@')) {
                (Self::Here, Some(path)) => from_file(kind, Path::new(path)),
                (Self::Brought, Some(_)) => Err(format!("no file of the worker is read: {}", takes())),
                _ => Err(takes()),
            },
            Value::Object(fields) => from_fields(kind, fields).map_err(|why| why.unwrap_or_else(takes)),
            _ => Err(takes()),
        }
    }
}

/// A value that stands for a file here, as a request carries it.
///
/// # Errors
/// Why the file cannot be used, as a sentence.
pub(super) fn packed(kind: Type, path: &Path) -> Result<Value, String> {
    let asset = from_file(kind, path)?;
    Ok(json!({"name": asset.name, "data_base64": STANDARD.encode(&asset.bytes)}))
}

/// A value without the bytes that it brings.
pub(super) fn redacted(value: &Value) -> Value {
    let hidden = |data: &str| format!("… {} of base64", bytes(data.len() as u64));
    match value {
        Value::String(text) if text.starts_with("data:") => hidden(text).into(),
        Value::Object(fields) => {
            let hide = |(name, field): (&String, &Value)| {
                let shown = match field.as_str() {
                    Some(data) if name == "data_base64" => hidden(data).into(),
                    _ => field.clone(),
                };
                (name.clone(), shown)
            };
            Value::Object(fields.iter().map(hide).collect())
        }
        _ => value.clone(),
    }
}

fn from_fields(kind: Type, fields: &Map<String, Value>) -> Result<Asset, Option<String>> {
    if fields.keys().any(|key| key != "name" && key != "data_base64") {
        return Err(None);
    }
    let name = match fields.get("name") {
        None | Some(Value::Null) => "",
        Some(name) => name.as_str().ok_or(None)?,
    };
    let data = fields.get("data_base64").and_then(Value::as_str).ok_or(None)?;
    from_base64(kind, name, data).map_err(Some)
}

fn from_base64(kind: Type, name: &str, data: &str) -> Result<Asset, String> {
    // Four characters hold three bytes.
    if data.len() as u64 / 4 * 3 > LARGEST + (1 << 20) {
        return Err(too_large(data.len() as u64 / 4 * 3));
    }
    of(kind, name, decode_base64(data)?)
}

fn from_file(kind: Type, path: &Path) -> Result<Asset, String> {
    let cannot = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no file {}", display(path)),
        _ => error.to_string(),
    };
    if path.as_os_str().is_empty() {
        return Err("no file is named after @".to_owned());
    }
    // A pipe would be waited for without end, a device read without end.
    let there = fs_err::metadata(path).map_err(cannot)?;
    if !there.is_file() {
        return Err(format!("{} is not a file", display(path)));
    }
    if there.len() > LARGEST {
        return Err(too_large(there.len()));
    }
    let mut whole = Vec::new();
    fs_err::File::open(path).map_err(cannot)?.take(LARGEST + 1).read_to_end(&mut whole).map_err(cannot)?;
    of(kind, &path.file_name().unwrap_or_default().to_string_lossy(), whole)
}

fn of(kind: Type, name: &str, whole: Vec<u8>) -> Result<Asset, String> {
    if whole.len() as u64 > LARGEST {
        return Err(too_large(whole.len() as u64));
    }
    let extension = if kind == Type::Font { magic::font(&whole)? } else { magic::image(&whole)? };
    let name: String = display(Path::new(name)).chars().take(LONGEST_NAME).collect();
    Ok(Asset { name, sha256: hex(&Sha256::digest(&whole)), extension, bytes: Arc::from(whole), file: None })
}

fn too_large(size: u64) -> String {
    format!("the file is {}, and at most {} are taken", bytes(size), bytes(LARGEST))
}

#[cfg(test)]
#[path = "tests/asset.rs"]
mod tests;
