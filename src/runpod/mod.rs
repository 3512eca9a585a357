//! The client's side of a RunPod endpoint: a job goes out, is watched, and its clip comes back.
//!
//! [`Client`] has the API's verbs, `retry` decides what may be asked again, [`Journal`] remembers every job on disk from
//! before it is sent. [`send()`] and [`bring_home`] are the two halves of a job's way; between them broll may end at any
//! moment, and another one goes on from the journal.

mod client;
mod cost;
mod endpoint;
mod gone;
mod health;
mod home;
mod job;
mod journal;
mod kept;
mod key;
mod pace;
pub mod parcel;
mod refusal;
mod retry;
mod send;
mod verdict;
mod watch;

pub use client::{Asking, Client, Unsent};
pub use cost::estimate;
pub use endpoint::{Endpoint, is_id};
pub use gone::{RETENTION, missing};
pub use health::{Health, Jobs, Workers};
pub use home::{Home, bring_home, take_home};
pub use job::{JobState, JobStatus};
pub use journal::{Draft, Entry, Fetched, Journal, Listing, Sending, Standing};
pub use kept::kept;
pub use key::{ApiKey, KeyOrigin};
pub use pace::Pace;
pub use send::send;
pub use verdict::verdict;
pub use watch::{Final, progress_of, watch};
