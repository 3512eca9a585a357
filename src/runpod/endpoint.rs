//! An endpoint and every URL of its job API that broll asks.

use std::fmt;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::net::{Method, Url, check_base, is_loopback};

/// What can be asked of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation<'a> {
    Run,
    Status(&'a str),
    Cancel(&'a str),
    Retry(&'a str),
    Purge,
    Health,
}

impl Operation<'_> {
    /// The method that the documentation names.
    pub(super) fn method(self) -> Method {
        match self {
            Self::Status(_) | Self::Health => Method::GET,
            Self::Run | Self::Cancel(_) | Self::Retry(_) | Self::Purge => Method::POST,
        }
    }

    /// Whether asking twice is as good as asking once.
    pub(super) fn repeatable(self) -> bool {
        !matches!(self, Self::Run | Self::Retry(_))
    }
}

/// A queue-based endpoint: where its API answers, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    id: String,
}

impl Endpoint {
    /// The endpoint `id` of the API at `base`, which may have a path, such as `https://api.runpod.ai/v2`.
    ///
    /// # Errors
    /// `bad_endpoint` for an id or a base that cannot be used.
    pub fn new(base: &str, id: &str) -> Result<Self> {
        if !is_id(id) {
            return Err(Error::bad_input("bad_endpoint", format!("{id:?} cannot be an endpoint"))
                .because("an endpoint's id has letters, digits, - and _ alone")
                .hint("copy the id from the endpoint's page"));
        }
        let url = base.parse::<Url>().map_err(|error| error.to_string());
        let url = url.and_then(|url| check_base(&url).map(|()| url)).map_err(|why| {
            Error::bad_input("bad_endpoint", "the API cannot be used at that address")
                .because(why)
                .hint("correct it: `broll config set endpoint_base_url https://api.runpod.ai/v2`")
        })?;
        Ok(Self { base: url, id: id.to_owned() })
    }

    /// The endpoint that the configuration names, or `id` of the API there.
    ///
    /// # Errors
    /// `no_endpoint_id` when no id is known, and those of [`Self::new`].
    pub fn configured(config: &Config, id: Option<&str>) -> Result<Self> {
        let id = id.or_else(|| config.endpoint_id()).ok_or_else(|| {
            Error::environment("no_endpoint_id", "it is not known which endpoint is meant")
                .hint("name it with --endpoint ID, in RUNPOD_ENDPOINT_ID, or once for all with `broll config set endpoint_id ID`")
        })?;
        Self::new(config.endpoint_base_url(), id)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where the API answers, without a final slash.
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Scheme, host and port: what an API key belongs to.
    pub(super) fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Whether it is on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.base.host_str().is_some_and(is_loopback)
    }

    /// The URL of an operation. A job's id cannot lead elsewhere: it becomes one segment, whatever is in it.
    pub(super) fn url(&self, operation: Operation<'_>) -> Url {
        let (verb, job) = match operation {
            Operation::Run => ("run", None),
            Operation::Status(id) => ("status", Some(id)),
            Operation::Cancel(id) => ("cancel", Some(id)),
            Operation::Retry(id) => ("retry", Some(id)),
            Operation::Purge => ("purge-queue", None),
            Operation::Health => ("health", None),
        };
        let mut url = self.base.clone();
        // Checked when it was made: only a URL without a host has no segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(&self.id).push(verb).extend(job);
        }
        url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.id, self.base())
    }
}

/// Whether a text is an id as RunPod makes them: letters, digits, `-` and `_`.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_url_and_method() {
        let endpoint = Endpoint::new("https://api.runpod.ai/v2", "ep-1_A").unwrap();
        for (operation, method, path) in [
            (Operation::Run, "POST", "run"),
            (Operation::Status("a-u1"), "GET", "status/a-u1"),
            (Operation::Cancel("a-u1"), "POST", "cancel/a-u1"),
            (Operation::Retry("a-u1"), "POST", "retry/a-u1"),
            (Operation::Purge, "POST", "purge-queue"),
            (Operation::Health, "GET", "health"),
        ] {
            assert_eq!(endpoint.url(operation).as_str(), format!("https://api.runpod.ai/v2/ep-1_A/{path}"));
            assert_eq!(operation.method().as_str(), method);
        }
    }

    #[test]
    fn a_base_may_have_a_path_a_port_and_a_final_slash() {
        for (base, url) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000/local/health"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/local/health"),
            ("http://localhost/a/v2/", "http://localhost/a/v2/local/health"),
        ] {
            assert_eq!(Endpoint::new(base, "local").unwrap().url(Operation::Health).as_str(), url);
        }
    }

    #[test]
    fn no_id_leads_elsewhere() {
        let endpoint = Endpoint::new("https://api.runpod.ai/v2", "ep").unwrap();
        for (id, path) in [("../../x", "..%2F..%2Fx"), ("a?b#c", "a%3Fb%23c"), ("a b", "a%20b")] {
            let url = endpoint.url(Operation::Status(id));
            assert_eq!(url.as_str(), format!("https://api.runpod.ai/v2/ep/status/{path}"));
        }
        for id in ["", "a/b", "..", "a b", "ä"] {
            assert_eq!(Endpoint::new("https://api.runpod.ai/v2", id).unwrap_err().code(), "bad_endpoint");
        }
    }

    #[test]
    fn a_key_goes_out_in_the_clear_on_private_networks_alone() {
        for base in [
            "http://127.8.0.1",
            "http://[::1]:80",
            "http://localhost",
            "http://a.localhost",
            "http://10.1.2.3",
            "http://192.168.0.9:8000",
            "http://172.31.0.1",
            "http://100.64.0.1",
            "http://[fd00::1]",
            "http://box",
            "http://box.local",
            "https://example.com",
        ] {
            assert!(Endpoint::new(base, "e").is_ok(), "{base}");
        }
        for base in [
            "http://example.com",
            "http://8.8.8.8",
            "http://172.32.0.1",
            "http://100.128.0.1",
            "http://0.0.0.0",
            "http://[2001:db8::1]",
            "http://127.0.0.1.example.com",
            "http://169.254.169.254",
            "ftp://localhost",
            "https://user:secret@example.com",
            "https://example.com/?key=secret",
            "data:text/plain,a",
            "",
            "v2",
        ] {
            let error = Endpoint::new(base, "e").unwrap_err();
            assert!(
                error.code() == "bad_endpoint" && !error.to_string().contains("secret"),
                "{base}: {error}"
            );
        }
    }
}
