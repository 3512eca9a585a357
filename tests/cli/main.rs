//! Hermetic tests of the command line: a home of their own, an empty PATH, no network, no Blender, no ffmpeg.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod complete;
mod decode;
mod env;
mod generated;
mod homeless;
mod image;
mod streams;
mod submit;
mod transcript;
