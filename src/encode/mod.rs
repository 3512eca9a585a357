//! Frames to a clip: which arguments, one ffmpeg that eats frames as they come, and the proof at the end.

pub mod codec;
mod feeder;
pub mod probe;
mod progress;
mod verify;

pub use codec::{ClipFormat, Encoder};
pub use feeder::Feeder;
pub use verify::verify;
