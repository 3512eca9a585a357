//! HTTP for everyone: callers block, requests can be given up at any moment, and no client needs a certificate store.
//!
//! A request goes through [`Http::send`], which answers with a [`Reply`] as soon as its head is there; its body is
//! read whole and bounded ([`Reply::bytes`]) or piece by piece ([`Reply::chunk`]). What goes wrong is a [`Failure`]
//! that knows how far the request had come, since that decides whether it may be sent again.

mod answer;
mod backoff;
mod base;
mod embedded;
mod failure;
mod http;
mod resume;

pub(crate) use answer::Answer;
pub use backoff::{Backoff, sleep};
pub(crate) use base::{check_base, is_loopback};
pub(crate) use embedded::embedded_v4;
pub use failure::{Failure, Reached};
pub use http::{Http, Limits, Redirects, Reply, runtime};
pub use reqwest::{Method, Url};
pub(crate) use resume::Resume;
