//! What the tests share: the tools they need, the scenes they render, a folder each, and eyes for pictures.

mod clip;
mod endpoint;
mod gpu_machine;
mod picture;
mod reference;
mod running;
mod scenes;
mod shop;
mod stage;
mod tools;

pub(crate) use clip::{clip, probe, stored};
pub(crate) use endpoint::Endpoint;
pub(crate) use gpu_machine::{GpuMachine, TINY};
pub(crate) use picture::{Picture, linear};
pub(crate) use reference::reference;
pub(crate) use running::{Running, children, command_line, gone, until};
pub(crate) use scenes::{fixture, prop, run_script, scene};
pub(crate) use shop::{Premises, request};
pub(crate) use stage::{Answer, Stage};
pub(crate) use tools::{blender, debian_ffmpeg, ffmpeg, ffprobe, old_blender, ptxas};
