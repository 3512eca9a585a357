//! Blender as broll uses it: one resident process a session, spoken to in JSON lines, its log understood.

mod assignment;
mod caches;
mod fault;
mod launch;
pub mod log;
mod log_file;
mod place;
mod protocol;
mod session;
mod stall;
mod trial;

pub use assignment::{Asset, Assigned, Assignment, Holds};
pub use fault::Fault;
pub(crate) use launch::{PYTHON_VARIABLES, driver_revision};
pub use launch::{Program, install_driver};
pub use place::{Place, Step};
pub use protocol::{
    ExternalFile, FrameDone, Hello, Inspection, MissingFile, Open, Packed, SceneFacts, Version,
};
pub use session::{Session, SessionOptions};
pub use trial::{Trial, Trials};
