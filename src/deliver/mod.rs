//! How a finished clip leaves this machine: inside the answer, to a presigned URL, to S3, or onto a network volume.
//!
//! [`Ways`] knows from the request and the environment which of them there are, says before a frame is rendered where a
//! clip will go, and carries it there afterwards. `sender` makes every request, watches that it moves and repeats it;
//! `presigned`, `s3` and `volume` know their own place only. Files are read piece by piece, whatever their size, and
//! nothing that allows to write somewhere is in a message or a `Debug` output.

mod body;
mod guard;
mod parcel;
mod presigned;
mod s3;
mod sender;
mod size;
mod volume;
mod ways;

use parcel::Parcel;

pub use sender::Tuning;
pub use size::least_bytes;
pub use ways::{Delivered, Ways};
