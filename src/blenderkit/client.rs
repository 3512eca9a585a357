//! The verbs of the service: what is asked, and what an answer that is none means.

use std::time::Duration;

use serde_json::Value;

use super::asset::{Asset, Page, text};
use super::gate::not_allowed;
use super::wire::Outcome;
use super::{AssetFile, Key, Query, Site};
use crate::blender::Version;
use crate::error::{Error, Result};
use crate::event::Reporter;
use crate::interrupt::Cancel;
use crate::net::{Http, Limits, Redirects, Url};

/// How patient a client is.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Tries before a service that does not answer well is given up.
    pub tries: u32,
    /// The wait before the second try, about; the ones after it take up to twice as long each.
    pub first: Duration,
    /// The longest wait. A server that asks for a longer one is left alone at once.
    pub longest: Duration,
    /// Limits of time of one request.
    pub limits: Limits,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            tries: 5,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            limits: Limits::default(),
        }
    }
}

/// Talks to the service.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) http: Http,
    pub(super) site: Site,
    pub(super) key: Option<Key>,
    pub(super) pace: Pace,
}

impl Client {
    /// A client of the service.
    ///
    /// # Errors
    /// `no_tls` when HTTP cannot be used.
    pub fn new(site: Site, key: Option<Key>, pace: Pace) -> Result<Self> {
        // A proxy could read the key of a request that is not encrypted.
        let plain = site.origin().starts_with("http:");
        let http =
            Http::build(Redirects::Refuse, |builder| if plain { builder.no_proxy() } else { builder })?;
        Ok(Self { http, site, key, pace })
    }

    /// Where it asks.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Whether a key goes along.
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// One page of a search; none past the last page.
    ///
    /// # Errors
    /// `blenderkit_unreachable`, `blenderkit_blocked`, `rate_limited`, `key_refused`, `bad_answer` (exit 5), `interrupted`.
    pub fn search(
        &self,
        query: &Query,
        blender: Version,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<Option<Page>> {
        self.page(&self.site.search(query, blender), reporter, cancel)
    }

    /// The asset with this id, which may be that of one of its versions.
    ///
    /// # Errors
    /// `no_asset` (exit 1), and those of [`Self::search`].
    pub fn asset(
        &self,
        id: &str,
        blender: Version,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<Asset> {
        let by_base = |id: &str| -> Result<Option<Asset>> {
            let page = self.page(&self.site.by_base_id(id, blender), reporter, cancel)?;
            Ok(page.and_then(|page| page.assets.into_iter().find(|asset| asset.id.eq_ignore_ascii_case(id))))
        };
        if let Some(asset) = by_base(id)? {
            return Ok(asset);
        }
        let version = |body: &[u8]| Asset::of(&serde_json::from_slice(body).ok()?);
        let found = match self.ask(&self.site.by_version_id(id), version, reporter, cancel) {
            // What is found by the id that all versions share is the newest version, with its files.
            Ok(version) => by_base(&version.id)?,
            Err(Outcome::Missing | Outcome::Forbidden(_)) => None,
            Err(Outcome::Error(error)) => return Err(error),
        };
        found.ok_or_else(|| {
            Error::bad_input("no_asset", format!("BlenderKit has no asset {id}"))
                .because("it was removed, is private, or the id is not whole")
                .hint("copy the id from the first column of `broll templates search WORDS`")
        })
    }

    /// The address of a file, which is signed and good for a short while.
    pub(super) fn link(
        &self,
        asset: &Asset,
        file: &AssetFile,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<Url> {
        let refused = |why: &str| {
            Error::remote(
                "bad_answer",
                format!("BlenderKit tells no address for {} that could be used", asset.name),
            )
            .because(why)
            .hint("run the same command again later")
        };
        let mut url: Url = file.url.parse().map_err(|_| refused("its download URL is none"))?;
        url.query_pairs_mut().append_pair("scene_uuid", &uuid());
        let path = |body: &[u8]| text(&serde_json::from_slice::<Value>(body).ok()?, "filePath");
        match self.ask(&url, path, reporter, cancel) {
            Ok(path) => {
                // The path itself is signed, and not shown.
                let link = path.parse::<Url>().map_err(|_| refused("the file's address is no URL"))?;
                if self.site.admits(&link) {
                    Ok(link)
                } else {
                    Err(refused("the file's address is not https"))
                }
            }
            Err(Outcome::Missing) => Err(refused("the file is gone")),
            Err(Outcome::Forbidden(why)) => {
                Err(not_allowed(asset, self.has_key(), why.as_deref(), &self.site))
            }
            Err(Outcome::Error(error)) => Err(error),
        }
    }

    fn page(&self, url: &Url, reporter: &dyn Reporter, cancel: &Cancel) -> Result<Option<Page>> {
        match self.ask(url, Page::parse, reporter, cancel) {
            Ok(page) => Ok(Some(page)),
            // Only later pages end: a first page that is not there has happened when the service was not itself.
            Err(Outcome::Missing) if url.query_pairs().any(|(name, _)| name == "page") => Ok(None),
            Err(Outcome::Missing) => {
                Err(Error::remote("blenderkit_unreachable", "BlenderKit's search is not where it should be")
                    .because("it answered 404")
                    .hint("check BROLL_BLENDERKIT_URL, then run the same command again later"))
            }
            Err(Outcome::Forbidden(why)) => {
                let error = Error::remote("search_refused", "BlenderKit does not let this search through")
                    .hint("run the same command again later, or from another network");
                Err(match why {
                    Some(why) => error.because(format!("BlenderKit says: {why}")),
                    None => error,
                })
            }
            Err(Outcome::Error(error)) => Err(error),
        }
    }
}

/// A random UUID, version 4: the API wants one for each scene that an asset is put into.
fn uuid() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    // The standard library seeds its hashers from the system's random numbers.
    let half = || RandomState::new().build_hasher().finish();
    let (high, low) = (half(), half());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_random_and_of_version_4() {
        let (one, other) = (uuid(), uuid());
        let lengths: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(one.as_bytes()[14] == b'4' && b"89ab".contains(&one.as_bytes()[19]) && one != other, "{one}");
    }
}
