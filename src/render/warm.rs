//! A Blender that is up before the first job, to know that it comes up, and what it renders on.

use std::time::Duration;

use super::keeper::Keeper;
use super::pipeline::{seats_of, session_options};
use super::resident::Resident;
use super::seat::GpuWish;
use super::studio::Studio;
use crate::config::Config;
use crate::error::Result;
use crate::event::Silent;
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::request::{Backend, Device};
use crate::toolchain;

/// Asks a Blender what it can render on, and leaves it in `resident` for the next job. Gives the backend that `device`
/// comes to; `None` is the processor.
///
/// # Errors
/// `no_gpu`, those of a Blender that is not there or does not come up (exit 3), and `interrupted`.
pub fn warm(
    config: &Config,
    paths: &Paths,
    device: Device,
    stall_timeout: Duration,
    cancel: &Cancel,
    resident: &Resident,
) -> Result<Option<Backend>> {
    let found = toolchain::blender::find(config, paths)?;
    // The seat that the first session of a job will have.
    let visible =
        seats_of(device, &GpuWish::default(), &toolchain::gpu::meant_by(device))?.swap_remove(0).visible;
    let options = session_options(found, paths, stall_timeout, cancel.clone(), visible.clone())?;
    let (session, _, backend) = Keeper::hello(&Studio::new(&Silent), &options, device, resident)?;
    resident.put(visible, session);
    Ok(backend)
}
