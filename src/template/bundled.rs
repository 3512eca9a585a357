//! The templates inside the binary, so that they render anywhere.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::still_of;
use crate::error::Result;
use crate::paths::{Paths, hex, write_atomic};

/// One bundled template.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bundled {
    pub(super) name: &'static str,
    pub(super) blend: &'static [u8],
    pub(super) manifest: &'static str,
    /// What `make stills` made of it, as a PNG.
    pub(super) still: Option<&'static [u8]>,
}

macro_rules! bundled {
    ($($name:literal $(with $still:ident)?),* $(,)?) => {
        &[$(Bundled {
            name: $name,
            blend: include_bytes!(concat!("../../templates/", $name, ".blend")),
            manifest: include_str!(concat!("../../templates/", $name, ".toml")),
            still: bundled!(@ $name $($still)?),
        }),*]
    };
    (@ $name:literal) => { None };
    (@ $name:literal still) => { Some(include_bytes!(concat!("../../templates/", $name, ".png"))) };
}

/// Every template in `templates/`, by name. A new one is listed without its still until `make stills` has rendered that.
pub(super) const ALL: &[Bundled] = bundled![
    "abstract_flow" with still,
    "ai_cpu_activation" with still,
    "data_globe" with still,
    "logo_sting" with still,
    "title_reveal" with still,
];

/// Renders on every machine that can, and takes every kernel that a template needs.
const TRIAL: &str = "ai_cpu_activation";

/// The .blend of a bundled template to warm Blender up with.
///
/// # Errors
/// Those of the file system.
pub fn file(paths: &Paths) -> Result<PathBuf> {
    ALL.iter().find(|bundled| bundled.name == TRIAL).unwrap_or(&ALL[0]).unpack(paths)
}

impl Bundled {
    /// Puts the .blend where Blender can open it, its still beside it, once per version of it.
    fn unpack(&self, paths: &Paths) -> Result<PathBuf> {
        let digest = hex(&Sha256::digest(self.blend)[..8]);
        self.put(&paths.cache.join("templates").join(digest))
    }

    /// The same; where the cache cannot be written, in a folder that goes with the second half of the answer.
    ///
    /// # Errors
    /// Those of the cache, when nothing else can be written either.
    pub(super) fn at_hand(&self, paths: &Paths) -> Result<(PathBuf, Option<Arc<TempDir>>)> {
        let error = match self.unpack(paths) {
            Ok(file) => return Ok((file, None)),
            Err(error) => error,
        };
        let aside = || {
            let folder = tempfile::Builder::new().prefix("broll-").tempdir().ok()?;
            let file = self.put(folder.path()).ok()?;
            Some((file, Some(Arc::new(folder))))
        };
        aside().ok_or_else(|| error.hint("name a folder that can be written in BROLL_CACHE_DIR or in TMPDIR"))
    }

    fn put(&self, folder: &Path) -> Result<PathBuf> {
        let file = folder.join(format!("{}.blend", self.name));
        fs_err::create_dir_all(folder)?;
        if !fs_err::metadata(&file).is_ok_and(|there| there.len() == self.blend.len() as u64) {
            write_atomic(&file, self.blend)?;
        }
        // A still may change while the .blend does not.
        if let Some(still) = self.still
            && !fs_err::read(still_of(&file)).is_ok_and(|there| there == still)
        {
            write_atomic(&still_of(&file), still)?;
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_cache_cannot_be_written_a_folder_lasts_as_long_as_it_is_held() {
        let root = tempfile::tempdir().unwrap();
        fs_err::write(root.path().join("k"), "no folder").unwrap();
        let [config, data, cache, state] = ["c", "d", "k", "s"].map(|name| root.path().join(name));
        let paths = Paths { config, data, cache, state };
        let (file, held) = ALL[0].at_hand(&paths).unwrap();
        assert_eq!(fs_err::read(&file).unwrap(), ALL[0].blend);
        assert!(still_of(&file).is_file() && held.is_some());
        drop(held);
        assert!(!file.exists());
        fs_err::remove_file(&paths.cache).unwrap();
        let (file, held) = ALL[0].at_hand(&paths).unwrap();
        assert!(file.starts_with(&paths.cache) && held.is_none());
    }

    #[test]
    fn every_template_in_the_folder_is_bundled_and_small() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        let mut files: Vec<String> = fs_err::read_dir(folder)
            .unwrap()
            .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".blend")?.to_owned()))
            .collect();
        files.sort();
        assert_eq!(files, ALL.iter().map(|bundled| bundled.name).collect::<Vec<_>>());
        for bundled in ALL {
            assert!(bundled.blend.len() < 1 << 20, "{} is over 1 MB", bundled.name);
            let manifest = crate::template::Manifest::parse(bundled.manifest, bundled.name).unwrap();
            assert_ne!(manifest.redistribute, Some(false), "{} must not be passed on", bundled.name);
            let still = bundled.still.expect("run `make stills`, then add `with still` to its name");
            assert!(still.len() <= 60_000, "the still of {} is over 60 kB", bundled.name);
            let picture = crate::sheet::Picture::from_png(still).unwrap();
            assert_eq!(picture.width().max(picture.height()), 480);
        }
    }
}
