//! Blenders that are up before the first job: to know that they come up and what they render on, and so that no job
//! waits for kernels.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::keeper::Keeper;
use super::pipeline::{seats_of, session_options};
use super::resident::Resident;
use super::seat::{GpuWish, Seat};
use super::stage::join;
use super::studio::Studio;
use crate::blender::{Open, SessionOptions};
use crate::config::Config;
use crate::error::Result;
use crate::event::{Silent, Warning};
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::request::{Backend, Device};
use crate::toolchain::gpu;
use crate::toolchain::kernels::Readiness;

/// Where and how Blender is warmed up.
#[derive(Debug, Clone, Copy)]
pub struct Warmth<'a> {
    /// Names tools.
    pub config: &'a Config,
    /// Folders.
    pub paths: &'a Paths,
    /// What jobs render on unless they say otherwise.
    pub device: Device,
    /// A silent, idle Blender is given up after this long.
    pub stall_timeout: Duration,
    /// Ends it.
    pub cancel: &'a Cancel,
    /// Where the sessions stay.
    pub resident: &'a Resident,
}

/// What has been warmed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warmed {
    /// Sessions that are up, one on each GPU.
    pub sessions: u32,
    /// What they render on; `None` is the processor.
    pub backend: Option<Backend>,
}

impl Warmth<'_> {
    /// Asks a Blender what it can render on, and leaves it for the next job. Gives the backend that the device comes to;
    /// `None` is the processor.
    ///
    /// # Errors
    /// `no_gpu`, those of a Blender that is not there or does not come up (exit 3), and `interrupted`.
    pub fn hello(&self) -> Result<Option<Backend>> {
        // The seat that the first session of a job will have.
        let visible =
            seats_of(self.device, &GpuWish::default(), &gpu::meant_by(self.device))?.swap_remove(0).visible;
        let options = self.options(visible.clone())?;
        let (session, _, backend) =
            Keeper::hello(&Studio::new(&Silent), &options, self.device, self.resident)?;
        self.resident.put(visible, session);
        Ok(backend)
    }

    /// Renders one tiny frame of `file` on every GPU, all at once, and leaves the sessions for the next job. `told` hears
    /// beforehand what the frames will wait for.
    ///
    /// # Errors
    /// As for [`Self::hello`], and those of a frame.
    pub fn first_frame(&self, file: &Path, told: &dyn Fn(&Warning)) -> Result<Warmed> {
        let gpus = gpu::meant_by(self.device);
        let seats = seats_of(self.device, &GpuWish::default(), &gpus)?;
        let options = self.options(None)?;
        if self.device != Device::Cpu {
            let names: Vec<String> = gpus.iter().map(|gpu| gpu.name.clone()).collect();
            Readiness::of(&options.program, gpus).warnings(&names).iter().for_each(told);
        }
        let folder = tempfile::tempdir()?;
        let one = |number: usize, seat: &Seat| {
            let options = SessionOptions { visible: seat.visible.clone(), ..options.clone() };
            self.one(&options, file, &folder.path().join(format!("{number}.png")))
        };
        let backends = thread::scope(|scope| {
            let one = &one;
            let others = seats.iter().enumerate().skip(1);
            let others: Vec<_> =
                others.map(|(number, seat)| scope.spawn(move || one(number, seat))).collect();
            let first = one(0, &seats[0]);
            // Every session is waited for, whatever became of the first.
            let others: Vec<_> = others.into_iter().map(join).collect();
            std::iter::once(first).chain(others).collect::<Result<Vec<_>>>()
        })?;
        Ok(Warmed { sessions: u32::try_from(backends.len()).unwrap_or(u32::MAX), backend: backends[0] })
    }

    /// One session: the frame of a job with OptiX, and with CUDA where a job would turn to it.
    fn one(&self, options: &SessionOptions, file: &Path, frame: &Path) -> Result<Option<Backend>> {
        let studio = Studio::new(&Silent);
        let (session, _, backend) = Keeper::hello(&studio, options, self.device, self.resident)?;
        let render = |session, backend: Option<Backend>| {
            let name = backend.map_or("CPU", Backend::cycles_name);
            let mut keeper = Keeper::new(&studio, options, 0, session, tiny(file, name));
            let facts = keeper.open()?;
            let drawn = keeper.render(0, (facts.frame_start, 0.0), frame);
            keeper.leave(self.resident);
            drawn.map(|_| backend)
        };
        match render(Some(session), backend) {
            Err(error) if error.code() == "optix_start" && self.device == Device::Auto => {
                render(None, Some(Backend::Cuda))
            }
            done => done,
        }
    }

    fn options(&self, visible: Option<String>) -> Result<SessionOptions> {
        let found = self.resident.blender(self.config, self.paths)?;
        session_options(found, self.paths, self.stall_timeout, self.cancel.clone(), visible)
    }
}

/// The first frame of a file as small as it gets, with everything on that takes kernels of its own.
fn tiny(file: &Path, backend: &str) -> Open {
    Open { denoise: true, persistent: true, ..Open::trial(file, backend) }
}
