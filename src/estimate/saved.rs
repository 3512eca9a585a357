//! The last estimate of a template, kept for those who ask without a GPU at hand.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{Pace, Work};
use crate::error::Result;
use crate::paths::{Paths, write_atomic};
use crate::request::DeviceUsed;

/// The form of the files.
const VERSION: u32 = 2;
/// A larger file was not written here.
const LARGEST: u64 = 1 << 20;
/// Older ones tell of templates and drivers that have changed since.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a template's frames took on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    version: u32,
    template_sha256: String,
    /// When, in seconds since 1970.
    made: u64,
    /// Of which work.
    pub work: Work,
    /// On what.
    pub device: DeviceUsed,
    /// How fast.
    pub pace: Pace,
}

impl Saved {
    /// An estimate made now, of a .blend with this hash: a name may be given to another template.
    pub fn new(template_sha256: String, work: Work, device: DeviceUsed, pace: Pace) -> Self {
        Self { version: VERSION, template_sha256, made: now(), work, device, pace }
    }

    /// The last estimate of a .blend, if there is one that is not too old.
    pub fn find(paths: &Paths, template_sha256: &str) -> Option<Self> {
        let path = place(paths, template_sha256);
        fs_err::metadata(&path).ok().filter(|data| data.is_file() && data.len() <= LARGEST)?;
        let saved: Self = serde_json::from_slice(&fs_err::read(path).ok()?).ok()?;
        let frame = saved.pace.frame;
        let sound = [saved.pace.startup, saved.pace.first_extra, frame.low, frame.mean, frame.high];
        let known =
            saved.version == VERSION && saved.template_sha256 == template_sha256 && saved.age() <= KEPT;
        (known && sound.iter().all(|value| (0.0..1e7).contains(value))).then_some(saved)
    }

    /// Keeps it in place of the one before.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep(&self, paths: &Paths) -> Result<()> {
        let path = place(paths, &self.template_sha256);
        fs_err::create_dir_all(path.parent().unwrap_or(&paths.state))?;
        write_atomic(&path, &serde_json::to_vec_pretty(self).unwrap_or_default())
    }

    /// How old it is.
    pub fn age(&self) -> Duration {
        Duration::from_secs(now().saturating_sub(self.made))
    }

    /// The pace of a frame of other work.
    pub fn pace_of(&self, work: &Work) -> Pace {
        self.pace.slower(work.frame_beside(&self.work))
    }
}

fn place(paths: &Paths, template_sha256: &str) -> PathBuf {
    paths.state.join("estimates").join(format!("{template_sha256}.json"))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Spread;

    fn world() -> (tempfile::TempDir, Paths, Saved) {
        let root = tempfile::tempdir().unwrap();
        let [config, data, cache, state] = ["c", "d", "k", "s"].map(|name| root.path().join(name));
        let work = Work { frames: 10, pixels: 100, samples: 4 };
        let device = DeviceUsed { backend: "optix".to_owned(), names: vec!["NVIDIA L4".to_owned()] };
        let pace = Pace { startup: 1.0, first_extra: 2.0, frame: Spread::exact(3.0) };
        (root, Paths { config, data, cache, state }, Saved::new("aa".to_owned(), work, device, pace))
    }

    #[test]
    fn an_estimate_is_found_by_what_it_is_of() {
        let (_root, paths, saved) = world();
        assert_eq!(Saved::find(&paths, "aa"), None);
        saved.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "aa"), Some(saved.clone()));
        assert_eq!(Saved::find(&paths, "bb"), None);
        let larger = Work { samples: 8, frames: 99, ..saved.work };
        assert_eq!(saved.pace_of(&larger).frame.mean, 6.0);
    }

    #[test]
    fn what_is_old_or_broken_counts_as_none() {
        let (_root, paths, saved) = world();
        let path = place(&paths, "aa");
        Saved { made: now() - KEPT.as_secs() - 5, ..saved.clone() }.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "aa"), None);
        Saved { version: 1, ..saved.clone() }.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "aa"), None);
        let pace = Pace { startup: -1.0, ..saved.pace };
        Saved { pace, ..saved }.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "aa"), None);
        for bytes in [&b""[..], b"{", b"\xff\x00", b"[]"] {
            fs_err::write(&path, bytes).unwrap();
            assert_eq!(Saved::find(&paths, "aa"), None);
        }
    }
}
