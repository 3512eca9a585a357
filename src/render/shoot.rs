//! One take: the frames that are missing are rendered, all of them are encoded meanwhile, the clip is proved.

use std::path::PathBuf;

use super::clip_file::PartFile;
use super::floor::Floor;
use super::stage::{Set, Stage, explain};
use super::{FrameStore, Timeline};
use crate::blender::SceneFacts;
use crate::encode::verify;
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::request::GpuShare;

/// A stage with a place for the clip.
pub(super) struct Shoot<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) ffmpeg: PathBuf,
    pub(super) part: &'a PartFile,
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
    /// Renders and encodes what is open.
    pub(super) fn run(&self, set: Set<'_>) -> Result<Take> {
        let (job, options) = (self.stage.job, self.stage.options);
        let Set { keeper, facts, timeline, store, cancel, held: _held } = set;
        let missing = store.missing(timeline.count(), job.settings.resolution);
        let reused = timeline.count() - missing.len() as u32;
        self.stage.tell_started(&facts, timeline.count(), reused, Some(job.settings.encoder));
        let floor = Floor {
            timeline: &timeline,
            store: &store,
            missing: &missing,
            ordered: facts.ordered,
            cancel: &cancel,
        };
        let told = |error: Error| {
            let count = timeline.count();
            let missing = store.missing(count, job.settings.resolution).len();
            let error = explain(error, count as usize - missing, count as usize);
            match error.kind() {
                Kind::Interrupted => {
                    error.hint("run the same command again to continue there, or add --fresh to start over")
                }
                _ => error,
            }
        };
        let gpus = self.shoot(keeper, floor).map_err(told)?;
        self.stage.studio.tell(&Event::Verifying);
        let (stall, cancel) = (options.stall_timeout, &options.cancel);
        verify(&self.ffmpeg, self.part.path(), &job.clip_format(), timeline.count(), stall, cancel)
            .map_err(told)?;
        Ok(Take { facts, timeline, store, reused, gpus })
    }
}
