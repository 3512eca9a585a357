//! `broll` turns a Blender template into a finished B-roll clip.
//!
//! The path of a frame, which is also the order of the rooms:
//! [`request`] (what is asked) → [`render`] (the exact job, its frames and their store) → [`blender`]
//! (sessions that draw them) → [`encode`] (the clip) → the file the user named. [`template`] finds what is
//! drawn, [`toolchain`] the tools that draw; what happens on the way is told as [`event::Event`]s to [`ui`].
//!
//! The same path on somebody else's GPU: [`runpod`] is the client (a job goes out, [`receive`] takes the clip that
//! comes back), [`worker`] the process in the endpoint's container, [`serve`] an endpoint on this machine; both carry a
//! clip out through [`deliver`]. [`net`] is HTTP for all of them. [`estimate`] tells beforehand what either path will take.

pub mod blender;
pub mod cli;
pub mod commands;
pub mod config;
pub mod deliver;
pub mod encode;
pub mod error;
pub mod estimate;
pub mod event;
pub mod interrupt;
pub mod net;
pub mod paths;
pub mod process;
pub mod receive;
pub mod render;
pub mod request;
pub mod runpod;
pub mod serve;
pub mod sheet;
pub mod template;
pub mod toolchain;
pub mod ui;
pub mod worker;

pub use commands::run;
