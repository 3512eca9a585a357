//! What waits for the next job: Blenders with their kernels and caches warm, and tools that were found to work.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::blender::{Session, SessionOptions};
use crate::config::Config;
use crate::encode::ClipFormat;
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::toolchain;
use crate::toolchain::blender::FoundBlender;

/// Holds sessions between two jobs, by the GPU that each may use; every job opens its file anew.
#[derive(Debug, Default)]
pub struct Resident {
    keeps: bool,
    idle: Mutex<Vec<(Option<String>, Session)>>,
    found: Mutex<Found>,
}

/// Tools that worked for an earlier job of this process.
#[derive(Debug, Default)]
struct Found {
    blender: Option<FoundBlender>,
    /// The last one that was tried comes first.
    encoders: Vec<(ClipFormat, PathBuf)>,
}

/// An endpoint's clips come in a few formats; one that takes any must not fill the memory with them.
const MOST_FORMATS: usize = 64;

impl Resident {
    /// Sessions and tools stay after a job. Without this they do not: a [`Default`] one keeps nothing.
    pub fn keeping() -> Self {
        Self { keeps: true, ..Self::default() }
    }

    /// A session that waits, answers, and could have been started with these options, if there is one.
    pub(super) fn take(&self, options: &SessionOptions) -> Option<Session> {
        loop {
            let mut session = {
                let mut idle = lock(&self.idle);
                let place = idle.iter().position(|(own, _)| *own == options.visible)?;
                idle.swap_remove(place).1
            };
            if !session.is_one_of(options) {
                // Blender was replaced: the frames of one clip come from one version.
                session.quit();
            } else if session.wakes(options) {
                return Some(session);
            } else if options.cancel.requested() {
                return None;
            }
        }
    }

    /// Whether a session for this GPU waits.
    pub(super) fn has(&self, visible: Option<&str>) -> bool {
        lock(&self.idle).iter().any(|(own, _)| own.as_deref() == visible)
    }

    /// A session that has nothing to do any more.
    pub(super) fn put(&self, visible: Option<String>, session: Session) {
        if self.keeps {
            self.lend(visible, session);
        } else {
            session.quit();
        }
    }

    /// A session that was started ahead of its first frame. Whoever lends it calls [`Self::end`] or keeps sessions.
    pub(super) fn lend(&self, visible: Option<String>, session: Session) {
        lock(&self.idle).push((visible, session));
    }

    /// Ends the sessions that wait, unless they are to stay.
    pub(super) fn end_lent(&self) {
        if !self.keeps {
            self.end();
        }
    }

    /// Ends the sessions that wait.
    pub fn end(&self) {
        let idle = std::mem::take(&mut *lock(&self.idle));
        for (_, session) in idle {
            session.quit();
        }
    }

    /// As [`toolchain::blender::find`], which is asked once.
    ///
    /// # Errors
    /// Those of the search.
    pub(super) fn blender(&self, config: &Config, paths: &Paths) -> Result<FoundBlender> {
        if let Some(known) = lock(&self.found).blender.clone() {
            return Ok(known);
        }
        let found = toolchain::blender::find(config, paths)?;
        if self.keeps {
            lock(&self.found).blender = Some(found.clone());
        }
        Ok(found)
    }

    /// As [`toolchain::ffmpeg::choose`], which tries each format once.
    ///
    /// # Errors
    /// Those of the trial.
    pub(super) fn ffmpeg(
        &self,
        config: &Config,
        paths: &Paths,
        format: &ClipFormat,
        cancel: &Cancel,
    ) -> Result<PathBuf> {
        if let Some((_, known)) = lock(&self.found).encoders.iter().find(|(tried, _)| tried == format) {
            return Ok(known.clone());
        }
        let chosen = toolchain::ffmpeg::choose(config, paths, format, cancel)?;
        if self.keeps {
            self.remember(*format, chosen.clone());
        }
        Ok(chosen)
    }

    fn remember(&self, format: ClipFormat, ffmpeg: PathBuf) {
        let encoders = &mut lock(&self.found).encoders;
        encoders.retain(|(tried, _)| *tried != format);
        encoders.truncate(MOST_FORMATS - 1);
        encoders.insert(0, (format, ffmpeg));
    }

    /// Tools are looked for anew: one of them may be why a job failed.
    pub(super) fn forget_tools(&self) {
        *lock(&self.found) = Found::default();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Encoder;
    use crate::request::Quality;

    #[test]
    fn of_many_formats_the_last_ones_are_remembered_once_each() {
        let resident = Resident::keeping();
        let format = |width| ClipFormat {
            encoder: Encoder::Libx264,
            quality: Quality::Draft,
            fps: "24".parse().unwrap(),
            resolution: [width, 16],
            transparent: false,
        };
        (0..1000).for_each(|width| resident.remember(format(width), "/ffmpeg".into()));
        (990..1000).for_each(|width| resident.remember(format(width), "/other".into()));
        let found = lock(&resident.found);
        let known: Vec<u32> = found.encoders.iter().map(|(format, _)| format.resolution[0]).collect();
        assert_eq!(known, (936..1000).rev().collect::<Vec<_>>());
        assert!(found.encoders[..10].iter().all(|(_, path)| path.ends_with("other")));
    }
}
