//! Hermetic tests of the command line: a home of their own, an empty PATH, no network, no Blender, no ffmpeg.

mod env;
mod generated;
mod streams;
mod transcript;
