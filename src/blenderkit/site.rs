//! Every URL of the service, and which of them may see the key. Pure.

use super::query::{PAGE_SIZE, Query};
use crate::blender::Version;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::net::{Url, check_base};

/// Where the service answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    base: Url,
}

impl Site {
    /// The service at `base`, which may have a path: the API lies below it at `api/v1`.
    ///
    /// # Errors
    /// `bad_config` for an address that a key must not go to.
    pub fn new(base: &str) -> Result<Self> {
        let url = base.parse::<Url>().map_err(|error| error.to_string());
        let base = url.and_then(|url| check_base(&url).map(|()| url)).map_err(|why| {
            Error::bad_input("bad_config", "BlenderKit cannot be asked at that address")
                .because(why)
                .hint("correct BROLL_BLENDERKIT_URL or `broll config set blenderkit_url`, or unset it")
        })?;
        Ok(Self { base })
    }

    /// The one that the configuration names.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn configured(config: &Config) -> Result<Self> {
        Self::new(config.blenderkit_url())
    }

    fn at(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Checked when it was made: only a URL without a host has no segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments).push("");
        }
        url
    }

    fn searched(&self, query: &str, page_size: u32, blender: Version) -> Url {
        let mut url = self.at(&["api", "v1", "search"]);
        url.query_pairs_mut()
            .append_pair("query", query)
            .append_pair("dict_parameters", "1")
            .append_pair("page_size", &page_size.to_string())
            .append_pair("blender_version", &blender.to_string());
        url
    }

    /// One page of a search, for this Blender.
    pub(super) fn search(&self, query: &Query, blender: Version) -> Url {
        let mut url = self.searched(&query.text(), PAGE_SIZE, blender);
        if query.page > 1 {
            url.query_pairs_mut().append_pair("page", &query.page.to_string());
        }
        url
    }

    /// The search for one asset by the id that all its versions share.
    pub(super) fn by_base_id(&self, id: &str, blender: Version) -> Url {
        self.searched(&format!("asset_base_id:{id}"), 1, blender)
    }

    /// One version of an asset, by its own id.
    pub(super) fn by_version_id(&self, id: &str) -> Url {
        self.at(&["api", "v1", "assets", id])
    }

    /// The asset's page for people.
    pub fn page(&self, id: &str) -> String {
        self.at(&["asset-gallery-detail", id]).into()
    }

    /// Scheme, host and port: what the key belongs to.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Whether the key may go to this URL.
    pub(super) fn owns(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Whether this URL, which an answer names, may be asked at all: never less safely than the service itself.
    pub(super) fn admits(&self, url: &Url) -> bool {
        let plain = self.base.scheme() == "http" && check_base(&without_query(url)).is_ok();
        url.host_str().is_some() && (url.scheme() == "https" || (url.scheme() == "http" && plain))
    }
}

fn without_query(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// An asset's id in what a person may paste: the id alone, the text that the service's pages copy, or such a page's
/// address.
///
/// # Errors
/// `bad_asset_id` for a text without one.
pub fn asset_id(text: &str) -> Result<String> {
    let first = text.split_whitespace().next().unwrap_or_default();
    let first = first.trim_start_matches("asset_base_id:").trim_end_matches('/');
    let id = first.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let fits = id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if (8..=64).contains(&id.len()) && fits && !id.starts_with('-') {
        return Ok(id);
    }
    Err(Error::bad_input("bad_asset_id", format!("{text:?} is not the id of an asset"))
        .because("an id is such as 3f2a91c0-5b1e-4c7d-9a60-2f8e1d4b7c35")
        .hint("copy it from the first column of `broll templates search WORDS`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blenderkit::Kind;

    const ID: &str = "3f2a91c0-5b1e-4c7d-9a60-2f8e1d4b7c35";

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn every_question_has_its_url() {
        let site = Site::new("https://kit.example/").unwrap();
        let query = Query { words: "neon & sky".to_owned(), kind: Kind::Scene, free: false, page: 3 };
        let blender = Version(4, 2, 1);
        assert_eq!(
            site.search(&query, blender).as_str(),
            "https://kit.example/api/v1/search/?query=neon+%26+sky+asset_type%3Ascene+order%3A-score&dict_parameters=1&page_size=15&blender_version=4.2.1&page=3"
        );
        assert!(site.by_base_id(ID, blender).query().unwrap().starts_with("query=asset_base_id%3A3f2a"));
        assert_eq!(site.by_version_id(ID).as_str(), format!("https://kit.example/api/v1/assets/{ID}/"));
        assert_eq!(site.page(ID), format!("https://kit.example/asset-gallery-detail/{ID}/"));
        assert_eq!(
            Site::new("http://127.0.0.1:9/a").unwrap().page("x"),
            "http://127.0.0.1:9/a/asset-gallery-detail/x/"
        );
    }

    #[test]
    fn the_key_goes_to_one_origin_and_nothing_goes_out_less_safely() {
        let site = Site::new("https://kit.example").unwrap();
        assert!(site.owns(&url("https://kit.example/api/v1/downloads/x/")));
        for other in [
            "http://kit.example/",
            "https://kit.example:444/",
            "https://kit.example.evil/",
            "https://cdn.kit.example/",
        ] {
            assert!(!site.owns(&url(other)), "{other}");
        }
        assert!(site.admits(&url("https://cdn.example/a?verify=1")));
        for other in [
            "http://cdn.example/a",
            "http://127.0.0.1/a",
            "ftp://cdn.example/a",
            "file:///etc/passwd",
            "data:,a",
        ] {
            assert!(!site.admits(&url(other)), "{other}");
        }
        let near = Site::new("http://127.0.0.1:8000").unwrap();
        assert!(
            near.admits(&url("http://127.0.0.1:9/a?verify=1")) && near.admits(&url("https://cdn.example/"))
        );
        assert!(!near.admits(&url("http://cdn.example/a")));
        for base in ["http://kit.example", "kit.example", "https://u:p@kit.example", "file:///tmp", ""] {
            assert_eq!(Site::new(base).unwrap_err().code(), "bad_config", "{base}");
        }
    }

    #[test]
    fn an_id_is_found_in_what_people_paste() {
        for text in [
            ID,
            &ID.to_uppercase(),
            &format!("asset_base_id:{ID} asset_type:scene"),
            &format!("https://kit.example/asset-gallery-detail/{ID}/"),
        ] {
            assert_eq!(asset_id(text).unwrap(), ID, "{text}");
        }
        for text in [
            "",
            " ",
            "..",
            "../..",
            "neon city",
            "a?b=c#d",
            "3f2a",
            "xyzxyzxyz",
            "\u{1b}[2J",
            &"a".repeat(65),
        ] {
            assert_eq!(asset_id(text).unwrap_err().code(), "bad_asset_id", "{text}");
        }
    }
}
