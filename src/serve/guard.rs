//! Who is let in: clients with the token, or on this machine alone any client, but no web page in its browser.

use std::fmt;
use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::net::Url;

/// What clients must send as their API key; kept as a digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A token of visible ASCII characters.
    ///
    /// # Errors
    /// `bad_token`, which does not show it.
    pub fn new(text: &str) -> Result<Self> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::bad_input("bad_token", "a token is one word of visible ASCII characters")
                .hint("make one with: openssl rand -hex 32"));
        }
        Ok(Self(digest(text.as_bytes())))
    }

    fn fits(&self, sent: &[u8]) -> bool {
        // How far two digests agree tells nothing of the token, and all of them is compared besides.
        self.0.iter().zip(digest(sent)).fold(0, |differing, (own, sent)| differing | (own ^ sent)) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    /// No key, or another than the token.
    Key,
    /// It comes from a web page, or was sent to a name that is not this machine's.
    Site,
}

/// Decides on requests.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    /// `None` only while this machine alone is served.
    token: Option<Token>,
    /// The host as it was asked for.
    host: String,
}

impl Guard {
    pub(super) fn new(token: Option<Token>, host: &str) -> Self {
        Self { token, host: host.to_owned() }
    }

    /// Whether the request may come from where it comes from. A web page on any site can make a browser send requests
    /// to this machine, also under a name of the site's own that it lets point here; only where no token is asked for
    /// would that be enough.
    pub(super) fn site(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Denied> {
        if self.token.is_some() {
            return Ok(());
        }
        let host = headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
        let named = uri.authority().map(axum::http::uri::Authority::as_str).or(host).unwrap_or_default();
        let origins = headers.get_all(header::ORIGIN).iter();
        let strange = origins
            .map(|origin| Url::parse(origin.to_str().unwrap_or_default()))
            .any(|origin| !origin.is_ok_and(|url| url.host_str().is_some_and(|host| self.is_own(host))));
        let own = [Some(named), host].into_iter().flatten().all(|name| self.is_own(without_port(name)));
        if own && !strange { Ok(()) } else { Err(Denied::Site) }
    }

    /// Whether the key is right: the token, or any where none is set. `Bearer` may stand before it.
    pub(super) fn key(&self, headers: &HeaderMap) -> Result<(), Denied> {
        let sent = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes().trim_ascii());
        let sent = sent.unwrap_or_default();
        let key = match sent.split_at_checked(6) {
            Some((word, rest)) if word.eq_ignore_ascii_case(b"bearer") => match rest {
                [] => rest,
                [b' ', ..] => rest.trim_ascii(),
                _ => sent,
            },
            _ => sent,
        };
        let fits = self.token.as_ref().is_none_or(|token| token.fits(key));
        if !key.is_empty() && fits { Ok(()) } else { Err(Denied::Key) }
    }

    fn is_own(&self, host: &str) -> bool {
        let bare = |host: &str| host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let host = bare(host);
        let local = host == "localhost" || host.ends_with(".localhost");
        local || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) || (host == bare(&self.host))
    }
}

/// The host of `host`, `host:port` and `[ip]:port`.
fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn open() -> Guard {
        Guard::new(None, "127.0.0.1")
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        let site = |host: &str| open().site(&"/v2".parse().unwrap(), &headers(&[("host", host)]));
        for host in ["127.0.0.1", "127.0.0.1:8640", "LOCALHOST:1", "a.localhost", "[::1]:8640", "127.9.9.9"] {
            assert_eq!(site(host), Ok(()), "{host}");
        }
        for host in
            ["", "evil.example", "evil.example:8640", "127.0.0.1.evil.example", "localhost.evil.example:80"]
        {
            assert_eq!(site(host), Err(Denied::Site), "{host}");
        }
        assert_eq!(
            Guard::new(None, "::1").site(&"/".parse().unwrap(), &headers(&[("host", "[::1]")])),
            Ok(())
        );
        assert_eq!(open().site(&"/".parse().unwrap(), &HeaderMap::new()), Err(Denied::Site));
    }

    #[test]
    fn the_line_of_the_request_counts_as_well_as_its_headers() {
        let absolute: Uri = "http://evil.example/v2".parse().unwrap();
        assert_eq!(open().site(&absolute, &headers(&[("host", "localhost")])), Err(Denied::Site));
        let own: Uri = "http://localhost:8640/v2".parse().unwrap();
        assert_eq!(open().site(&own, &headers(&[("host", "evil.example")])), Err(Denied::Site));
        assert_eq!(open().site(&own, &HeaderMap::new()), Ok(()));
    }

    #[test]
    fn web_pages_of_other_sites_are_turned_away() {
        let site = |guard: &Guard, origin: &str| {
            guard.site(&"/".parse().unwrap(), &headers(&[("host", "localhost"), ("origin", origin)]))
        };
        assert_eq!(site(&open(), "http://localhost:3000"), Ok(()));
        for origin in ["https://evil.example", "null", "chrome-extension://abc", "", "file://"] {
            assert_eq!(site(&open(), origin), Err(Denied::Site), "{origin}");
        }
        // Whoever has the token is no stranger, whatever name a proxy gave this machine.
        let guarded = Guard::new(Some(Token::new("t").unwrap()), "0.0.0.0");
        assert_eq!(site(&guarded, "https://render.example"), Ok(()));
    }

    #[test]
    fn a_key_is_always_needed_and_the_token_where_there_is_one() {
        let key = |guard: &Guard, value: &str| guard.key(&headers(&[("authorization", value)]));
        for value in ["Bearer x", "bearer  x ", "x", "Basic abc", "Bearerx"] {
            assert_eq!(key(&open(), value), Ok(()), "{value}");
        }
        for value in ["", " ", "Bearer", "Bearer ", "bearer   "] {
            assert_eq!(key(&open(), value), Err(Denied::Key), "{value:?}");
        }
        assert_eq!(open().key(&HeaderMap::new()), Err(Denied::Key));
        let guarded = Guard::new(Some(Token::new("s3cret").unwrap()), "0.0.0.0");
        assert_eq!((key(&guarded, "Bearer s3cret"), key(&guarded, "s3cret")), (Ok(()), Ok(())));
        for value in ["Bearer s3cre", "Bearer s3crets", "Bearer S3cret", "x"] {
            assert_eq!(key(&guarded, value), Err(Denied::Key), "{value}");
        }
        assert!(!format!("{guarded:?}").contains("s3cret"));
        assert!(Token::new("").is_err() && Token::new("a b").is_err() && Token::new("ü").is_err());
    }
}
