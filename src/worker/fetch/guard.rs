//! Where a fetch may go: the URL is judged before each request, names are judged by what they resolve to at the moment of
//! the connection, so that no answer of a name server can change in between.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;
use crate::error::{Error, Result};
use crate::net::Url;

/// Decides for one client.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    allow_private: bool,
    /// Whether a name had no public address, since the last look.
    refused: Arc<AtomicBool>,
}

impl Guard {
    pub(super) fn new(allow_private: bool) -> Self {
        Self { allow_private, refused: Arc::default() }
    }

    /// Whether this URL may be asked.
    ///
    /// # Errors
    /// `bad_template_url` for another scheme and for a private address in its place.
    pub(super) fn check(&self, url: &Url) -> Result<()> {
        let refused = |why: &str| {
            let text = format!("{} cannot be fetched", shown(url));
            Err(Error::bad_input("bad_template_url", text).because(why).hint(ADVICE))
        };
        match url.scheme() {
            "https" => {}
            "http" if self.allow_private => {}
            "http" => return refused("only https is fetched"),
            other => return refused(&format!("only https is fetched, not {other}")),
        }
        // Numbers in every spelling (0x7f.1, 2130706433) are addresses by now, and a final dot changes nothing.
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        if host.trim_end_matches('.').is_empty() {
            return refused("it names no host");
        }
        match host.parse::<IpAddr>() {
            Ok(address) if !self.allow_private && !is_public(address) => {
                refused(&format!("{address} is not an address of the public internet"))
            }
            _ => Ok(()),
        }
    }

    /// The error of a name that resolves to private addresses alone, if that was why the last request failed.
    pub(super) fn refusal(&self, url: &Url) -> Option<Error> {
        self.refused.swap(false, Ordering::SeqCst).then(|| {
            Error::bad_input("bad_template_url", format!("{} cannot be fetched", shown(url)))
                .because(format!(
                    "{} resolves to no address of the public internet",
                    url.host_str().unwrap_or_default()
                ))
                .hint(ADVICE)
        })
    }

    fn admit(&self, found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
        found.filter(|address| self.allow_private || is_public(address.ip())).collect()
    }
}

const ADVICE: &str = "put the file where the public internet can reach it over https; whoever runs the endpoint can set RUNPOD_ALLOW_PRIVATE_DOWNLOAD_URLS=true for a network of their own";

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let any = !found.is_empty();
            let admitted = guard.admit(found.into_iter());
            if any && admitted.is_empty() {
                guard.refused.store(true, Ordering::SeqCst);
                return Err("it resolves to no address of the public internet".into());
            }
            let addresses: Addrs = Box::new(admitted.into_iter());
            Ok(addresses)
        })
    }
}

/// A URL without what may be secret in it: credentials, query, fragment.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail for URLs that cannot have credentials.
    let _ = (url.set_username(""), url.set_password(None));
    let text: String = url.as_str().chars().take(300).collect();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allow_private: bool) -> Result<()> {
        Guard::new(allow_private).check(&url.parse().unwrap())
    }

    #[test]
    fn addresses_in_the_url_are_judged_in_every_spelling() {
        for url in [
            "https://127.0.0.1/a.blend",
            "https://127.1/a.blend",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://user:password@10.1.2.3:8443/",
            "https://１２７.0.0.1/",
        ] {
            let error = check(url, false).unwrap_err();
            assert_eq!(error.code(), "bad_template_url");
            assert!(
                error.to_string().contains("public internet") && !error.to_string().contains("password"),
                "{error}"
            );
            assert!(check(url, true).is_ok(), "{url}");
        }
        for url in ["https://1.1.1.1/a", "https://[2606:4700:4700::1111]/a", "https://example.com/a"] {
            assert!(check(url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn only_https_unless_private_networks_are_allowed() {
        for url in ["http://example.com/a", "ftp://example.com/a", "file:///etc/passwd", "data:,x"] {
            assert!(check(url, false).unwrap_err().to_string().contains("only https"), "{url}");
        }
        assert!(check("http://example.com/a", true).is_ok());
        assert!(check("file:///etc/passwd", true).is_err() && check("https://./", false).is_err());
    }

    #[test]
    fn private_addresses_of_a_name_are_dropped() {
        let found =
            ["10.0.0.1:0", "1.1.1.1:0", "[fe80::1]:0", "[::ffff:127.0.0.1]:0"].map(|a| a.parse().unwrap());
        let admitted = Guard::new(false).admit(found.into_iter());
        assert_eq!(admitted, ["1.1.1.1:0".parse().unwrap()]);
        assert_eq!(Guard::new(true).admit(found.into_iter()).len(), 4);
    }

    #[test]
    fn a_name_that_resolves_to_this_machine_is_refused_at_the_connection() {
        let guard = Guard::new(false);
        let name = || "localhost".parse::<Name>().unwrap();
        let resolve = |guard: &Guard| crate::net::runtime().unwrap().block_on(guard.resolve(name()));
        assert!(resolve(&guard).is_err());
        let url = "https://localhost/?sig=s3cret".parse().unwrap();
        let error = guard.refusal(&url).unwrap();
        assert!(
            error.to_string().contains("localhost resolves") && !error.to_string().contains("s3cret"),
            "{error}"
        );
        assert!(guard.refusal(&url).is_none());
        assert!(resolve(&Guard::new(true)).unwrap().count() > 0);
    }

    #[test]
    fn what_is_shown_holds_no_secret() {
        let url = "https://u:p@x.example/a.blend?X-Amz-Signature=s#t".parse().unwrap();
        assert_eq!(shown(&url), "https://x.example/a.blend");
    }
}
