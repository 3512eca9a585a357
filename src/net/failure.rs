//! What can go wrong between a request and the end of its answer.

use std::error::Error as _;
use std::fmt;

/// How far a request had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// No connection came about: the server has seen nothing.
    Nothing,
    /// The request was on its way; whether the server acted on it is unknown.
    Sent,
    /// The head of the answer was there, its body broke off.
    Body,
}

/// A request without a whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How far it had come.
    pub reached: Reached,
    /// Whether a limit of time ran out.
    pub timed_out: bool,
    /// Whether it was given up because the work was cancelled.
    pub cancelled: bool,
    /// Whether the answer was a redirect that leads nowhere: round in circles, or to what is no web address. Another try
    /// would end the same way.
    pub astray: bool,
    /// Why, in words; never holds a header, and of the URL neither query nor credentials.
    pub why: String,
}

impl Failure {
    pub(crate) fn new(reached: Reached, why: String) -> Self {
        Self { reached, timed_out: false, cancelled: false, astray: false, why }
    }

    pub(super) fn cancelled(reached: Reached) -> Self {
        Self { cancelled: true, ..Self::new(reached, "it was cancelled".to_owned()) }
    }

    pub(super) fn timed_out(reached: Reached, what: &str, seconds: u64) -> Self {
        Self { timed_out: true, ..Self::new(reached, format!("{what} within {seconds} s")) }
    }

    pub(super) fn of(error: reqwest::Error, reached: Reached) -> Self {
        // Only a URL that came with a redirect was never looked at before.
        let astray = error.is_redirect() || error.is_builder();
        let reached = if error.is_connect() || error.is_builder() { Reached::Nothing } else { reached };
        let timed_out = error.is_timeout();
        // A presigned URL is a secret in its query.
        let error = error.without_url();
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !why.contains(&text) {
                why = format!("{why}: {text}");
            }
            source = cause.source();
        }
        Self { timed_out, astray, ..Self::new(reached, why) }
    }

    pub(super) fn too_long(most: usize) -> Self {
        let why = format!("the answer is longer than {most} bytes");
        Self::new(Reached::Body, why)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Failure {}
