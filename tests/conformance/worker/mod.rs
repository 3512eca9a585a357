//! The worker's side of the protocol: each line of what a correct worker does, the official worker beside ours, seeded
//! faults, and signals.

mod circle;
mod faults;
mod heartbeats;
mod official;
mod posts;
mod process;
mod signals;
mod stage;
mod stops;
mod takes;
mod warm_up;
