//! An asset as the search answers it. Pure.
//!
//! The answer is nobody's contract: fields come and go, are null, or have another type for some assets. What is not
//! understood counts as not said, and only a result without an id is left out.

use serde_json::Value;

use super::License;
use super::file::AssetFile;
use crate::blender::Version;
use crate::ui::is_unsafe;

/// The longest line that strangers may fill: `templates list` prints a description on one.
const LONGEST: usize = 160;

/// What is known of an asset before it is downloaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// The id that all its versions share.
    pub id: String,
    /// The id of this version.
    pub version_id: String,
    /// Its name.
    pub name: String,
    /// `scene`, `model`, `material`, …
    pub kind: String,
    /// Who made it.
    pub author: String,
    /// Its licence.
    pub license: License,
    /// Whether it needs no paid plan; none when that is not said.
    pub free: Option<bool>,
    /// Whether whoever asks may download it; none when that is not said.
    pub can_download: Option<bool>,
    /// Why not, in the service's words.
    pub refusal: Option<String>,
    /// Size of all its files, in bytes.
    pub bytes: Option<u64>,
    /// The Blender that saved it.
    pub blender: Option<Version>,
    /// Faces of its meshes.
    pub faces: Option<u64>,
    /// In a sentence or many.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Its .blend files.
    pub files: Vec<AssetFile>,
}

/// One page of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Results on all pages.
    pub count: u64,
    /// Whether there is a page after it.
    pub more: bool,
    /// Those on this page.
    pub assets: Vec<Asset>,
}

impl Page {
    /// What an answer to a search tells; none when it is no such answer.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(body).ok()?;
        let results = value.get("results")?.as_array()?;
        let assets: Vec<Asset> = results.iter().filter_map(Asset::of).collect();
        let count = number(&value, "count").unwrap_or(assets.len() as u64);
        Some(Self { count, more: text(&value, "next").is_some(), assets })
    }
}

impl Asset {
    /// The asset in an answer; none when it has no id.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let version_id = text(value, "id").or_else(|| text(value, "assetBaseId"))?;
        let parameter =
            |name: &str| number(value, name).or_else(|| number(value.get("dictParameters")?, name));
        let author = value.get("author").unwrap_or(&Value::Null);
        let files = value.get("files").and_then(Value::as_array).into_iter().flatten();
        Some(Self {
            id: text(value, "assetBaseId").unwrap_or_else(|| version_id.clone()),
            name: line(value, "displayName").or_else(|| line(value, "name")).unwrap_or_default(),
            kind: text(value, "assetType").unwrap_or_default().to_lowercase(),
            author: one_line(&author_name(author)),
            license: License::of(&line(value, "license").unwrap_or_default()),
            free: value.get("isFree").and_then(Value::as_bool),
            can_download: value.get("canDownload").and_then(Value::as_bool),
            refusal: value.get("canDownloadError").and_then(reason).map(|text| one_line(&text)),
            bytes: number(value, "filesSize").filter(|bytes| *bytes > 0),
            blender: text(value, "sourceAppVersion").and_then(|text| version(&text)),
            faces: parameter("faceCount").filter(|faces| *faces > 0),
            description: text(value, "description").unwrap_or_default(),
            tags: value
                .get("tags")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|tag| tag.as_str().map(one_line).filter(|tag| !tag.is_empty()))
                .collect(),
            files: files.filter_map(AssetFile::of).collect(),
            version_id,
        })
    }

    /// Whether it was saved by a newer Blender than this one; an older one loses data of it.
    pub fn newer_than(&self, blender: Version) -> bool {
        self.blender.is_some_and(|own| (own.0, own.1) > (blender.0, blender.1))
    }
}

/// A text that is not empty; ids of some kinds are numbers.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    let text = match value.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A whole number that is not negative; some are written as floats, some as text.
pub(super) fn number(value: &Value, name: &str) -> Option<u64> {
    let found = match value.get(name)? {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_f64()?,
    };
    // Beyond 2^53 a float is no count any more.
    (found.is_finite() && (0.0..=9e15).contains(&found)).then_some(found as u64)
}

/// A text as it may stand in a message, a table and a manifest.
fn line(value: &Value, name: &str) -> Option<String> {
    text(value, name).map(|text| one_line(&text)).filter(|line| !line.is_empty())
}

/// Text of strangers on one line: without line breaks, which could look like words of broll's own, without controls and
/// marks that turn the direction of writing, and not endless.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if is_unsafe(c) { ' ' } else { c }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= LONGEST {
        return plain;
    }
    plain.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn author_name(author: &Value) -> String {
    let part = |name: &str| text(author, name);
    let parts = || [part("firstName"), part("lastName")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    author.as_str().map(str::to_owned).or_else(|| part("fullName")).unwrap_or_else(parts)
}

/// `false`, or an object with `messages` and a `type`.
fn reason(value: &Value) -> Option<String> {
    let messages = value.get("messages").and_then(Value::as_array).into_iter().flatten();
    let said: Vec<&str> = messages.chain([value]).filter_map(Value::as_str).collect();
    let said = said.join("; ");
    if said.is_empty() { text(value, "type") } else { Some(said) }
}

/// `4.2.1`, also with words behind the numbers.
fn version(text: &str) -> Option<Version> {
    let numbers: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    numbers.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
#[path = "tests/asset.rs"]
mod tests;
