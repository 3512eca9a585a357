//! broll with a real Blender and a real ffmpeg, on files as people make them. Pictures are tiny and rendered on the
//! processor; what is checked is what they show. `make test` installs the tools and names them.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod alpha;
mod assets;
mod blend_files;
mod bundled;
mod cameras;
mod cold;
mod colour;
mod common;
mod compositing;
mod encoders;
mod engines;
mod estimate;
mod faults;
mod gpus;
mod journey;
mod kernels;
mod kernels_refused;
mod ladder;
mod names;
mod outputs;
mod parts;
mod preview;
mod receive;
mod result;
mod resume;
mod scripts;
mod simulations;
mod timing;
mod toolchain;
mod worker;
