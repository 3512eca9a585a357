//! What carries a job out: the request is read, its template found or fetched, the clip made in the Blender that stays,
//! and delivered.
//!
//! A [`Shop`] outlives its jobs. Whatever a job does, it leaves nothing behind but frames, which the same request finds
//! again, and its .blend on the shelf.

mod advice;
mod fitness;
mod job;
mod places;
mod room;
mod sentence;
mod snapshot;
mod template;
mod terms;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::Value;

pub(in crate::worker) use terms::is_yes;
pub use terms::{Env, Terms};

use super::fetch::Fetcher;
use super::preflight::{self, preflight};
use super::shelf::Shelf;
use super::{Handler, Level, Outcome, TakenJob, Unfit};
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::event::{Reporter, Warning};
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::render::{self, Resident, Warmth};
use crate::request::{Backend, Device, Stage};
use crate::template::{Library, bundled_file};
use crate::toolchain::free_space;
use crate::ui::fmt;
use fitness::{Verdict, judge, lost_a_gpu};
use places::Places;
use room::Room;
use sentence::{Audience, sentence};
use snapshot::Snapshots;

/// Carries jobs out with a Blender that stays up between them.
pub struct Shop {
    config: Config,
    paths: Paths,
    terms: Terms,
    env: Box<Env>,
    library: Library,
    shelf: Shelf,
    fetcher: Fetcher,
    room: Room,
    resident: Arc<Resident>,
    /// Whether a GPU was seen here: without one its loss is no news.
    had_gpu: AtomicBool,
}

/// Less than this many free bytes, and frames of failed jobs are not kept for another try.
const LITTLE: u64 = 2_000_000_000;

/// A job that came to nothing.
#[derive(Debug)]
pub struct Failure {
    /// What failed.
    pub error: Error,
    /// The same as one text for whoever sent the request: what failed, why, and what to do.
    pub sentence: String,
}

/// Hears, beside the events, where a job is outside of the pipeline and what is done there.
pub type Told<'a> = dyn Fn(Stage, String) + Sync + 'a;

impl Shop {
    /// A shop whose Blender comes up with the first job, or with [`Self::preflight`]. `env` is asked for each job how its
    /// clip is delivered.
    ///
    /// # Errors
    /// `no_tls`, and those of the file system.
    pub fn new(config: Config, paths: Paths, terms: Terms, env: Box<Env>) -> Result<Self> {
        Ok(Self {
            library: Library::with(terms.library.as_deref(), config.library(), &terms.folders, &paths),
            shelf: Shelf::new(paths.cache.join("templates"), LITTLE),
            fetcher: Fetcher::new(terms.fetch)?,
            room: Room::new(paths.cache.join("jobs")),
            resident: Arc::new(Resident::keeping()),
            had_gpu: AtomicBool::new(false),
            config,
            paths,
            terms,
            env,
        })
    }

    /// Tries everything that jobs need, and leaves Blender up.
    ///
    /// # Errors
    /// Which check failed first, and all that is wrong, a sentence each.
    pub fn preflight(&self) -> Result<(), (&'static str, String)> {
        let has_gpu =
            preflight(&self.config, &self.paths, &self.terms, &*self.env, &self.library, &self.resident)?;
        self.had_gpu.fetch_or(has_gpu, Ordering::Relaxed);
        Ok(())
    }

    /// Carries one job out and gives its answer, the clip or its place first.
    ///
    /// # Errors
    /// All that can be wrong with a request, its template, the tools, or the delivery; `interrupted` when cancelled.
    pub fn carry_out(
        &self,
        job: &TakenJob,
        cancel: &Cancel,
        reporter: &dyn Reporter,
        told: &Told<'_>,
    ) -> Result<Value, Failure> {
        let places = Places::of(&self.paths);
        let mut audience = Audience { allow_cpu: self.terms.allow_cpu, file: None, places };
        let work = || self.produce(job, cancel, reporter, told, &mut audience);
        // Whatever a request brings about, the next one gets its turn.
        let done = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(Error::bug("panic", "broll panicked over this job")));
        done.map_err(|error| {
            self.tidy(&error);
            Failure { sentence: sentence(&error, &audience), error }
        })
    }

    /// Ends Blender.
    pub fn close(&self) {
        self.resident.end();
    }

    /// Frames of a job that failed stay for the next try, unless the disk needs them gone.
    fn tidy(&self, error: &Error) {
        let short = free_space(&self.paths.cache).is_some_and(|free| free < LITTLE);
        if short || error.code() == "disk_full" {
            render::forget_frames(&self.paths);
        }
    }

    fn default_device(&self) -> Device {
        self.config.render_defaults().device.unwrap_or_default()
    }

    fn warmth<'a>(&'a self, device: Device, cancel: &'a Cancel) -> Warmth<'a> {
        let (config, paths, stall_timeout) = (&self.config, &self.paths, self.terms.stall_timeout);
        Warmth { config, paths, device, stall_timeout, cancel, resident: &self.resident }
    }

    /// Whether the GPU is still what it was, after this failure.
    fn is_unfit(&self, error: &Error, on_gpu: Option<bool>, cancel: &Cancel) -> bool {
        match judge(error, self.had_gpu.load(Ordering::Relaxed), on_gpu) {
            Verdict::Fit => false,
            Verdict::Unfit => true,
            Verdict::Look => {
                // The one that failed may have seen the GPU before it was gone.
                self.resident.end();
                let look = self.warmth(self.default_device(), cancel).hello();
                look.is_err_and(|error| error.kind() != Kind::Interrupted)
            }
        }
    }
}

impl Handler for Shop {
    fn warm_up(&self, cancel: &Cancel, told: &dyn Fn(Level, &str)) -> Result<(), Unfit> {
        let began = Instant::now();
        // Without a GPU the processor is allowed, or pre-flight would have ended this worker.
        let has_gpu = self.had_gpu.load(Ordering::Relaxed);
        let device = if has_gpu { self.default_device() } else { Device::Cpu };
        let warmed = bundled_file(&self.paths).and_then(|file| {
            let warned = |warning: &Warning| told(Level::Warn, &warning.message);
            self.warmth(device, cancel).first_frame(&file, &warned)
        });
        let warmed = warmed
            .map_err(|error| Unfit { check: "first frame".to_owned(), reason: preflight::told(&error) })?;
        let on = warmed.backend.map_or("the processor", Backend::cycles_name);
        let took = fmt::duration(began.elapsed());
        told(Level::Info, &format!("warm after {took}: {} on {on}", fmt::count(warmed.sessions, "session")));
        Ok(())
    }

    fn handle(&self, job: &TakenJob, cancel: &Cancel, progress: &(dyn Fn(Value) + Sync)) -> Outcome {
        let snapshots = Snapshots::new(progress);
        let done = self.carry_out(job, cancel, &snapshots, &|stage, note| snapshots.at(stage, note));
        let on_gpu = snapshots.backend().map(|backend| backend != "cpu");
        self.had_gpu.fetch_or(on_gpu == Some(true), Ordering::Relaxed);
        match done {
            Ok(answer) => Outcome { unfit: lost_a_gpu(&answer), result: Ok(answer) },
            Err(failure) => {
                let unfit = self.is_unfit(&failure.error, on_gpu, cancel);
                Outcome { result: Err(failure.sentence), unfit }
            }
        }
    }
}
