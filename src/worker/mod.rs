//! The process inside an endpoint's container: takes jobs, has them carried out, posts what came of them.
//!
//! A [`Handler`] carries a job out and knows nothing of HTTP; the same one stands behind [`crate::serve`]. [`run`] is
//! everything else: `take` polls for jobs, `held` knows what the worker holds, `shift` brings one job after the other to the
//! handler, `progress` and `report` post, and `heartbeat` and `stop` run beside all that. [`Platform`] is what the
//! environment says about the other side.

mod channel;
mod guard;
mod handler;
mod heartbeat;
mod held;
mod log;
mod platform;
mod progress;
mod report;
mod run;
mod shift;
mod stop;
mod take;
mod urls;
mod waits;

pub use handler::{Handler, Outcome, TakenJob};
pub use log::{Level, WorkerLog};
pub use platform::Platform;
pub use run::{RunEnd, Unfit, run};
pub use waits::Waits;
