//! Scenes from BlenderKit (Blendkit since June 2026), a library of assets: found, judged before a byte of them is
//! downloaded, and brought here as one .blend each.
//!
//! [`Client`] asks for [`Page`]s of [`Asset`]s, [`admit`] says whether one can become a template here and which of its
//! files that is, [`fetch`] brings it into the cache, [`pack`] makes it one file, [`about`] keeps its licence and author.
//! The API is described by the service's own open client; its key is optional, and goes to its own origin alone.

mod about;
mod asset;
mod cache;
mod client;
mod download;
mod file;
mod gate;
mod key;
mod license;
mod pack;
mod query;
mod refusal;
mod site;
mod wire;

pub use about::{about, template_name};
pub use asset::{Asset, Page};
pub use client::{Client, Pace};
pub use download::fetch;
pub use file::{AssetFile, Resolution};
pub use gate::{Wish, admit};
pub use key::Key;
pub use license::License;
pub use pack::{OneFile, pack};
pub use query::{Kind, PAGE_SIZE, Query};
pub use site::{Site, asset_id};
