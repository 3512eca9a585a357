//! Jobs as a worker carries them out: from the JSON of a request to the JSON of its answer.

mod cancel;
mod command;
mod fetch;
mod gpu;
mod jobs;
mod preflight;
mod refusals;
#[expect(dead_code, reason = "the conformance tests use all of it")]
#[path = "../../conformance/platform/http.rs"]
pub(crate) mod server;
