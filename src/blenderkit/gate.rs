//! Whether an asset can become a template here, decided before a byte of it is downloaded. Pure.

use super::file::{AssetFile, Resolution, choose};
use super::{Asset, Kind, Site, key};
use crate::blender::Version;
use crate::error::{Error, Result};
use crate::ui::fmt;

/// What is asked of an asset.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The size of its textures.
    pub resolution: Resolution,
    /// The largest file, in bytes.
    pub most_bytes: u64,
    /// The Blender in use, when there is one.
    pub blender: Option<Version>,
    /// Whether a key goes along.
    pub with_key: bool,
}

/// The file of the asset that is to be downloaded.
///
/// # Errors
/// `wrong_asset_type`, `newer_file`, `no_blend_file`, `asset_too_large` (exit 1), `plan_only` (exit 5).
pub fn admit<'a>(asset: &'a Asset, wish: &Wish, site: &Site) -> Result<&'a AssetFile> {
    let name = &asset.name;
    if asset.kind.parse::<Kind>().is_err() {
        return Err(Error::bad_input("wrong_asset_type", format!("{name} cannot be a template"))
            .because(format!("it is of the type {:?}, and a template is a scene", asset.kind))
            .hint("search for scenes: `broll templates search WORDS`"));
    }
    if let Some(blender) = wish.blender.filter(|blender| asset.newer_than(*blender)) {
        let own = asset.blender.unwrap_or(blender);
        return Err(Error::bad_input(
            "newer_file",
            format!("{name} was saved by Blender {}.{}", own.0, own.1),
        )
        .because(format!("this Blender is {blender}, and an older Blender loses data of newer files"))
        .hint(format!("name a Blender {}.{} or newer in BROLL_BLENDER", own.0, own.1)));
    }
    if asset.can_download == Some(false) {
        return Err(not_allowed(asset, wish.with_key, asset.refusal.as_deref(), site));
    }
    let file = choose(&asset.files, wish.resolution).ok_or_else(|| {
        Error::bad_input("no_blend_file", format!("{name} has no .blend to download"))
            .hint(format!("see its page: {}", site.page(&asset.id)))
    })?;
    let bytes = file.bytes.or(asset.bytes.filter(|_| file.resolution.is_none()));
    match bytes {
        Some(bytes) if bytes > wish.most_bytes => Err(too_large(name, Some(bytes), wish.most_bytes)),
        _ => Ok(file),
    }
}

/// An asset that the service does not give to whoever asks.
pub(super) fn not_allowed(asset: &Asset, with_key: bool, why: Option<&str>, site: &Site) -> Error {
    let name = &asset.name;
    let page = site.page(&asset.id);
    let variable = key::VARIABLE;
    let (message, hint) = match (asset.free, with_key) {
        (Some(true), false) => (
            format!("{name} is free, but only for those who are logged in"),
            format!("make a free account and set {variable} to its API key; the asset's page: {page}"),
        ),
        (_, false) => (
            format!("{name} needs BlenderKit's Full plan"),
            format!(
                "set {variable} to the API key of an account with that plan, or search with --free; the asset's page: {page}"
            ),
        ),
        (_, true) => (
            format!("{name} is not in the plan of the account that {variable} belongs to"),
            format!(
                "see the account's plan and limits on its page, or search with --free; the asset's page: {page}"
            ),
        ),
    };
    let error = Error::remote("plan_only", message);
    match why {
        Some(why) => error.because(format!("BlenderKit says: {why}")).hint(hint),
        None => error.hint(hint),
    }
}

/// A file over the limit; `bytes` when its size is known.
pub(super) fn too_large(name: &str, bytes: Option<u64>, most: u64) -> Error {
    let size = bytes.map_or_else(|| "more".to_owned(), fmt::bytes);
    Error::bad_input("asset_too_large", format!("{name} is too large"))
        .because(format!("it has {size}, and at most {} are downloaded", fmt::bytes(most)))
        .hint("take smaller textures with --resolution 1k, or raise --max-size")
}

#[cfg(test)]
#[path = "tests/gate.rs"]
mod tests;
