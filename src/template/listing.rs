//! All templates at a glance. Files are read by as many threads as there are processors, and one that is broken
//! carries its error and hides no other.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::facts_cache::{Facts, FactsCache, Seen, Stamp};
use super::{Library, Manifest, Origin, blend_file, bundled};
use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::request::Fps;

/// One template of a list.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The .blend, unless it is bundled.
    pub file: Option<PathBuf>,
    /// Its manifest; an empty one where that is broken.
    pub manifest: Manifest,
    /// What the .blend says, where it can be read.
    pub facts: Option<Facts>,
    /// What is wrong with it.
    pub error: Option<Error>,
}

/// The clip that a template makes by itself: the manifest's defaults, else what the file says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// Length in seconds.
    pub duration: Option<f64>,
    /// Width and height in pixels.
    pub resolution: Option<[i64; 2]>,
    /// Frames per second.
    pub fps: Option<Fps>,
}

impl Outline {
    /// Lays the defaults over the file's own settings.
    pub fn new(manifest: &Manifest, facts: Option<&Facts>) -> Self {
        let defaults = &manifest.defaults;
        let file_fps = facts.and_then(|facts| facts.fps).map(|(numer, denom)| Fps::reduced(numer, denom));
        let frames =
            defaults.frames.or_else(|| facts.map(|facts| [facts.frames.0.into(), facts.frames.1.into()]));
        let length = frames.zip(file_fps).map(|([first, last], fps)| {
            let count = last.saturating_sub(first).saturating_add(1).max(1);
            count as f64 / fps.as_f64()
        });
        let own =
            || facts.and_then(|facts| facts.resolution).map(|(width, height)| [width.into(), height.into()]);
        Self {
            duration: defaults.duration.or(length),
            resolution: defaults.resolution.or_else(own),
            fps: defaults.fps.or(file_fps),
        }
    }
}

/// Every template of the library, by name.
pub fn list(library: &Library, paths: &Paths) -> Vec<Entry> {
    let names: Vec<(String, Origin)> = library.names().into_iter().collect();
    let cache = FactsCache::open(paths);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((index, (name, origin))) = take(&next, &names) {
            done.push((index, read(name, origin, &cache)));
        }
        done
    };
    let count = thread::available_parallelism().map_or(2, usize::from).min(16).min(names.len());
    let mut read = thread::scope(|scope| {
        let others: Vec<_> = (1..count).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    read.sort_by_key(|(index, _)| *index);
    let (entries, seen): (Vec<Entry>, Vec<Option<Seen>>) = read.into_iter().map(|(_, read)| read).unzip();
    cache.save(&seen.into_iter().flatten().collect::<Vec<_>>());
    entries
}

fn take<'a, T>(next: &AtomicUsize, all: &'a [T]) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    all.get(index).map(|item| (index, item))
}

fn read(name: &str, origin: &Origin, cache: &FactsCache) -> (Entry, Option<Seen>) {
    let mut entry = Entry {
        name: name.to_owned(),
        origin: origin.clone(),
        file: None,
        manifest: Manifest::default(),
        facts: None,
        error: None,
    };
    let Origin::Folder(folder) = origin else {
        if let Some(bundled) = bundled::ALL.iter().find(|bundled| bundled.name == name) {
            entry.manifest(Manifest::parse(bundled.manifest, name));
            entry.facts = from_memory(bundled.blend);
        }
        return (entry, None);
    };
    entry.manifest(Manifest::read(&folder.join(format!("{name}.toml"))));
    let file = folder.join(format!("{name}.blend"));
    let seen = entry.facts(&file, cache);
    entry.file = Some(file);
    (entry, seen)
}

impl Entry {
    fn manifest(&mut self, read: Result<Manifest>) {
        match read {
            Ok(manifest) => self.manifest = manifest,
            Err(error) => self.error = Some(error),
        }
    }

    fn facts(&mut self, file: &Path, cache: &FactsCache) -> Option<Seen> {
        // The stamp comes first: a file that changes while it is read is read again the next time.
        let stamp = fs_err::metadata(file).ok().as_ref().and_then(Stamp::of);
        let path = std::path::absolute(file).ok();
        self.facts = path.as_deref().zip(stamp).and_then(|(path, stamp)| cache.get(path, stamp));
        if self.facts.is_none() {
            // What cannot be read is said in the words that a render would use.
            let read = blend_file::read_facts_for_list(file).or_else(|_| crate::render::read_blend(file));
            match read {
                Ok(facts) => self.facts = Some(Facts::from(&facts)),
                Err(error) => self.error = self.error.take().or(Some(error)),
            }
        }
        Some((path?, stamp?, self.facts?))
    }
}

/// The facts of a bundled .blend, by way of a file that is gone at once: nothing is unpacked for a list.
fn from_memory(blend: &[u8]) -> Option<Facts> {
    let mut file = tempfile::NamedTempFile::new().ok()?;
    file.write_all(blend).ok()?;
    blend_file::read_facts(file.path()).ok().as_ref().map(Facts::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLEND: &[u8] = include_bytes!("../../templates/ai_cpu_activation.blend");

    #[test]
    fn a_broken_template_hides_no_other_and_says_what_is_wrong() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("library");
        let [config, data, cache, state] = ["c", "d", "k", "s"].map(|name| root.path().join(name));
        let paths = Paths { config, data, cache, state };
        fs_err::create_dir_all(&folder).unwrap();
        let write = |name: &str, bytes: &[u8]| fs_err::write(folder.join(name), bytes).unwrap();
        write("good.blend", BLEND);
        write("manifest.blend", BLEND);
        write("manifest.toml", b"licence = 'x'\n");
        write("text.blend", b"hello");
        write("cut.blend", &BLEND[..200]);
        let library = Library::new(Some(&folder), None, &paths);
        for _ in 0..2 {
            let entries = list(&library, &paths);
            let code = |name: &str| {
                let entry = entries.iter().find(|entry| entry.name == name).unwrap();
                (entry.error.as_ref().map(Error::code), entry.facts.is_some())
            };
            assert_eq!(code("good"), (None, true));
            assert_eq!(code("manifest"), (Some("bad_manifest"), true));
            assert_eq!(code("text"), (Some("not_a_blend"), false));
            assert_eq!(code("cut"), (Some("truncated_blend"), false));
            assert_eq!(code("ai_cpu_activation"), (None, true));
            assert!(entries.is_sorted_by_key(|entry| &entry.name));
        }
        assert!(!paths.cache.join("templates").exists(), "nothing is unpacked");
    }

    #[test]
    fn the_outline_takes_the_manifest_before_the_file() {
        let facts = from_memory(BLEND).unwrap();
        let own = Outline::new(&Manifest::default(), Some(&facts));
        assert_eq!(
            (own.duration, own.resolution, own.fps.map(Fps::numer)),
            (Some(8.0), Some([1920, 1080]), Some(30))
        );
        let outline = |text: &str| Outline::new(&Manifest::parse(text, "a").unwrap(), Some(&facts));
        assert_eq!(outline("[defaults]\nduration = 2.5\nresolution = [64, 36]\n").duration, Some(2.5));
        assert_eq!(outline("[defaults]\nframes = [11, 40]\nfps = 60\n").duration, Some(1.0));
        assert_eq!(Outline::new(&Manifest::default(), None).duration, None);
    }
}
