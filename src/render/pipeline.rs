//! The path of a clip, from the exact job to the proved file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::clip_file::PartFile;
use super::keeper::{Keeper, Studio};
use super::queue::FrameQueue;
use super::{FrameStore, RenderJob, Timeline, digest, frame_store};
use crate::blender::{self, Open, SceneFacts, Session, SessionOptions};
use crate::config::Config;
use crate::encode::{Feeder, verify};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Reporter, Step, Warning};
use crate::interrupt::Cancel;
use crate::paths::{Paths, display};
use crate::request::{Backend, Device, Fps, RenderResponse};
use crate::toolchain;

/// How a job is carried out; nothing here changes a pixel.
#[derive(Debug, Clone)]
pub struct Options {
    /// Replace a clip that exists.
    pub force: bool,
    /// Throw frames of earlier runs away.
    pub fresh: bool,
    /// Keep the frames once the clip is proved.
    pub keep_frames: bool,
    /// Warnings before the first frame are errors.
    pub strict: bool,
    /// A silent, idle Blender is given up after this long.
    pub stall_timeout: Duration,
    /// Ends the job.
    pub cancel: Cancel,
}

/// How often the loop looks at the encoder.
const TICK: Duration = Duration::from_millis(100);

/// Makes the clip.
///
/// # Errors
/// Exit 1, 3, 4 or 130 as in the table of exit codes; frames that are whole are kept for the next run.
pub fn render(
    job: &RenderJob,
    paths: &Paths,
    config: &Config,
    options: &Options,
    reporter: &dyn Reporter,
) -> Result<RenderResponse> {
    let began = Instant::now();
    let studio = Studio::new(reporter);
    let found = toolchain::blender::find(config, paths)?;
    job.check_version(found.version)?;
    let part = PartFile::create(&job.output)?;
    frame_store::prune(&paths.frames());
    let (driver, home) = blender::install_driver(paths)?;
    let session_options = SessionOptions {
        program: found.program,
        version: Some(found.version),
        driver,
        home,
        log: log_path(paths),
        stall_timeout: options.stall_timeout,
        cancel: options.cancel.clone(),
    };
    // Both tools are tried at once; whichever refuses, no frame has been rendered yet.
    let (hello, ffmpeg, template) = thread::scope(|scope| {
        studio.tell(&Event::Preparing(Step::ProbeEncoder));
        let probe = scope.spawn(|| toolchain::ffmpeg::choose(config, paths, &job.clip_format()));
        let hashed = scope.spawn(|| digest::of_file(&job.file));
        let hello = Keeper::hello(&studio, &session_options, job.settings.device);
        (hello, join(probe), join(hashed))
    });
    let ((session, hello, backend), ffmpeg, template) = (hello?, ffmpeg?, template?);
    job.check_version(hello.version)?;
    let shoot = Shoot {
        job,
        paths,
        options,
        studio: &studio,
        session_options,
        ffmpeg,
        template,
        blender: hello.version_string,
        part: &part,
    };
    let name = backend.map_or("CPU", Backend::cycles_name);
    let mut take = shoot.run(name, Some(session));
    let optix_failed = take.as_ref().is_err_and(|error| error.code() == "optix_start");
    if optix_failed && job.settings.device == Device::Auto {
        studio.warn(Warning::new(
            "optix_start",
            "OptiX lists a device but does not start on it: CUDA renders on the same device",
        ));
        take = shoot.run(Backend::Cuda.cycles_name(), None);
    }
    let (take, blender_version) = (take?, shoot.blender);
    let sha256 = digest::of_file(part.path())?;
    let file_size_bytes = fs_err::metadata(part.path())?.len();
    part.promote(options.force)?;
    if !options.keep_frames {
        take.store.remove();
    }
    let output = display(&std::path::absolute(&job.output)?);
    let seconds = began.elapsed().as_secs_f64();
    studio.tell(&Event::Finished { output: output.clone(), file_size_bytes, seconds });
    Ok(RenderResponse {
        output: Some(output),
        template: job.name.clone(),
        duration: take.timeline.duration(),
        resolution: job.settings.resolution,
        render_time_seconds: (seconds * 1000.0).round() / 1000.0,
        file_size_bytes,
        gpu_used: take.facts.device.backend != "cpu",
        frames: take.timeline.count(),
        fps: job.settings.fps,
        samples: job.settings.samples,
        encoder: job.settings.encoder,
        device: take.facts.device,
        blender_version,
        sha256,
        frames_reused: take.reused,
        warnings: studio.warnings(),
    })
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|_| Err(Error::bug("panic", "a thread of broll panicked")))
}

/// One log a render, named by time and process; logs as old as old frames go.
fn log_path(paths: &Paths) -> PathBuf {
    let folder = paths.logs();
    let now = SystemTime::now();
    for entry in fs_err::read_dir(&folder).into_iter().flatten().flatten() {
        let written = entry.metadata().and_then(|data| data.modified()).unwrap_or(now);
        if now.duration_since(written).is_ok_and(|age| age > frame_store::KEPT) {
            let _ = fs_err::remove_file(entry.path());
        }
    }
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    folder.join(format!("blender-{seconds}-{}.log", std::process::id()))
}

/// Everything that stays the same when another backend is tried.
struct Shoot<'a> {
    job: &'a RenderJob,
    paths: &'a Paths,
    options: &'a Options,
    studio: &'a Studio<'a>,
    session_options: SessionOptions,
    ffmpeg: PathBuf,
    template: String,
    blender: String,
    part: &'a PartFile,
}

/// A clip that is proved.
struct Take {
    facts: SceneFacts,
    timeline: Timeline,
    store: FrameStore,
    reused: u32,
}

enum Told {
    Frame { index: u32, seconds: f64 },
    Failed(Error),
}

impl Shoot<'_> {
    fn run(&self, backend: &str, session: Option<Session>) -> Result<Take> {
        let (job, studio) = (self.job, self.studio);
        let mut keeper = Keeper::new(studio, &self.session_options, 0, session, self.open_command(backend));
        studio.tell(&Event::Preparing(Step::OpenTemplate));
        let facts = keeper.open()?;
        self.warn_about(&facts)?;
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
        self.shoot(keeper, &timeline, &store, &missing)
            .map_err(|error| self.explain(error, &store, &timeline))?;
        studio.tell(&Event::Verifying);
        verify(&self.ffmpeg, self.part.path(), &job.clip_format(), timeline.count())?;
        Ok(Take { facts, timeline, store, reused })
    }

    /// Renders what is missing and encodes everything, both at once.
    fn shoot(
        &self,
        keeper: Keeper<'_>,
        timeline: &Timeline,
        store: &FrameStore,
        missing: &[u32],
    ) -> Result<()> {
        let queue = FrameQueue::new(missing);
        let mut waiting: BTreeSet<u32> = missing.iter().copied().collect();
        let mut feeder = self.feeder()?;
        let (mut fed, mut encoded) = (0, 0);
        let rendered = thread::scope(|scope| {
            let (sender, told) = channel();
            let queue = &queue;
            scope.spawn(move || artist(keeper, queue, timeline, store, &sender));
            loop {
                let first_missing = waiting.first().copied().unwrap_or(timeline.count());
                (fed..first_missing).for_each(|index| feeder.push(store.path(index)));
                fed = fed.max(first_missing);
                match told.recv_timeout(TICK) {
                    Ok(Told::Frame { index, seconds }) => {
                        waiting.remove(&index);
                        let done = timeline.count() - waiting.len() as u32;
                        self.studio.tell(&Event::FrameFinished { session: 0, frame: index, seconds, done });
                    }
                    Ok(Told::Failed(error)) => return Err(error),
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                    Err(RecvTimeoutError::Timeout) => {}
                }
                self.tell_encoded(feeder.written(), &mut encoded);
                if feeder.failed() {
                    // Nobody needs the frame at work any more; `finish` says what ffmpeg had against it.
                    self.options.cancel.cancel();
                    return Ok(());
                }
            }
        });
        rendered?;
        feeder.finish(|frames| {
            self.tell_encoded(frames, &mut encoded);
            crate::interrupt::check()
        })
    }

    fn feeder(&self) -> Result<Feeder> {
        Feeder::start(
            &self.ffmpeg,
            &self.job.clip_format().encode_args(self.part.container()),
            self.part.path(),
        )
    }

    fn tell_encoded(&self, frames: u32, told: &mut u32) {
        if frames != *told {
            *told = frames;
            self.studio.tell(&Event::Encoded { frames });
        }
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
            fps: settings.fps,
            first,
            last,
            seconds,
            assignments: self.job.assignments.clone(),
        }
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

/// One session's thread: takes a frame, renders it, tells, until none is left.
fn artist(
    mut keeper: Keeper<'_>,
    queue: &FrameQueue,
    timeline: &Timeline,
    store: &FrameStore,
    told: &Sender<Told>,
) {
    while let Some(index) = queue.take() {
        let message = match keeper.render(index, timeline.at(index), &store.path(index)) {
            Ok(seconds) => Told::Frame { index, seconds },
            Err(error) => Told::Failed(error),
        };
        let over = matches!(message, Told::Failed(_));
        if told.send(message).is_err() || over {
            break;
        }
    }
    keeper.quit();
}
