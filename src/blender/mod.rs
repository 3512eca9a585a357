//! Blender as broll uses it: one resident process a session, spoken to in JSON lines, its log understood.

mod caches;
mod fault;
mod launch;
pub mod log;
mod protocol;
mod session;
mod stall;

pub use fault::Fault;
pub(crate) use launch::{PYTHON_VARIABLES, driver_revision};
pub use launch::{Program, install_driver};
pub use protocol::{
    Assignment, ExternalFile, FrameDone, Hello, Inspection, MissingFile, Open, Packed, SceneFacts, Version,
};
pub use session::{Session, SessionOptions};
