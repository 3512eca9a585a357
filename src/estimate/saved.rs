//! The last estimate of a template, kept for those who ask without a GPU at hand.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Pace, Work};
use crate::error::Result;
use crate::paths::{Paths, hex, write_atomic};
use crate::request::{DeviceUsed, RenderRequest};

/// The form of the files.
const VERSION: u32 = 1;
/// A larger file was not written here.
const LARGEST: u64 = 1 << 20;
/// Older ones tell of templates and drivers that have changed since.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a template's frames took on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    version: u32,
    subject: String,
    /// When, in seconds since 1970.
    made: u64,
    /// Of which work.
    pub work: Work,
    /// On what.
    pub device: DeviceUsed,
    /// How fast.
    pub pace: Pace,
}

/// What a request renders, as far as a name can tell: the template's name, the hash of what it fetches, or the name of
/// the file that goes with it.
pub fn subject(request: &RenderRequest, name: &str) -> String {
    match (&request.template, &request.template_sha256) {
        (Some(name), _) => format!("template {name}"),
        (None, Some(sha256)) => format!("sha256 {}", sha256.to_ascii_lowercase()),
        (None, None) => format!("file {name}"),
    }
}

impl Saved {
    /// An estimate made now.
    pub fn new(subject: String, work: Work, device: DeviceUsed, pace: Pace) -> Self {
        Self { version: VERSION, subject, made: now(), work, device, pace }
    }

    /// The last estimate of this, if there is one that is not too old.
    pub fn find(paths: &Paths, subject: &str) -> Option<Self> {
        let path = place(paths, subject);
        fs_err::metadata(&path).ok().filter(|data| data.is_file() && data.len() <= LARGEST)?;
        let saved: Self = serde_json::from_slice(&fs_err::read(path).ok()?).ok()?;
        let frame = saved.pace.frame;
        let sound = [saved.pace.startup, saved.pace.first_extra, frame.low, frame.mean, frame.high];
        let known = saved.version == VERSION && saved.subject == subject && saved.age() <= KEPT;
        (known && sound.iter().all(|value| (0.0..1e7).contains(value))).then_some(saved)
    }

    /// Keeps it in place of the one before.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep(&self, paths: &Paths) -> Result<()> {
        let path = place(paths, &self.subject);
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

fn place(paths: &Paths, subject: &str) -> PathBuf {
    // A hash, since a name may be long, or no name for a file.
    let name = hex(&Sha256::digest(subject)[..8]);
    paths.state.join("estimates").join(format!("{name}.json"))
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
        (root, Paths { config, data, cache, state }, Saved::new("template a".to_owned(), work, device, pace))
    }

    #[test]
    fn an_estimate_is_found_by_what_it_is_of() {
        let (_root, paths, saved) = world();
        assert_eq!(Saved::find(&paths, "template a"), None);
        saved.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "template a"), Some(saved.clone()));
        assert_eq!(Saved::find(&paths, "template b"), None);
        let larger = Work { samples: 8, frames: 99, ..saved.work };
        assert_eq!(saved.pace_of(&larger).frame.mean, 6.0);
    }

    #[test]
    fn what_is_old_or_broken_counts_as_none() {
        let (_root, paths, saved) = world();
        let path = place(&paths, "template a");
        Saved { made: now() - KEPT.as_secs() - 5, ..saved.clone() }.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "template a"), None);
        Saved { version: 2, ..saved.clone() }.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "template a"), None);
        let pace = Pace { startup: -1.0, ..saved.pace };
        Saved { pace, ..saved }.keep(&paths).unwrap();
        assert_eq!(Saved::find(&paths, "template a"), None);
        for bytes in [&b""[..], b"{", b"\xff\x00", b"[]"] {
            fs_err::write(&path, bytes).unwrap();
            assert_eq!(Saved::find(&paths, "template a"), None);
        }
    }

    #[test]
    fn a_request_is_of_a_name_a_hash_or_a_file() {
        let named = RenderRequest { template: Some("a".to_owned()), ..RenderRequest::default() };
        let linked = RenderRequest { template_sha256: Some("AB".to_owned()), ..RenderRequest::default() };
        assert_eq!(subject(&named, "x"), "template a");
        assert_eq!(subject(&linked, "x"), "sha256 ab");
        assert_eq!(subject(&RenderRequest::default(), "x"), "file x");
    }
}
