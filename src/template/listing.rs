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
use crate::render::{self, Timeline};
use crate::request::{Fps, Settings, Span};

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
    /// What the .blend says, where that was asked for and can be read.
    pub facts: Option<Facts>,
    /// The clip it makes, unless something is wrong with it.
    pub outline: Option<Outline>,
    /// What is wrong with it.
    pub error: Option<Error>,
}

/// How much a list tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The clips that the templates make, for which their files are hardly read.
    Clip,
    /// The files' facts as well.
    Scene,
}

/// The clip that `broll render NAME` makes: the manifest's defaults, else the built-in ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// Length in seconds; `None` where the manifest gives frames and the file does not tell their rate.
    pub duration: Option<f64>,
    /// Width and height in pixels.
    pub resolution: [u32; 2],
    /// Frames per second.
    pub fps: Fps,
}

impl Outline {
    /// The facts are needed where the manifest gives frames of the scene.
    ///
    /// # Errors
    /// `bad_value` for defaults that cannot be rendered.
    pub fn new(manifest: &Manifest, facts: Option<&Facts>) -> Result<Self> {
        let settings = Settings::new(&manifest.defaults)?;
        let file_fps = match settings.span {
            // As long at any rate of the scene.
            Span::Seconds(_) => Some(settings.fps),
            Span::Frames { .. } => facts.and_then(Facts::rate),
        };
        let timeline = file_fps.map(|file_fps| Timeline::new(settings.span, settings.fps, file_fps, 0));
        Ok(Self {
            duration: timeline.transpose()?.map(|timeline| timeline.duration()),
            resolution: settings.resolution,
            fps: settings.fps,
        })
    }
}

/// Whether the length of the clip depends on the scene: the manifest gives it in the scene's frames.
fn needs_facts(manifest: &Manifest) -> bool {
    manifest.defaults.frames.is_some()
}

/// Every template of the library, by name.
pub fn list(library: &Library, paths: &Paths, detail: Detail) -> Vec<Entry> {
    let names: Vec<(String, Origin)> = library.names().into_iter().collect();
    let cache = FactsCache::open(paths);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((index, (name, origin))) = take(&next, &names) {
            done.push((index, read(name, origin, detail, &cache)));
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

fn read(name: &str, origin: &Origin, detail: Detail, cache: &FactsCache) -> (Entry, Option<Seen>) {
    let mut entry = Entry {
        name: name.to_owned(),
        origin: origin.clone(),
        file: None,
        manifest: Manifest::default(),
        facts: None,
        outline: None,
        error: None,
    };
    let seen = if let Origin::Folder(folder) = origin {
        entry.manifest(Manifest::read(&folder.join(format!("{name}.toml"))));
        let file = folder.join(format!("{name}.blend"));
        let seen = entry.look(&file, detail, cache);
        entry.file = Some(file);
        seen
    } else {
        if let Some(bundled) = bundled::ALL.iter().find(|bundled| bundled.name == name) {
            entry.manifest(Manifest::parse(bundled.manifest, name));
            let facts = || from_memory(bundled.blend);
            entry.facts = entry.wants_facts(detail).then(facts).flatten();
        }
        None
    };
    if entry.error.is_none() {
        match Outline::new(&entry.manifest, entry.facts.as_ref()) {
            Ok(outline) => entry.outline = Some(outline),
            Err(error) => entry.error = Some(error),
        }
    }
    (entry, seen)
}

impl Entry {
    fn manifest(&mut self, read: Result<Manifest>) {
        match read {
            Ok(manifest) => self.manifest = manifest,
            Err(error) => self.error = Some(error),
        }
    }

    fn wants_facts(&self, detail: Detail) -> bool {
        detail == Detail::Scene || needs_facts(&self.manifest)
    }

    /// Reads as much of the file as is asked for.
    fn look(&mut self, file: &Path, detail: Detail, cache: &FactsCache) -> Option<Seen> {
        if !self.wants_facts(detail) {
            if blend_file::glance(file).is_err() {
                self.keep(render::read_blend(file).map(drop));
            }
            return None;
        }
        // The stamp comes first: a file that changes while it is read is read again the next time.
        let stamp = fs_err::metadata(file).ok().as_ref().and_then(Stamp::of);
        let path = std::path::absolute(file).ok();
        self.facts = path.as_deref().zip(stamp).and_then(|(path, stamp)| cache.get(path, stamp));
        if self.facts.is_none() {
            let read = blend_file::read_facts_for_list(file).or_else(|_| render::read_blend(file));
            self.facts = self.keep(read).as_ref().map(Facts::from);
        }
        Some((path?, stamp?, self.facts?))
    }

    /// What cannot be read is said in the words that a render would use; the manifest's error comes first.
    fn keep<T>(&mut self, read: Result<T>) -> Option<T> {
        read.map_err(|error| self.error.get_or_insert(error)).ok()
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
        write("values.blend", BLEND);
        write("values.toml", b"defaults = { duration = 0 }\n");
        write("frames.blend", BLEND);
        write("frames.toml", b"defaults = { frames = [1, 60] }\n");
        write("text.blend", b"hello");
        write("cut.blend", &BLEND[..200]);
        write("half.blend", &BLEND[..BLEND.len() / 2]);
        let library = Library::of_folders(vec![folder], &paths);
        // With and without what the run before remembered.
        for detail in [Detail::Clip, Detail::Scene, Detail::Scene, Detail::Clip] {
            let entries = list(&library, &paths, detail);
            let told = |name: &str| {
                let entry = entries.iter().find(|entry| entry.name == name).unwrap();
                (
                    entry.error.as_ref().map(Error::code),
                    entry.facts.is_some(),
                    entry.outline.and_then(|outline| outline.duration),
                )
            };
            let scene = detail == Detail::Scene;
            assert_eq!(told("good"), (None, scene, Some(8.0)));
            assert_eq!(told("manifest"), (Some("bad_manifest"), scene, None));
            assert_eq!(told("values"), (Some("bad_value"), scene, None));
            assert_eq!(told("frames"), (None, true, Some(2.0)));
            assert_eq!(told("text"), (Some("not_a_blend"), false, None));
            assert_eq!(told("cut"), (Some("truncated_blend"), false, None));
            assert_eq!(told("half"), (Some("truncated_blend"), false, None));
            assert_eq!(told("ai_cpu_activation"), (None, scene, Some(8.0)));
            assert!(entries.is_sorted_by_key(|entry| &entry.name));
        }
        assert!(!paths.cache.join("templates").exists(), "nothing is unpacked");
    }

    #[test]
    fn the_outline_is_what_a_render_makes() {
        let mut facts = from_memory(BLEND).unwrap();
        facts.resolution = Some((640, 360));
        assert_eq!((facts.frames, facts.length()), ((1, 240), Some(8.0)));
        let outline = |text: &str, facts| Outline::new(&Manifest::parse(text, "a").unwrap(), facts).unwrap();
        let built_in = outline("", Some(&facts));
        assert_eq!(
            (built_in.duration, built_in.resolution, built_in.fps),
            (Some(8.0), [1920, 1080], Fps::reduced(30, 1))
        );
        assert_eq!(built_in, outline("", None));
        let own = outline("[defaults]\nduration = 2.51\nresolution = [64, 36]\nfps = 25\n", None);
        // Whole frames: 62.75 are 63.
        assert_eq!((own.duration, own.resolution, own.fps), (Some(2.52), [64, 36], Fps::reduced(25, 1)));
        let frames = "[defaults]\nframes = [11, 40]\nfps = 60\n";
        assert_eq!(outline(frames, Some(&facts)).duration, Some(1.0));
        assert_eq!(outline(frames, None).duration, None);
    }
}
