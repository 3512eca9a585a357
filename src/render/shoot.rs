//! One take: the frames that are missing are rendered, all of them are encoded meanwhile, the clip is proved.

use std::path::{Path, PathBuf};
use std::thread;

use super::clip_file::PartFile;
use super::floor::Floor;
use super::keeper::Keeper;
use super::pipeline::Options;
use super::refusals::template_changed;
use super::seat::Seat;
use super::studio::Studio;
use super::{FrameStore, RenderJob, Timeline, assets, digest};
use crate::blender::{self, Open, SceneFacts, Session, SessionOptions};
use crate::encode::verify;
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Step, Warning};
use crate::paths::{Paths, display};
use crate::request::{Fps, GpuShare};

/// Everything that stays the same when another backend is tried.
pub(super) struct Shoot<'a> {
    pub(super) job: &'a RenderJob,
    pub(super) paths: &'a Paths,
    pub(super) options: &'a Options,
    pub(super) studio: &'a Studio<'a>,
    pub(super) session_options: SessionOptions,
    pub(super) seats: Vec<Seat>,
    pub(super) ffmpeg: PathBuf,
    pub(super) template: String,
    pub(super) stamp: digest::Stamp,
    pub(super) blender: String,
    pub(super) part: &'a PartFile,
    /// What the first frame waits for; nothing that is wrong with the template.
    pub(super) cold: Vec<Warning>,
}

/// A clip that is proved.
pub(super) struct Take {
    pub(super) facts: SceneFacts,
    pub(super) timeline: Timeline,
    pub(super) store: FrameStore,
    pub(super) reused: u32,
    pub(super) gpus: Vec<GpuShare>,
}

impl Shoot<'_> {
    /// Renders on `backend`, in the session that said hello or in a new one.
    pub(super) fn run(&self, backend: &str, session: Option<Session>) -> Result<Take> {
        let (job, studio) = (self.job, self.studio);
        // A take that fails ends its sessions; the job may go on with another take.
        let cancel = self.options.cancel.child();
        let session_options = SessionOptions { cancel: cancel.clone(), ..self.session_options.clone() };
        let mut open = self.open_command(backend);
        let _held = assets::place(&mut open.assignments, self.paths)?;
        let mut keeper = Keeper::new(studio, &session_options, 0, session, open);
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
            &self.blender,
        );
        let store = FrameStore::open(&self.paths.frames(), &digest, &self.options.cancel, |pid| {
            studio.tell(&Event::Preparing(Step::WaitForLock { pid }));
        })?;
        if self.options.fresh {
            store.clear();
        }
        let missing = store.missing(timeline.count(), job.settings.resolution);
        let reused = timeline.count() - missing.len() as u32;
        studio.tell(&Event::Started {
            template: job.name.clone(),
            frames: timeline.count(),
            reused,
            fps: job.settings.fps,
            resolution: job.settings.resolution,
            samples: job.settings.samples,
            device: facts.device.clone(),
            encoder: job.settings.encoder,
        });
        let floor = Floor {
            timeline: &timeline,
            store: &store,
            missing: &missing,
            ordered: facts.ordered,
            cancel: &cancel,
        };
        let gpus = self.shoot(keeper, floor).map_err(|error| self.explain(error, &store, &timeline))?;
        studio.tell(&Event::Verifying);
        verify(&self.ffmpeg, self.part.path(), &job.clip_format(), timeline.count(), &self.options.cancel)
            .map_err(|error| self.explain(error, &store, &timeline))?;
        Ok(Take { facts, timeline, store, reused, gpus })
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

    /// An interruption says how far it came.
    fn explain(&self, error: Error, store: &FrameStore, timeline: &Timeline) -> Error {
        if error.kind() != Kind::Interrupted {
            return error;
        }
        let count = timeline.count();
        let done = count - store.missing(count, self.job.settings.resolution).len() as u32;
        Error::interrupted(format!("stopped: {done} of {count} frames are done and kept"))
            .hint("run the same command again to continue there, or add --fresh to start over")
    }
}
