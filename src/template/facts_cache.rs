//! What the .blend files of a library say, remembered from run to run: a file whose size and time have not changed
//! is not read again. Only a help: a cache that cannot be read or written is passed over.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::blend_file::{BlendFacts, BlendVersion};
use crate::paths::{Paths, write_atomic};
use crate::request::Fps;

/// Files that are remembered although this run did not meet them.
const MOST: usize = 5000;
/// Another release of broll may read files better.
const READER: &str = env!("CARGO_PKG_VERSION");

/// The few facts that a list of templates shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    version: (u16, u16),
    /// First and last frame, inclusive.
    pub frames: (i32, i32),
    /// Frames per second as a fraction.
    pub fps: Option<(u32, u32)>,
    /// Width and height in pixels.
    pub resolution: Option<(u32, u32)>,
}

impl Facts {
    /// Frames per second.
    pub fn rate(&self) -> Option<Fps> {
        self.fps.map(|(numer, denom)| Fps::reduced(numer, denom))
    }

    /// Length in seconds, where the rate is known.
    pub fn length(&self) -> Option<f64> {
        let (first, last) = (i64::from(self.frames.0), i64::from(self.frames.1));
        let count = (last - first).max(0) + 1;
        self.rate().map(|rate| count as f64 / rate.as_f64())
    }

    /// The Blender that saved the file.
    pub fn version(&self) -> BlendVersion {
        BlendVersion { major: self.version.0, minor: self.version.1 }
    }
}

impl From<&BlendFacts> for Facts {
    fn from(facts: &BlendFacts) -> Self {
        Self {
            version: (facts.version.major, facts.version.minor),
            frames: (facts.frame_start, facts.frame_end),
            fps: facts.fps,
            resolution: facts.resolution,
        }
    }
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    /// Nanoseconds since 1970.
    modified: u64,
}

impl Stamp {
    /// `None` for a time that no clock should give.
    pub(super) fn of(data: &Metadata) -> Option<Self> {
        let modified = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self { size: data.len(), modified: u64::try_from(modified.as_nanos()).ok()? })
    }
}

/// A file as it was met.
pub(super) type Seen = (PathBuf, Stamp, Facts);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Index {
    reader: String,
    files: HashMap<String, (Stamp, Facts)>,
}

/// The facts of earlier runs, by absolute path.
#[derive(Debug)]
pub(super) struct FactsCache {
    file: PathBuf,
    index: Index,
}

impl FactsCache {
    /// Reads the cache; one that is missing, damaged or another release's is empty.
    pub(super) fn open(paths: &Paths) -> Self {
        let file = paths.cache.join("template-facts.json");
        let index = fs_err::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Index>(&bytes).ok());
        Self { file, index: index.filter(|index| index.reader == READER).unwrap_or_default() }
    }

    /// The facts of a file that has not changed since.
    pub(super) fn get(&self, file: &Path, stamp: Stamp) -> Option<Facts> {
        let (known, facts) = self.index.files.get(file.to_str()?)?;
        (*known == stamp).then_some(*facts)
    }

    /// Remembers what this run has seen, and of the rest as much as there is room for.
    pub(super) fn save(mut self, seen: &[Seen]) {
        if seen.iter().all(|(file, stamp, facts)| self.get(file, *stamp) == Some(*facts)) {
            return;
        }
        let named = seen
            .iter()
            .filter_map(|(file, stamp, facts)| Some((file.to_str()?.to_owned(), (*stamp, *facts))));
        let mut files: HashMap<_, _> = named.collect();
        for (file, known) in self.index.files.drain() {
            if files.len() >= MOST {
                break;
            }
            files.entry(file).or_insert(known);
        }
        let folder = self.file.parent().unwrap_or(Path::new("."));
        if let Ok(bytes) = serde_json::to_vec(&Index { reader: READER.to_owned(), files })
            && fs_err::create_dir_all(folder).is_ok()
        {
            let _ = write_atomic(&self.file, &bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts =
        Facts { version: (4, 2), frames: (1, 240), fps: Some((30000, 1001)), resolution: None };

    fn stamp(size: u64) -> Stamp {
        Stamp { size, modified: 7 }
    }

    fn paths(root: &Path) -> Paths {
        Paths { config: root.join("c"), data: root.join("d"), cache: root.join("k"), state: root.join("s") }
    }

    #[test]
    fn what_was_seen_is_known_until_the_file_changes() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        FactsCache::open(&paths).save(&[("/a.blend".into(), stamp(1), FACTS)]);
        let cache = FactsCache::open(&paths);
        assert_eq!(cache.get(Path::new("/a.blend"), stamp(1)), Some(FACTS));
        assert_eq!(cache.get(Path::new("/a.blend"), stamp(2)), None);
        assert_eq!(cache.get(Path::new("/b.blend"), stamp(1)), None);
        // A file that changed takes the place of what it was; the others stay.
        cache.save(&[("/a.blend".into(), stamp(2), FACTS), ("/b.blend".into(), stamp(1), FACTS)]);
        FactsCache::open(&paths).save(&[("/c.blend".into(), stamp(1), FACTS)]);
        let cache = FactsCache::open(&paths);
        assert_eq!(cache.get(Path::new("/a.blend"), stamp(2)), Some(FACTS));
        assert_eq!(cache.index.files.len(), 3);
    }

    #[test]
    fn a_damaged_or_foreign_cache_is_empty_and_mended() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        fs_err::create_dir_all(&paths.cache).unwrap();
        for bytes in [&b"{\"reader\":"[..], b"\xff\xfe", b"[]", b"{\"reader\":\"0.0.0\",\"files\":{}}", b""] {
            let file = paths.cache.join("template-facts.json");
            fs_err::write(&file, bytes).unwrap();
            let cache = FactsCache::open(&paths);
            assert!(cache.index.files.is_empty());
            cache.save(&[("/a.blend".into(), stamp(1), FACTS)]);
            assert_eq!(FactsCache::open(&paths).index.files.len(), 1);
        }
    }

    #[test]
    fn it_forgets_what_it_has_no_room_for() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let many = |prefix: &str, count| -> Vec<Seen> {
            (0..count).map(|number| (format!("/{prefix}{number}").into(), stamp(1), FACTS)).collect()
        };
        FactsCache::open(&paths).save(&many("old", MOST));
        FactsCache::open(&paths).save(&many("new", 10));
        let cache = FactsCache::open(&paths);
        assert_eq!(cache.index.files.len(), MOST);
        assert_eq!(cache.get(Path::new("/new9"), stamp(1)), Some(FACTS));
    }
}
