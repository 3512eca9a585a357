//! URLs that a request carries: what may stand in them, and how much of them may be shown.

use crate::error::{Error, Result};
use crate::net::Url;

/// What a URL may begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// `https`; `http` only where nobody can listen, which is within this machine.
    Secure,
    /// `http` or `https`.
    Any,
}

/// Refuses what is no URL that a worker could use, without quoting more of it than may be shown.
///
/// # Errors
/// `bad_value`, naming the flag.
pub(super) fn check(flag: &str, text: &str, scheme: Scheme) -> Result<()> {
    let refused = |why: String| {
        Error::bad_input("bad_value", format!("{flag} cannot be used"))
            .because(why)
            .hint(format!("give {flag} a whole URL, such as https://example.com/path"))
    };
    let url = Url::parse(text).map_err(|error| refused(format!("it is not a URL: {error}")))?;
    let (given, host) = (url.scheme(), url.host_str().unwrap_or_default());
    match (scheme, given) {
        (_, "https") | (Scheme::Any, "http") => Ok(()),
        (Scheme::Secure, "http") if is_this_machine(host) => Ok(()),
        (Scheme::Secure, _) => {
            Err(refused(format!("it begins with {given}://, and must begin with https://")))
        }
        (Scheme::Any, _) => {
            Err(refused(format!("it begins with {given}:, and must begin with https:// or http://")))
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The URL with `…` for its query, which is where presigned URLs carry their signature, and without a user's name.
pub(super) fn without_query(text: &str) -> String {
    shown(text, |url| {
        let rest = if url.query().is_some() || url.fragment().is_some() { "?…" } else { "" };
        format!("{}{rest}", url.path())
    })
}

/// The URL with `…` for its path and query.
pub(super) fn host_alone(text: &str) -> String {
    shown(text, |url| {
        if matches!(url.path(), "" | "/") && url.query().is_none() { "/" } else { "/…" }.to_owned()
    })
}

fn shown(text: &str, path: impl FnOnce(&Url) -> String) -> String {
    let Ok(url) = Url::parse(text) else { return "…".to_owned() };
    let user = if url.username().is_empty() && url.password().is_none() { "" } else { "…@" };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{user}{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), path(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_worker_can_use_passes() {
        for (text, scheme) in [
            ("https://example.com/a.blend?X-Amz-Signature=1", Scheme::Secure),
            ("http://127.0.0.1:8000/a", Scheme::Secure),
            ("http://[::1]/a", Scheme::Secure),
            ("http://example.com/", Scheme::Any),
        ] {
            assert!(check("--x", text, scheme).is_ok(), "{text}");
        }
        for text in [
            "",
            "example.com/a",
            "http://example.com/a",
            "http://127.0.0.1.example.com/",
            "s3://b/k",
            "https://",
        ] {
            let error = check("--template-url", text, Scheme::Secure).unwrap_err();
            assert!(error.message().contains("--template-url"), "{error}");
        }
        let error = check("--webhook", "ftp://user:secret@example.com/secret", Scheme::Any).unwrap_err();
        assert!(error.to_string().contains("ftp:") && !error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        for (text, query, path) in [
            ("https://e.com/a/b.blend", "https://e.com/a/b.blend", "https://e.com/…"),
            ("https://e.com:8443/a?sig=s#f", "https://e.com:8443/a?…", "https://e.com:8443/…"),
            ("https://u:p@e.com/a#s", "https://…@e.com/a?…", "https://…@e.com/…"),
            ("http://e.com", "http://e.com/", "http://e.com/"),
            ("not a url with a secret", "…", "…"),
        ] {
            assert_eq!(
                (without_query(text), host_alone(text)),
                (query.to_owned(), path.to_owned()),
                "{text}"
            );
        }
    }
}
