//! The process inside an endpoint's container: takes jobs, has them carried out, posts what came of them.
//!
//! A [`Handler`] carries a job out and knows nothing of HTTP; the same one stands behind [`crate::serve`]. The real one
//! is the [`Shop`]; what a job brings along goes through [`fetch`] and onto a shelf. [`run`] is everything else: `take`
//! polls for jobs, `envelope` opens what came, `held` knows what the worker holds, `shift` brings one job after the other to the handler, `progress`
//! and `report` post, and `heartbeat` and `stop` run beside all that. [`Platform`] is what the environment says about the
//! other side.

mod channel;
mod envelope;
pub mod fetch;
mod guard;
mod handler;
mod heartbeat;
mod held;
mod log;
mod platform;
mod preflight;
mod progress;
mod report;
mod run;
mod shelf;
mod shift;
pub mod shop;
mod stop;
mod take;
mod urls;
mod waits;

pub use handler::{Handler, Outcome, TakenJob};
pub use log::{Level, WorkerLog};
pub use platform::Platform;
pub use run::{RunEnd, Unfit, run};
pub use shop::{Shop, Terms};
pub use waits::Waits;
