//! Frames to a clip: which arguments, one ffmpeg that eats frames as they come, and the proof at the end.

pub mod codec;
mod decoded;
mod feeder;
pub mod probe;
mod progress;
mod verify;

pub use codec::{ClipFormat, Encoder};
pub use decoded::{Decoded, Reading, decode};
pub use feeder::Feeder;
pub use verify::verify;
