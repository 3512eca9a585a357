//! The files of an asset, and which of them is meant. Pure.

use std::str::FromStr;

use serde_json::Value;

use super::asset::{number, text};

/// A .blend of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFile {
    /// The longest side its textures were scaled down to, in pixels; none for the file as it was made.
    pub resolution: Option<u32>,
    /// Where the API tells its address.
    pub url: String,
    /// Its size, when that is told.
    pub bytes: Option<u64>,
}

/// Sizes that the service scales textures down to, as its API spells them.
const SIZES: [(&str, u32); 5] = [("0_5K", 512), ("1K", 1024), ("2K", 2048), ("4K", 4096), ("8K", 8192)];

impl AssetFile {
    /// The file, if it is a .blend: thumbnails, exports and archives are not.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let kind = text(value, "fileType")?;
        let resolution = match kind.strip_prefix("resolution_") {
            Some(size) => Some(SIZES.iter().find(|(name, _)| *name == size)?.1),
            None if kind == "blend" => None,
            None => return None,
        };
        let bytes = number(value, "fileUploadSize").filter(|bytes| *bytes > 0);
        Some(Self { resolution, url: text(value, "downloadUrl")?, bytes })
    }

    /// The size of its textures for people.
    pub fn label(&self) -> String {
        match self.resolution {
            None => "original".to_owned(),
            Some(512) => "0.5k".to_owned(),
            Some(pixels) => format!("{}k", pixels / 1024),
        }
    }
}

/// The size of textures that somebody wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Resolution {
    /// As the file was made.
    #[default]
    Original,
    /// About so many pixels on the longest side.
    Pixels(u32),
}

impl Resolution {
    /// All of them, as people write them.
    pub const NAMES: [&str; 6] = ["0.5k", "1k", "2k", "4k", "8k", "original"];
}

impl FromStr for Resolution {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size = text.to_ascii_uppercase().replace('.', "_");
        match SIZES.iter().find(|(name, _)| *name == size) {
            Some((_, pixels)) => Ok(Self::Pixels(*pixels)),
            None if size == "ORIGINAL" => Ok(Self::Original),
            None => Err("a resolution is 0.5k, 1k, 2k, 4k, 8k or original".to_owned()),
        }
    }
}

/// The file of that resolution, else the nearest one; the smaller of two that are as near. An asset without smaller
/// textures has the original alone.
pub(super) fn choose(files: &[AssetFile], wanted: Resolution) -> Option<&AssetFile> {
    let original = files.iter().find(|file| file.resolution.is_none());
    let scaled = || files.iter().filter_map(|file| Some((file.resolution?, file)));
    match wanted {
        Resolution::Original => {
            original.or_else(|| scaled().max_by_key(|(own, _)| *own).map(|(_, file)| file))
        }
        Resolution::Pixels(pixels) => {
            let nearest = scaled().min_by_key(|(own, _)| (own.abs_diff(pixels), *own));
            nearest.map(|(_, file)| file).or(original)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn files(kinds: &[&str]) -> Vec<AssetFile> {
        let all =
            kinds.iter().map(|kind| json!({"fileType": kind, "downloadUrl": format!("https://x/{kind}")}));
        all.filter_map(|value| AssetFile::of(&value)).collect()
    }

    #[test]
    fn only_blend_files_count() {
        let found = files(&[
            "thumbnail",
            "blend",
            "zip_file",
            "gltf",
            "resolution_2K",
            "resolution_16K",
            "resolution_",
        ]);
        assert_eq!(found.iter().map(AssetFile::label).collect::<Vec<_>>(), ["original", "2k"]);
        for value in
            [json!(null), json!({"fileType": "blend"}), json!({"fileType": "blend", "downloadUrl": null})]
        {
            assert_eq!(AssetFile::of(&value), None);
        }
    }

    #[test]
    fn the_nearest_resolution_is_chosen() {
        let all = files(&["resolution_0_5K", "resolution_1K", "resolution_4K", "blend", "thumbnail"]);
        for (wanted, label) in
            [("original", "original"), ("0.5k", "0.5k"), ("2K", "1k"), ("4k", "4k"), ("8k", "4k")]
        {
            assert_eq!(choose(&all, wanted.parse().unwrap()).unwrap().label(), label, "{wanted}");
        }
        let original = files(&["blend"]);
        assert_eq!(choose(&original, Resolution::Pixels(1024)).unwrap().label(), "original");
        let scaled = files(&["resolution_1K", "resolution_2K"]);
        assert_eq!(choose(&scaled, Resolution::Original).unwrap().label(), "2k");
        assert_eq!(choose(&[], Resolution::Original), None);
        assert!(Resolution::NAMES.iter().all(|name| name.parse::<Resolution>().is_ok()));
        for text in ["", "3k", "2048", "big"] {
            assert!(text.parse::<Resolution>().is_err(), "{text}");
        }
    }
}
