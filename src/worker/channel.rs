//! Requests to the platform, with the headers that it expects.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use super::Platform;
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::net::{Failure, Http, Limits, Method, Redirects, Reply, Url};

/// The way to the platform; clones share connections.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    http: Http,
    key: Option<HeaderValue>,
}

impl Channel {
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn new(platform: &Platform) -> Result<Self> {
        // Each request has a connection of its own: a long poll that hangs delays nothing else, and a progress post that is
        // given up takes its connection with it. A redirect would carry the key away.
        let http = Http::build(Redirects::Refuse, reqwest::ClientBuilder::http1_only)?;
        Ok(Self { http, key: platform.key.clone() })
    }

    /// Asks with a long poll, and waits for the head of the answer.
    ///
    /// # Errors
    /// Those of [`Http::send`].
    pub(super) fn poll(&self, url: Url, limits: Limits, cancel: &Cancel) -> Result<Reply, Failure> {
        let request = self.http.request(Method::GET, url).header(CONTENT_TYPE, "application/json");
        self.send(request, limits, cancel)
    }

    /// Gives a sign of life.
    ///
    /// # Errors
    /// Those of [`Http::send`].
    pub(super) fn ping(&self, url: Url, limits: Limits, cancel: &Cancel) -> Result<Reply, Failure> {
        self.send(self.http.request(Method::GET, url), limits, cancel)
    }

    /// Tells something about a job. The body is JSON whatever the type says: that and the header named `charset` are
    /// the official worker's.
    ///
    /// # Errors
    /// Those of [`Http::send`].
    pub(super) fn post(
        &self,
        url: Url,
        job: &str,
        body: Vec<u8>,
        limits: Limits,
        cancel: &Cancel,
    ) -> Result<Reply, Failure> {
        let mut request = self
            .http
            .request(Method::POST, url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("charset", "utf-8");
        if let Ok(id) = HeaderValue::from_str(job) {
            request = request.header("X-Request-ID", id);
        }
        self.send(request.body(body), limits, cancel)
    }

    fn send(&self, mut request: RequestBuilder, limits: Limits, cancel: &Cancel) -> Result<Reply, Failure> {
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, key.clone());
        }
        self.http.send(request, limits, cancel)
    }
}

/// The same limit for the head and for silences in the body.
pub(super) fn within(time: Duration) -> Limits {
    Limits { head: time, idle: time }
}
