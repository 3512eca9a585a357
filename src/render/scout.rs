//! Some frames of a clip, rendered as the clip's own would be, into the same store: a later render finds them there.
//! No encoder, and one session.

use std::path::PathBuf;
use std::time::Instant;

use super::crew::Drawn;
use super::pipeline::Options;
use super::stage::{Set, Stage, explain};
use super::studio::Studio;
use super::{FrameStore, RenderJob, Timeline};
use crate::blender::{Hello, SceneFacts};
use crate::config::Config;
use crate::error::Result;
use crate::event::{Event, Reporter, Warning};
use crate::paths::Paths;

/// One frame that was looked at.
#[derive(Debug)]
pub struct Scouted {
    /// Its number in the clip, from 0.
    pub index: u32,
    /// The PNG; it stays as long as the [`Scouting`] lives.
    pub path: PathBuf,
    /// What it took; `None` when it was there from an earlier run.
    pub drawn: Option<Drawn>,
    /// Whether it was the first one of its Blender, which loads kernels and builds the scene.
    pub first: bool,
}

/// Frames of a clip, and what is known of the clip by then. Other brolls wait for the frames' store while it lives.
#[derive(Debug)]
pub struct Scouting {
    /// The frames, in order.
    pub frames: Vec<Scouted>,
    /// Time from the call to the first frame: starting Blender, opening the template, baking; in seconds.
    pub startup_seconds: f64,
    /// SHA-256 of the .blend, in hexadecimal.
    pub template_sha256: String,
    /// The template as Blender opened it; the device is in there.
    pub facts: SceneFacts,
    /// The whole clip.
    pub timeline: Timeline,
    /// The Blender.
    pub hello: Hello,
    /// NVIDIA GPUs that a render with these options would spread over; 1 where they are not known one by one.
    pub gpus: usize,
    /// What the user was warned of on the way.
    pub warnings: Vec<Warning>,
    store: FrameStore,
}

impl Scouting {
    /// Frames of the whole clip that are in the store now.
    pub fn in_store(&self, resolution: [u32; 2]) -> u32 {
        let count = self.timeline.count();
        count - self.store.missing(count, resolution).len() as u32
    }

    /// Throws the frames away, for those who read them and will not come back.
    pub fn forget(self) {
        self.store.remove();
    }
}

/// So many frames of a clip of `count`, evenly spread: the first and the last among them, or the middle one alone.
pub fn evenly(number: u32, count: u32) -> Vec<u32> {
    let (wanted, last) = (number.min(count), count.saturating_sub(1));
    match wanted {
        0 => Vec::new(),
        1 => vec![last / 2],
        _ => (0..wanted)
            .map(|at| {
                let exact = u64::from(at) * u64::from(last) / u64::from(wanted - 1);
                u32::try_from(exact).unwrap_or(last)
            })
            .collect(),
    }
}

/// Renders the frames that `pick` wants of the clip, with the job's own settings; those that are in the store are not
/// rendered again. The job's encoder and output are not looked at.
///
/// # Errors
/// As for [`super::render`], without those of ffmpeg and the clip; frames that are whole are kept.
pub fn scout(
    job: &RenderJob,
    pick: &dyn Fn(&Timeline) -> Vec<u32>,
    paths: &Paths,
    config: &Config,
    options: &Options,
    reporter: &dyn Reporter,
) -> Result<Scouting> {
    let began = Instant::now();
    let studio = Studio::new(reporter);
    let found = options.resident.blender(config, paths)?;
    job.check_version(found.version)?;
    let (mut stage, session, ()) = Stage::prepare(job, paths, options, &studio, found, 1, || Ok(()))?;
    let gpus = stage.seats.len();
    stage.seats.truncate(1);
    let (frames, startup_seconds, facts, timeline, store) =
        stage.carry_out(session, |set| look(&stage, set, pick, began))?;
    Ok(Scouting {
        frames,
        startup_seconds,
        template_sha256: stage.template,
        facts,
        timeline,
        hello: stage.hello,
        gpus,
        warnings: studio.warnings(),
        store,
    })
}

fn look(
    stage: &Stage<'_>,
    set: Set<'_>,
    pick: &dyn Fn(&Timeline) -> Vec<u32>,
    began: Instant,
) -> Result<(Vec<Scouted>, f64, SceneFacts, Timeline, FrameStore)> {
    let Set { mut keeper, facts, timeline, store, held: _held, .. } = set;
    let mut wanted = pick(&timeline);
    wanted.retain(|index| *index < timeline.count());
    wanted.sort_unstable();
    wanted.dedup();
    let missing = store.missing_of(wanted.iter().copied(), stage.job.settings.resolution);
    let mut done = wanted.len() - missing.len();
    stage.tell_started(&facts, wanted.len() as u32, done as u32, None);
    let startup_seconds = began.elapsed().as_secs_f64();
    let mut frames = Vec::with_capacity(wanted.len());
    let mut first = true;
    for &index in &wanted {
        let path = store.path(index);
        if !missing.contains(&index) {
            frames.push(Scouted { index, path, drawn: None, first: false });
            continue;
        }
        let drawn = keeper
            .render(index, timeline.at(index), &path)
            .map_err(|error| explain(error, done, wanted.len()))?;
        done += 1;
        stage.studio.tell(&Event::FrameFinished {
            session: 0,
            frame: index,
            seconds: drawn.seconds,
            done: done as u32,
        });
        frames.push(Scouted { index, path, drawn: Some(drawn), first });
        first = false;
    }
    keeper.leave(&stage.options.resident);
    Ok((frames, startup_seconds, facts, timeline, store))
}

#[cfg(test)]
mod tests {
    use super::evenly;

    #[test]
    fn frames_are_spread_from_the_first_to_the_last() {
        assert_eq!(evenly(3, 240), [0, 119, 239]);
        assert_eq!(evenly(1, 240), [119]);
        assert_eq!(evenly(5, 5), [0, 1, 2, 3, 4]);
        assert_eq!(evenly(64, 3), [0, 1, 2]);
        assert_eq!(evenly(1, 1), [0]);
        assert_eq!(evenly(3, 2), [0, 1]);
        assert_eq!(evenly(64, 864_000).last(), Some(&863_999));
        assert!(evenly(0, 9).is_empty() && evenly(3, 0).is_empty());
    }
}
