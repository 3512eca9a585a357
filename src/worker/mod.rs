//! The process inside an endpoint's container: takes jobs, has them carried out, posts what came of them.
//!
//! A [`Handler`] carries a job out and knows nothing of HTTP; the same one stands behind [`crate::serve`].

mod handler;

pub use handler::{Handler, Outcome, TakenJob};
