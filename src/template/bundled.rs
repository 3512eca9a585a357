//! The templates inside the binary, so that they render anywhere.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::paths::{Paths, hex, write_atomic};

/// One bundled template.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bundled {
    pub(super) name: &'static str,
    pub(super) blend: &'static [u8],
    pub(super) manifest: &'static str,
}

macro_rules! bundled {
    ($($name:literal),* $(,)?) => {
        &[$(Bundled {
            name: $name,
            blend: include_bytes!(concat!("../../templates/", $name, ".blend")),
            manifest: include_str!(concat!("../../templates/", $name, ".toml")),
        }),*]
    };
}

/// Every template in `templates/`, by name.
pub(super) const ALL: &[Bundled] =
    bundled!["abstract_flow", "ai_cpu_activation", "data_globe", "logo_sting", "title_reveal"];

impl Bundled {
    /// Puts the .blend where Blender can open it, once per version of it.
    pub(super) fn unpack(&self, paths: &Paths) -> Result<PathBuf> {
        let digest = hex(&Sha256::digest(self.blend)[..8]);
        let file = paths.cache.join("templates").join(digest).join(format!("{}.blend", self.name));
        if fs_err::metadata(&file).is_ok_and(|there| there.len() == self.blend.len() as u64) {
            return Ok(file);
        }
        if let Some(folder) = file.parent() {
            fs_err::create_dir_all(folder)?;
        }
        write_atomic(&file, self.blend)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_template_in_the_folder_is_bundled_and_small() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        let mut files: Vec<String> = fs_err::read_dir(folder)
            .unwrap()
            .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".blend")?.to_owned()))
            .collect();
        files.sort();
        assert_eq!(files, super::ALL.iter().map(|bundled| bundled.name).collect::<Vec<_>>());
        for bundled in super::ALL {
            assert!(bundled.blend.len() < 1 << 20, "{} is over 1 MB", bundled.name);
            super::super::Manifest::parse(bundled.manifest, bundled.name).unwrap();
        }
    }
}
