//! Events folded into snapshots of a job: whoever sees only the last one knows everything.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;

use crate::blender::log::Phase;
use crate::event::{Event, Reporter, Step};
use crate::request::{Progress, Stage};
use crate::ui::{Pace, words};

/// Tells a snapshot whenever one of its facts changes.
pub(super) struct Snapshots<'a> {
    state: Mutex<State>,
    tell: &'a (dyn Fn(Value) + Sync),
}

const KERNELS: &str = "loading kernels, may take minutes the first time";

struct State {
    progress: Progress,
    pace: Pace,
}

impl<'a> Snapshots<'a> {
    pub(super) fn new(tell: &'a (dyn Fn(Value) + Sync)) -> Self {
        let state = State { progress: Progress::default(), pace: Pace::new(0, 0) };
        Self { state: Mutex::new(state), tell }
    }

    /// What happens outside of the pipeline.
    pub(super) fn at(&self, stage: Stage, note: String) {
        let mut state = self.state();
        state.progress.stage = stage;
        state.progress.note = Some(note);
        self.send(&state);
    }

    /// What the job renders on, once that is known.
    pub(super) fn backend(&self) -> Option<String> {
        self.state().progress.device.as_ref().map(|device| device.backend.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sent while the state is held, so that snapshots keep their order.
    fn send(&self, state: &State) {
        (self.tell)(serde_json::to_value(&state.progress).unwrap_or_default());
    }
}

impl Reporter for Snapshots<'_> {
    fn report(&self, event: &Event) {
        let mut state = self.state();
        if state.fold(event, Instant::now()) {
            self.send(&state);
        }
    }
}

impl State {
    /// Takes an event in; whether anything is new.
    fn fold(&mut self, event: &Event, now: Instant) -> bool {
        let progress = &mut self.progress;
        match event {
            Event::Preparing(step) => {
                // A session that is started beside others, or anew, does not set the clip back.
                if progress.frames == 0 {
                    progress.stage = Stage::Preparing;
                }
                progress.note = Some(step_words(step));
            }
            Event::Started { template, frames, reused, fps, resolution, samples, device, .. } => {
                self.pace = Pace::new(*frames, *reused);
                *progress = Progress {
                    stage: Stage::Rendering,
                    template: Some(template.clone()),
                    done: *reused,
                    frames: *frames,
                    reused: *reused,
                    resolution: Some(*resolution),
                    samples: Some(*samples),
                    fps: Some(*fps),
                    device: Some(device.clone()),
                    ..Progress::default()
                };
            }
            Event::FrameStarted { session, .. } => {
                self.pace.frame_started(now, *session);
                return false;
            }
            Event::FrameProgress { phase, fraction, .. } => {
                self.pace.frame_progress(*fraction);
                // Frames come and go; only what takes long, and its end, is news within one.
                let note = matches!(phase, Phase::Kernels { .. }).then(|| KERNELS.to_owned());
                let told = progress.note.as_deref() == Some(KERNELS);
                if note.is_some() == told {
                    return false;
                }
                progress.note = note;
            }
            Event::FrameFinished { done, .. } => {
                self.pace.frame_finished(now, *done);
                progress.note = None;
                progress.done = self.pace.done();
                progress.seconds_left = self.pace.eta(now).map(|left| left.as_secs_f64().ceil());
            }
            Event::FrameRetried { frame, reason } => {
                self.pace.frame_lost();
                progress.note = Some(words::retried(*frame, reason));
            }
            Event::Encoded { frames } => progress.encoded = *frames,
            Event::Verifying => progress.stage = Stage::Checking,
            Event::Warning(warning) => progress.note = Some(warning.message.clone()),
            _ => return false,
        }
        if progress.stage == Stage::Rendering && progress.frames > 0 && progress.done == progress.frames {
            progress.stage = Stage::Encoding;
        }
        true
    }
}

fn step_words(step: &Step) -> String {
    match step {
        Step::WaitForLock { .. } => "waiting for another job that renders the same frames".to_owned(),
        other => words::step(other),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::blender::log::KernelSet;
    use crate::encode::Encoder;
    use crate::event::Warning;
    use crate::request::{DeviceUsed, Fps};

    fn started(frames: u32, reused: u32) -> Event {
        Event::Started {
            template: "clip".to_owned(),
            frames,
            reused,
            fps: Fps::new(24, 1).unwrap(),
            resolution: [64, 36],
            samples: 8,
            device: DeviceUsed { backend: "optix".to_owned(), names: vec!["GPU".to_owned()] },
            encoder: Some(Encoder::Libx264),
        }
    }

    fn finished(frame: u32, done: u32) -> Event {
        Event::FrameFinished { session: 0, frame, seconds: 2.0, done }
    }

    fn kernels(phase: Phase) -> Event {
        Event::FrameProgress { session: 0, frame: 0, fraction: 0.1, phase }
    }

    #[test]
    fn a_job_is_told_from_its_first_step_to_its_delivery() {
        let told = Mutex::new(Vec::new());
        let tell =
            |value: Value| told.lock().unwrap().push(serde_json::from_value::<Progress>(value).unwrap());
        let snapshots = Snapshots::new(&tell);
        let last = || told.lock().unwrap().last().cloned().unwrap();
        snapshots.report(&Event::Preparing(Step::StartBlender));
        assert_eq!((last().stage, last().note.unwrap().as_str()), (Stage::Preparing, "starting Blender"));
        assert_eq!(snapshots.backend(), None);
        snapshots.report(&started(4, 1));
        assert_eq!((last().stage, last().done, last().frames, last().note), (Stage::Rendering, 1, 4, None));
        assert_eq!(snapshots.backend().as_deref(), Some("optix"));
        let before = told.lock().unwrap().len();
        snapshots.report(&Event::FrameStarted { session: 0, frame: 1, gpu: None });
        for _ in 0..100 {
            snapshots.report(&kernels(Phase::Kernels { which: KernelSet::Render }));
        }
        assert_eq!(told.lock().unwrap().len(), before + 1, "the same is not told twice");
        assert!(last().note.unwrap().contains("kernels"));
        snapshots.report(&Event::Preparing(Step::StartBlender));
        assert_eq!(last().stage, Stage::Rendering, "a session that starts anew sets nothing back");
        snapshots.report(&finished(1, 2));
        assert_eq!((last().done, last().note, last().seconds_left.is_some()), (2, None, true));
        snapshots.report(&Event::Encoded { frames: 2 });
        assert_eq!(last().encoded, 2);
        snapshots.report(&Event::Warning(Warning::new("x", "an image is missing")));
        assert_eq!(last().note.as_deref(), Some("an image is missing"));
        snapshots.report(&finished(2, 3));
        snapshots.report(&finished(3, 4));
        assert_eq!((last().stage, last().seconds_left), (Stage::Encoding, Some(0.0)));
        snapshots.report(&Event::Verifying);
        assert_eq!(last().stage, Stage::Checking);
        snapshots.at(Stage::Delivering, "the clip leaves".to_owned());
        assert_eq!(
            (last().stage, last().done, last().template.as_deref()),
            (Stage::Delivering, 4, Some("clip"))
        );
    }

    #[test]
    fn time_left_follows_the_pace_of_frames() {
        let (mut state, began) =
            (State { progress: Progress::default(), pace: Pace::new(0, 0) }, Instant::now());
        let at = |seconds| began + Duration::from_secs(seconds);
        state.fold(&started(12, 2), at(0));
        for index in 0..4 {
            state.fold(
                &Event::FrameStarted { session: 0, frame: index + 2, gpu: None },
                at(u64::from(index) * 10),
            );
            state.fold(&finished(index + 2, index + 3), at(u64::from(index + 1) * 10));
        }
        // Six frames of ten seconds are left.
        assert_eq!((state.progress.done, state.progress.seconds_left), (6, Some(60.0)));
        // CUDA takes over from OptiX: the clip begins anew.
        state.fold(&started(12, 6), at(50));
        assert_eq!((state.progress.done, state.progress.seconds_left), (6, None));
    }

    #[test]
    fn a_clip_whose_frames_are_all_there_is_only_encoded() {
        let mut state = State { progress: Progress::default(), pace: Pace::new(0, 0) };
        assert!(state.fold(&started(3, 3), Instant::now()));
        assert_eq!(state.progress.stage, Stage::Encoding);
    }
}
