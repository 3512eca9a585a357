//! The client's side of a RunPod endpoint: a job goes out, is watched, and its clip comes back.

mod job;
pub mod parcel;

pub use job::{JobState, JobStatus};
