//! A clip's events, for the tests of all reporters.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::blender::log::Phase;
use crate::encode::Encoder;
use crate::event::Event;
use crate::request::{DeviceUsed, Progress, Stage};

use super::{Clock, Sink};

mod ui;

/// A clock that stands still until it is told to go on.
#[derive(Debug, Clone)]
pub(super) struct Hands(Arc<Mutex<Instant>>);

impl Hands {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub(super) fn wait(&self, millis: u64) {
        *self.0.lock().unwrap() += Duration::from_millis(millis);
    }

    pub(super) fn clock(&self) -> Clock {
        let hands = Arc::clone(&self.0);
        Arc::new(move || *hands.lock().unwrap())
    }
}

/// A sink and what was written to it.
pub(super) fn sink() -> (Sink, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&lines);
    let sink = move |line: &str| written.lock().unwrap().push(console::strip_ansi_codes(line).into_owned());
    (Box::new(sink), lines)
}

pub(super) fn started(frames: u32, reused: u32) -> Event {
    Event::Started {
        template: "ai_cpu_activation".to_owned(),
        frames,
        reused,
        fps: "30".parse().unwrap(),
        resolution: [1920, 1080],
        samples: 64,
        device: DeviceUsed { backend: "optix".to_owned(), names: vec!["NVIDIA L4".to_owned()] },
        encoder: Some(Encoder::Libx264),
    }
}

pub(super) fn frame_started(frame: u32) -> Event {
    Event::FrameStarted { session: 0, frame, gpu: None }
}

pub(super) fn at(frame: u32, fraction: f64, phase: Phase) -> Event {
    Event::FrameProgress { session: 0, frame, fraction, phase }
}

pub(super) fn sample(frame: u32, sample: u32) -> Event {
    at(frame, f64::from(sample) / 64.0, Phase::Sample { sample, of: 64, tile: None })
}

pub(super) fn frame_finished(frame: u32, done: u32) -> Event {
    Event::FrameFinished { session: 0, frame, seconds: 2.0, done }
}

pub(super) fn finished() -> Event {
    Event::Finished { output: "/clips/demo.mp4".to_owned(), file_size_bytes: 12_345_678, seconds: 312.4 }
}

pub(super) fn submitted() -> Event {
    Event::Submitted {
        id: "b79f624d-f6b7-4046-b9ad-dc91a0672c1f-u1".to_owned(),
        endpoint: "ab12cd34ef56gh".to_owned(),
    }
}

pub(super) fn queued(seconds: f64, note: &str) -> Event {
    Event::Queued { seconds, note: (!note.is_empty()).then(|| note.to_owned()) }
}

/// What a worker tells of a clip that is rendered on two GPUs.
pub(super) fn progress(stage: Stage, done: u32, frames: u32) -> Progress {
    Progress {
        stage,
        template: Some("ai_cpu_activation".to_owned()),
        done,
        frames,
        encoded: done.saturating_sub(2),
        resolution: Some([1920, 1080]),
        samples: Some(64),
        device: Some(DeviceUsed { backend: "optix".to_owned(), names: vec!["NVIDIA L4".to_owned(); 2] }),
        ..Progress::default()
    }
}

pub(super) fn remote(stage: Stage, done: u32, frames: u32) -> Event {
    Event::Remote(progress(stage, done, frames))
}

pub(super) fn retrying() -> Event {
    Event::Retrying { reason: "the endpoint answered 502".to_owned(), seconds: 4.0 }
}
