//! `broll` turns a Blender template into a finished B-roll clip.
//!
//! The path of a frame, which is also the order of the rooms:
//! [`request`] (what is asked) → [`render`] (the exact job, its frames and their store) → [`blender`]
//! (sessions that draw them) → [`encode`] (the clip) → the file the user named. [`template`] finds what is
//! drawn, [`toolchain`] the tools that draw; what happens on the way is told as [`event::Event`]s to [`ui`].

pub mod blender;
pub mod cli;
pub mod commands;
pub mod config;
pub mod encode;
pub mod error;
pub mod event;
pub mod interrupt;
pub mod paths;
pub mod process;
pub mod render;
pub mod request;
pub mod template;
pub mod toolchain;
pub mod ui;

pub use commands::run;
