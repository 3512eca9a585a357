//! The process inside an endpoint's container: takes jobs, has them carried out, posts what came of them.
//!
//! A [`Handler`] carries a job out and knows nothing of HTTP; the same one stands behind [`crate::serve`]. The real one
//! is the [`Shop`]; what a job brings along goes through [`fetch`] and onto a shelf.

pub mod fetch;
mod handler;
mod preflight;
mod shelf;
pub mod shop;

pub use handler::{Handler, Outcome, TakenJob};
pub use shop::{Shop, Terms};
