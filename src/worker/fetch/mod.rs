//! A .blend from a URL that a stranger gave: https alone, public addresses alone, also behind every redirect, no more
//! bytes than are allowed, and exactly the file that was meant.

mod address;
mod download;
mod guard;

use std::time::Duration;

use super::shelf::Shelf;
use super::shop::is_yes;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::{Http, Redirects, Url};
use guard::{Guard, shown};

/// What a fetch may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchRules {
    /// Largest file, in bytes.
    pub most_bytes: u64,
    /// Whether addresses of private networks, and plain http, are fine.
    pub allow_private: bool,
    /// The wait before the second try; the ones after it take up to twice as long each.
    pub first_wait: Duration,
}

impl Default for FetchRules {
    fn default() -> Self {
        Self { most_bytes: 1 << 30, allow_private: false, first_wait: Duration::from_millis(500) }
    }
}

impl FetchRules {
    /// Reads `RUNPOD_MAX_DOWNLOAD_BYTES` and `RUNPOD_ALLOW_PRIVATE_DOWNLOAD_URLS`, which the official SDK has for its
    /// own downloads.
    ///
    /// # Errors
    /// `bad_config` for a size that is none.
    pub fn from_env(env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let name = "RUNPOD_MAX_DOWNLOAD_BYTES";
        let most_bytes = match env(name) {
            None => Self::default().most_bytes,
            Some(text) => text.trim().parse().ok().filter(|bytes| *bytes > 0).ok_or_else(|| {
                Error::bad_input("bad_config", format!("{name} must be a number of bytes, not {text:?}"))
                    .hint(format!("correct {name}, or unset it for 1 GiB"))
            })?,
        };
        let allow_private = env("RUNPOD_ALLOW_PRIVATE_DOWNLOAD_URLS").is_some_and(|text| is_yes(&text));
        Ok(Self { most_bytes, allow_private, ..Self::default() })
    }
}

/// Fetches files, one at a time.
#[derive(Debug)]
pub(super) struct Fetcher {
    http: Http,
    guard: Guard,
    rules: FetchRules,
}

impl Fetcher {
    /// # Errors
    /// `no_tls` when TLS cannot be set up.
    pub(super) fn new(rules: FetchRules) -> Result<Self> {
        let guard = Guard::new(rules.allow_private);
        // A proxy would resolve names itself, where nobody guards it.
        let resolver = guard.clone();
        let http = Http::build(Redirects::Refuse, |builder| builder.no_proxy().dns_resolver(resolver))?;
        Ok(Self { http, guard, rules })
    }

    /// Brings the file of this hash onto the shelf and gives its URL, fit to be shown. `progress` hears of bytes so far
    /// and in all.
    ///
    /// # Errors
    /// `bad_template_url`, `template_too_large`, `template_hash`, `template_unreachable`, `interrupted`, and those of
    /// the file system.
    pub(super) fn fetch(
        &self,
        url: &str,
        sha256: &str,
        shelf: &Shelf,
        cancel: &Cancel,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<Url> {
        let url = parse(url)?;
        self.guard.check(&url)?;
        if shelf.find(sha256, cancel)?.is_some() {
            return Ok(url);
        }
        let mut draft = shelf.draft()?;
        let found = self.download(&url, draft.as_file_mut(), cancel, progress)?;
        if found != sha256 {
            return Err(Error::bad_input(
                "template_hash",
                "template_url does not hold the file that was meant",
            )
            .because(format!("what lies at {} has the SHA-256 {found}, not {sha256}", shown(&url)))
            .hint("correct template_sha256, or upload the file again"));
        }
        shelf.put(draft, sha256)?;
        Ok(url)
    }
}

fn parse(text: &str) -> Result<Url> {
    // The text itself may hold a signature.
    text.trim().parse().map_err(|error| {
        Error::bad_input("bad_template_url", "template_url is not a URL")
            .because(error)
            .hint("give a whole URL, such as https://example.com/clip.blend")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(pairs: &[(&str, &str)]) -> Result<FetchRules> {
        let find =
            |name: &str| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        FetchRules::from_env(&find)
    }

    #[test]
    fn the_rules_are_those_of_the_official_sdk_with_a_lower_default() {
        assert_eq!(rules(&[]).unwrap(), FetchRules::default());
        assert_eq!(rules(&[("RUNPOD_MAX_DOWNLOAD_BYTES", "7")]).unwrap().most_bytes, 7);
        for text in ["true", "1", "YES"] {
            assert!(rules(&[("RUNPOD_ALLOW_PRIVATE_DOWNLOAD_URLS", text)]).unwrap().allow_private);
        }
        assert!(!rules(&[("RUNPOD_ALLOW_PRIVATE_DOWNLOAD_URLS", "false")]).unwrap().allow_private);
        for text in ["0", "-1", "1 GB", ""] {
            assert_eq!(rules(&[("RUNPOD_MAX_DOWNLOAD_BYTES", text)]).unwrap_err().code(), "bad_config");
        }
    }

    #[test]
    fn a_redirect_is_judged_like_the_url_itself() {
        let fetcher = Fetcher::new(FetchRules::default()).unwrap();
        let at = "https://files.example.com/a/b.blend?x=1".parse().unwrap();
        let target = |location| fetcher.target(location, &at).map(|url| url.to_string());
        assert_eq!(target(Some("../c")).unwrap(), "https://files.example.com/c");
        assert_eq!(target(Some("//cdn.example.com/d")).unwrap(), "https://cdn.example.com/d");
        for (location, said) in [
            (Some("http://files.example.com/c"), "only https"),
            (Some("file:///etc/passwd"), "only https"),
            (Some("https://10.0.0.1/c"), "10.0.0.1 is not an address of the public internet"),
            (Some("//169.254.169.254/latest/meta-data"), "public internet"),
            (Some("//[::ffff:127.0.0.1]/"), "public internet"),
            (Some("https://"), "leads nowhere"),
            (None, "leads nowhere"),
        ] {
            let error = target(location).unwrap_err();
            assert_eq!(error.code(), "bad_template_url");
            assert!(error.to_string().contains(said), "{error}");
        }
    }

    #[test]
    fn a_url_that_is_none_is_not_quoted() {
        let error = parse("/files/a.blend?sig=s3cret").unwrap_err();
        assert!(error.to_string().contains("not a URL") && !error.to_string().contains("s3cret"));
    }
}
