//! Keeps one Blender at work: starts it, starts it again when it dies, hangs or runs out of memory, and knows when
//! to give up. A frame that ends Blender twice is not tried a third time.

use std::path::Path;
use std::time::Instant;

use super::crew::Drawn;
use super::digest::{self, Stamp};
use super::refusals::{check_hello, failure, no_gpu, refusal, template_changed};
use super::resident::Resident;
use super::starting::{first_answer, sibling_options};
use super::studio::Studio;
use crate::blender::log::{FrameProgress, LogLine, Phase, ProblemKind};
use crate::blender::{
    Assignment, ExternalFile, Fault, Hello, Inspection, Open, SceneFacts, Session, SessionOptions, Trials,
};
use crate::error::{Error, Result};
use crate::event::{Event, Step, Warning};
use crate::request::{Backend, Device};

/// One session and what it takes to bring it back.
pub struct Keeper<'a> {
    studio: &'a Studio<'a>,
    options: SessionOptions,
    number: usize,
    /// Has the file open.
    session: Option<Session>,
    /// Is up, with another file open or none.
    fresh: Option<Session>,
    open: Open,
    layers: usize,
    opened: Option<(Stamp, Vec<ExternalFile>)>,
    device_memory_peak: Option<u64>,
    /// Where sessions of earlier jobs wait, with what they still hold.
    idle: Option<&'a Resident>,
}

/// Times that the same command may end Blender before broll gives up.
const MOST_DEATHS: u32 = 2;

impl<'a> Keeper<'a> {
    /// Starts Blender and finds what it can render on.
    ///
    /// # Errors
    /// `blender_too_old`, `no_cycles`, `no_gpu` (exit 3), and those of a Blender that does not come up.
    pub fn hello(
        studio: &'a Studio<'a>,
        options: &SessionOptions,
        device: Device,
        resident: &Resident,
    ) -> Result<(Session, Hello, Option<Backend>)> {
        let waiting = resident.take(options).and_then(|mut session| {
            // One that dies now is replaced like any other.
            session.hello(&device.backends(), false).ok().map(|hello| (session, hello))
        });
        let (session, hello) = match waiting {
            Some(warm) => warm,
            None => {
                studio.tell(&Event::Preparing(Step::StartBlender));
                first_answer(options, &device.backends())?
            }
        };
        check_hello(&hello, options.program.path())?;
        let backend = device
            .backends()
            .into_iter()
            .find(|backend| !hello.device_names(backend.cycles_name()).is_empty());
        if backend.is_none() && device != Device::Cpu {
            return Err(no_gpu(device));
        }
        Ok((session, hello, backend))
    }

    /// Takes a session that said hello; [`Self::open`] comes next.
    pub fn new(
        studio: &'a Studio<'a>,
        options: &SessionOptions,
        number: usize,
        mut fresh: Option<Session>,
        open: Open,
    ) -> Self {
        fresh.iter_mut().for_each(|session| session.renew(options));
        Self {
            studio,
            options: options.clone(),
            number,
            session: None,
            fresh,
            open,
            layers: 1,
            opened: None,
            device_memory_peak: None,
            idle: None,
        }
    }

    /// Ends the sessions that wait here when memory is short.
    #[must_use]
    pub(super) fn beside(self, idle: &'a Resident) -> Self {
        Self { idle: Some(idle), ..self }
    }

    /// For siblings that do without scene data between frames.
    pub(super) fn frugal(&self) -> Self {
        let mut frugal = self.sibling(self.number, self.options.visible.clone());
        frugal.open.persistent = false;
        frugal
    }

    /// One more keeper of the same open file, on another GPU or the same one. It starts no Blender before it must.
    pub(super) fn sibling(&self, number: usize, visible: Option<String>) -> Self {
        Self {
            studio: self.studio,
            options: sibling_options(&self.options, number, visible),
            number,
            session: None,
            fresh: None,
            open: self.open.clone(),
            opened: self.opened.clone(),
            ..*self
        }
    }

    /// Starts the Blender of a sibling while the first one comes up; [`Self::adopt`] takes it over. One that does not come up
    /// is told of when its keeper tries again.
    pub(super) fn start_ahead(
        options: &SessionOptions,
        number: usize,
        visible: Option<String>,
        resident: &Resident,
    ) {
        if !resident.has(visible.as_deref())
            && let Ok((session, _)) = first_answer(&sibling_options(options, number, visible.clone()), &[])
        {
            resident.lend(visible, session);
        }
    }

    /// Takes over a Blender that waits, if there is one for this keeper's GPU.
    pub(super) fn adopt(&mut self, resident: &Resident) {
        if self.session.is_none() && self.fresh.is_none() {
            self.fresh = resident.take(&self.options);
        }
    }

    /// Opens the file, in a new Blender if need be.
    ///
    /// # Errors
    /// What is wrong with the file (exit 1), the device (exit 3) or Blender (exit 4).
    pub fn open(&mut self) -> Result<SceneFacts> {
        let mut deaths = 0;
        loop {
            let mut session = self.any_session()?;
            match session.open(&self.open, &mut |_| {}) {
                Ok(facts) => {
                    self.layers = facts.view_layers;
                    self.check_unchanged(&facts)?;
                    self.session = Some(session);
                    return Ok(facts);
                }
                Err(fault) => {
                    self.judge(&session, &fault, "the template could not be opened", &mut deaths)?;
                }
            }
        }
    }

    /// A file that is not what it was when it was first opened would mix two pictures in one clip.
    fn check_unchanged(&mut self, facts: &SceneFacts) -> Result<()> {
        let now = (digest::stamp(&self.open.file)?, facts.files.clone());
        match &self.opened {
            Some(before) if *before != now => Err(template_changed(&self.open.file)),
            _ => {
                self.opened = Some(now);
                Ok(())
            }
        }
    }

    /// Has the file open, in a new Blender if need be.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub(super) fn ready(&mut self) -> Result<()> {
        if self.session.is_none() { self.open().map(drop) } else { Ok(()) }
    }

    /// Renders frame `index` of the clip, which shows the scene at `at`, into `path`.
    ///
    /// # Errors
    /// `frame_failed`, `out_of_memory`, `disk_full`, … (exit 4), `optix_start` when OptiX does not come up.
    pub fn render(&mut self, index: u32, at: (i64, f64), path: &Path) -> Result<Drawn> {
        let mut deaths = 0;
        loop {
            self.ready()?;
            let Some(mut session) = self.session.take() else { continue };
            self.studio.tell(&Event::FrameStarted {
                session: self.number,
                frame: index,
                gpu: self.options.visible.clone(),
            });
            let mut progress = FrameProgress::new(self.layers);
            let mut sampling: Option<(Instant, Instant)> = None;
            let mut heard = |line: &LogLine| {
                if let LogLine::Status(status) = line {
                    self.device_memory_peak = self.device_memory_peak.max(status.device_memory_peak);
                    let fraction = progress.update(status);
                    let phase = progress.phase();
                    if matches!(phase, Phase::Sample { .. } | Phase::Denoise | Phase::Finish) {
                        let now = Instant::now();
                        sampling = Some((sampling.map_or(now, |(first, _)| first), now));
                    }
                    self.studio.tell(&Event::FrameProgress {
                        session: self.number,
                        frame: index,
                        fraction,
                        phase,
                    });
                }
            };
            match session.render(at, path, &mut heard) {
                Ok(done) => {
                    self.session = Some(session);
                    let busy = sampling.map_or(0.0, |(first, last)| (last - first).as_secs_f64());
                    return Ok(Drawn { seconds: done.seconds, busy, memory: self.device_memory_peak });
                }
                Err(fault) => {
                    self.judge(
                        &session,
                        &fault,
                        &format!("frame {} of the clip could not be rendered", index + 1),
                        &mut deaths,
                    )?;
                    self.studio.tell(&Event::FrameRetried { frame: index, reason: fault.describe() });
                }
            }
        }
    }

    /// Counts what the open scene holds.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn inspect(&mut self) -> Result<Inspection> {
        let mut deaths = 0;
        loop {
            self.ready()?;
            let Some(mut session) = self.session.take() else { continue };
            match session.inspect() {
                Ok(counts) => {
                    self.session = Some(session);
                    return Ok(counts);
                }
                Err(fault) => self.judge(&session, &fault, "the scene could not be counted", &mut deaths)?,
            }
        }
    }

    /// Tries values in the file as it was saved; [`Self::open`] comes next.
    ///
    /// # Errors
    /// As for [`Self::open`]; a value that does not fit is none.
    pub fn attempt(&mut self, assignments: &[Assignment]) -> Result<Trials> {
        let mut deaths = 0;
        loop {
            let mut session = self.any_session()?;
            match session.attempt(&self.open.file, assignments) {
                Ok(trials) => {
                    self.fresh = Some(session);
                    return Ok(trials);
                }
                Err(fault) => {
                    self.judge(&session, &fault, "the parameters could not be tried", &mut deaths)?;
                }
            }
        }
    }

    /// What [`Self::open`] puts into the file.
    pub fn assign(&mut self, assignments: Vec<Assignment>) {
        self.open.assignments = assignments;
    }

    /// The most memory that Cycles has held on its device while this keeper rendered, in bytes, going by the log.
    pub fn device_memory_peak(&self) -> Option<u64> {
        self.device_memory_peak
    }

    /// Ends Blender.
    pub fn quit(self) {
        self.leave(&Resident::default());
    }

    /// Gives Blender back, to be kept or ended.
    pub fn leave(mut self, resident: &Resident) {
        if let Some(session) = self.session.take().or_else(|| self.fresh.take()) {
            resident.put(self.options.visible.clone(), session);
        }
    }

    /// A session, whatever it has open.
    fn any_session(&mut self) -> Result<Session> {
        self.session.take().or_else(|| self.fresh.take()).map_or_else(|| self.start(), Ok)
    }

    fn start(&self) -> Result<Session> {
        // A session that comes up beside others holds nobody up.
        if self.number == 0 {
            self.studio.tell(&Event::Preparing(Step::StartBlender));
        }
        let (session, _) = first_answer(&self.options, &[])?;
        Ok(session)
    }

    /// Decides what a fault means: `Ok` to try again in a new Blender, or the error to end with.
    fn judge(&mut self, session: &Session, fault: &Fault, what: &str, deaths: &mut u32) -> Result<()> {
        use ProblemKind as P;
        if *fault == Fault::Interrupted {
            return Err(Error::interrupted("interrupted"));
        }
        match fault.trouble(session.printed()) {
            Some(P::OutOfMemory | P::GpuOutOfMemory) => {
                if self.open.persistent {
                    self.open.persistent = false;
                    self.idle.iter().for_each(|idle| idle.end());
                    let why = if matches!(fault, Fault::Died { .. }) {
                        "was killed, most often for want of memory"
                    } else {
                        "ran out of memory"
                    };
                    let text = format!(
                        "Blender {why}: it goes on without keeping scene data between frames, which is slower"
                    );
                    self.studio.warn(Warning::new("out_of_memory", text));
                    return Ok(());
                }
                let hint = "lower --resolution, use smaller textures, or a machine with more memory; finished frames are kept";
                return Err(failure(session, fault, "out_of_memory", what, hint));
            }
            Some(P::OptixStart) => {
                let hint = "try --device cuda, which renders the same picture, or update the NVIDIA driver";
                return Err(failure(session, fault, "optix_start", what, hint));
            }
            Some(P::DiskFull) => {
                let hint = "free some space in the cache folder (see `broll doctor`), then run the same command again";
                return Err(failure(
                    session,
                    fault,
                    "disk_full",
                    "the disk is full: a frame could not be saved",
                    hint,
                ));
            }
            Some(P::CannotSave) => {
                let hint = "check the cache folder's space and permissions (see `broll doctor`), then run the same command again";
                return Err(failure(session, fault, "frame_not_saved", "a frame could not be saved", hint));
            }
            _ => {}
        }
        if let Fault::Refused { code, message, hint } = fault
            && !matches!(code.as_str(), "blender" | "driver")
        {
            return Err(refusal(code, message, hint.as_deref()));
        }
        *deaths += 1;
        if *deaths < MOST_DEATHS {
            return Ok(());
        }
        let (code, hint) = match fault {
            Fault::Stalled { .. } => {
                ("stalled", "if frames are that slow here, raise --stall-timeout; finished frames are kept")
            }
            fault if fault.is_gpu_crash(session.printed()) => (
                "gpu_crashed",
                "the GPU or its driver failed: see `nvidia-smi`, restart the machine or take another GPU; finished frames are kept",
            ),
            _ => (
                "blender_failed",
                "open the file in Blender and render that frame there; finished frames are kept",
            ),
        };
        Err(failure(session, fault, code, what, hint))
    }
}
