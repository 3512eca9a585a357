//! What a render and a scout have in common: a Blender that said hello, the template open in it, and the store of its
//! frames.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::keeper::Keeper;
use super::pipeline::{Options, seats_of, session_options};
use super::refusals::template_changed;
use super::seat::Seat;
use super::studio::Studio;
use super::{FrameStore, RenderJob, Timeline, assets, digest, frame_store};
use crate::blender::{self, Hello, Open, SceneFacts, Session, SessionOptions};
use crate::encode::Encoder;
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Step, Warning};
use crate::interrupt::Cancel;
use crate::paths::{Paths, display};
use crate::request::{Backend, Device, Fps};
use crate::toolchain::blender::FoundBlender;
use crate::toolchain::gpu;
use crate::toolchain::kernels::Readiness;

/// How much longer than the first session the others may take to come up; after that they start anew, beside it.
const LATECOMERS: Duration = Duration::from_secs(20);
/// How often they are looked at.
const TICK: Duration = Duration::from_millis(10);

/// Everything that stays the same when another backend is tried.
pub(super) struct Stage<'a> {
    pub(super) job: &'a RenderJob,
    pub(super) paths: &'a Paths,
    pub(super) options: &'a Options,
    pub(super) studio: &'a Studio<'a>,
    pub(super) session_options: SessionOptions,
    pub(super) seats: Vec<Seat>,
    pub(super) hello: Hello,
    backend: &'static str,
    /// SHA-256 of the .blend.
    pub(super) template: String,
    stamp: digest::Stamp,
    /// What the first frame waits for; nothing that is wrong with the template.
    cold: Vec<Warning>,
}

/// The template open on one backend.
pub(super) struct Set<'a> {
    pub(super) keeper: Keeper<'a>,
    pub(super) facts: SceneFacts,
    pub(super) timeline: Timeline,
    pub(super) store: FrameStore,
    /// Ends the sessions of this set.
    pub(super) cancel: Cancel,
    /// What parameters bring along stays on disk as long as the set.
    pub(super) held: Vec<fs_err::File>,
}

impl<'a> Stage<'a> {
    /// Brings Blender up and finds what it can render on; at most `most` sessions start, one for each GPU. `beside` is done
    /// meanwhile; whichever refuses, no frame has been rendered yet.
    pub(super) fn prepare<T: Send>(
        job: &'a RenderJob,
        paths: &'a Paths,
        options: &'a Options,
        studio: &'a Studio<'a>,
        found: FoundBlender,
        most: usize,
        beside: impl FnOnce() -> Result<T> + Send,
    ) -> Result<(Self, Session, T)> {
        job.doubts.iter().for_each(|doubt| studio.warn(doubt.clone()));
        frame_store::prune(&paths.frames(), frame_store::KEPT);
        assets::prune(&paths.assets(), frame_store::KEPT);
        let gpus = gpu::meant_by(job.settings.device);
        let seats = seats_of(job.settings.device, &options.gpus, &gpus)?;
        let visible = seats[0].visible.clone();
        let session_options =
            session_options(found, paths, options.stall_timeout, options.cancel.clone(), visible)?;
        let stamp = digest::stamp(&job.file)?;
        let ahead = SessionOptions { cancel: options.cancel.child(), ..session_options.clone() };
        let (hello, beside, template, ready) = thread::scope(|scope| {
            let beside = scope.spawn(beside);
            let hashed = scope.spawn(|| digest::of_file(&job.file, &options.cancel));
            let ready = scope.spawn(|| Readiness::of(&session_options.program, gpus));
            // All GPUs come up together with the first.
            let at_once = seats.len() * options.gpus.sessions_per_gpu.map_or(1, |count| count as usize);
            let others: Vec<_> = (1..at_once.min(most))
                .map(|number| {
                    let (ahead, visible) = (&ahead, seats[number % seats.len()].visible.clone());
                    scope.spawn(move || Keeper::start_ahead(ahead, number, visible, &options.resident))
                })
                .collect();
            let hello = Keeper::hello(studio, &session_options, job.settings.device, &options.resident);
            let (beside, template) = (join(beside), join(hashed));
            let patience = if hello.is_ok() { LATECOMERS.min(options.stall_timeout) } else { Duration::ZERO };
            let end = Instant::now() + patience;
            while Instant::now() < end && others.iter().any(|other| !other.is_finished()) {
                thread::sleep(TICK);
            }
            ahead.cancel.cancel();
            (hello, beside, template, ready.join().unwrap_or_default())
        });
        options.cancel.check()?;
        let ((session, hello, backend), beside, template) = (hello?, beside?, template?);
        job.check_version(hello.version)?;
        let name = backend.map_or("CPU", Backend::cycles_name);
        let cold = match backend {
            Some(Backend::Optix | Backend::Cuda) => {
                // The one that answered sees its own GPU alone.
                let others = seats.iter().filter_map(|seat| seat.name.clone());
                ready.warnings(&hello.device_names(name).into_iter().chain(others).collect::<Vec<_>>())
            }
            _ => Vec::new(),
        };
        let stage = Self {
            job,
            paths,
            options,
            studio,
            session_options,
            seats,
            hello,
            backend: name,
            template,
            stamp,
            cold,
        };
        Ok((stage, session, beside))
    }

    /// Does `work` in the session that said hello; where OptiX turns out not to start, once more on CUDA.
    pub(super) fn carry_out<T>(
        &self,
        session: Session,
        mut work: impl FnMut(Set<'a>) -> Result<T>,
    ) -> Result<T> {
        let done = self.open(self.backend, Some(session)).and_then(&mut work);
        let optix_failed = done.as_ref().is_err_and(|error| error.code() == "optix_start");
        if !optix_failed || self.job.settings.device != Device::Auto {
            return done;
        }
        self.studio.warn(Warning::new(
            "optix_start",
            "OptiX lists a device but does not start on it: CUDA renders on the same device",
        ));
        self.open(Backend::Cuda.cycles_name(), None).and_then(work)
    }

    /// Opens the template on `backend`, in the session that said hello or in a new one.
    fn open(&self, backend: &str, session: Option<Session>) -> Result<Set<'a>> {
        let (job, studio) = (self.job, self.studio);
        // A take that fails ends its sessions; the job may go on with another take.
        let cancel = self.options.cancel.child();
        let session_options = SessionOptions { cancel: cancel.clone(), ..self.session_options.clone() };
        let mut open = self.open_command(backend);
        let held = assets::place(&mut open.assignments, self.paths)?;
        let mut keeper =
            Keeper::new(studio, &session_options, 0, session, open).beside(&self.options.resident);
        studio.tell(&Event::Preparing(Step::OpenTemplate));
        let facts = keeper.open()?;
        if digest::stamp(&job.file)? != self.stamp {
            return Err(template_changed(&job.file));
        }
        self.warn_about(&facts)?;
        self.cold.iter().for_each(|warning| self.studio.warn(warning.clone()));
        let file_fps = Fps::of_file(facts.fps, facts.fps_base).ok_or_else(|| {
            Error::bad_input(
                "bad_file_fps",
                format!("the file's frame rate is {}/{}", facts.fps, facts.fps_base),
            )
            .hint("set a frame rate in the file's output settings and save it")
        })?;
        let timeline = Timeline::new(job.settings.span, job.settings.fps, file_fps, facts.frame_start)?;
        let digest = digest::of_job(
            job,
            &self.template,
            &timeline,
            &facts,
            &blender::driver_revision(),
            &self.hello.version_string,
        );
        let store = FrameStore::open(&self.paths.frames(), &digest, &self.options.cancel, |pid| {
            studio.tell(&Event::Preparing(Step::WaitForLock { pid }));
        })?;
        if self.options.fresh {
            store.clear();
        }
        Ok(Set { keeper, facts, timeline, store, cancel, held })
    }

    /// Tells that so many frames are wanted, and how many of them are there.
    pub(super) fn tell_started(
        &self,
        facts: &SceneFacts,
        frames: u32,
        reused: u32,
        encoder: Option<Encoder>,
    ) {
        let settings = &self.job.settings;
        self.studio.tell(&Event::Started {
            template: self.job.name.clone(),
            frames,
            reused,
            fps: settings.fps,
            resolution: settings.resolution,
            samples: settings.samples,
            device: facts.device.clone(),
            encoder,
        });
    }

    fn open_command(&self, backend: &str) -> Open {
        let (settings, (first, last, seconds)) = (&self.job.settings, self.job.span());
        Open {
            file: self.job.file.clone(),
            scene: settings.scene.clone(),
            camera: settings.camera.clone(),
            backend: backend.to_owned(),
            resolution: settings.resolution,
            samples: settings.samples,
            seed: settings.seed,
            denoise: settings.denoise,
            transparent: settings.transparent,
            sequencer: self.job.sequencer,
            persistent: true,
            threads: self.threads(),
            fps: settings.fps,
            first,
            last,
            seconds,
            assignments: self.job.assignments.clone(),
        }
    }

    /// A share of the processor for each session; all of it for one alone.
    fn threads(&self) -> Option<u32> {
        let sessions = self.seats.len() * self.options.gpus.sessions_per_gpu.unwrap_or(1) as usize;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        (sessions > 1).then(|| u32::try_from((cores / sessions).max(1)).unwrap_or(1))
    }

    /// Tells what the file lacks or was kept from doing; with `--strict` any of it is an error.
    fn warn_about(&self, facts: &SceneFacts) -> Result<()> {
        for missing in &facts.missing {
            let text = format!(
                "{} {:?} is missing: {}",
                missing.what,
                missing.name,
                display(Path::new(&missing.path))
            );
            self.studio.warn(Warning::new("missing_file", text));
        }
        facts.warnings.iter().for_each(|warning| self.studio.warn(warning.clone()));
        let warnings = self.studio.warnings();
        if !self.options.strict || warnings.is_empty() {
            return Ok(());
        }
        let error = Error::bad_input("strict", "the template gives warnings, and --strict makes them errors")
            .hint("mend the file in Blender, or leave --strict out");
        Err(warnings.into_iter().fold(error, |error, warning| error.because(warning.message)))
    }
}

/// An interruption says how far it came.
pub(super) fn explain(error: Error, done: usize, count: usize) -> Error {
    if error.kind() != Kind::Interrupted {
        return error;
    }
    Error::interrupted(format!("stopped: {done} of {count} frames are done and kept"))
        .hint("run the same command again to continue there")
}

pub(super) fn join<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|_| Err(Error::bug("panic", "a thread of broll panicked")))
}
