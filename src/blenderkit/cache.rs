//! Where downloads lie: a folder for each asset, a file for each version and resolution of it. What nobody asked for in a
//! while goes, and so does what killed downloads left.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::{Asset, AssetFile};
use crate::paths::{Paths, hex};

/// Files nobody asked for in this time go, as frames do.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
/// No download takes longer: what was begun before was left behind.
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(24 * 3600);
/// How the names of files and folders begin that are being written.
pub(super) const DRAFT: &str = ".draft-";

fn root(paths: &Paths) -> PathBuf {
    paths.cache.join("blenderkit")
}

/// The folder of an asset's files. Nothing else of this machine is ever in it.
pub(super) fn folder(paths: &Paths, asset: &Asset) -> PathBuf {
    // An id from an answer could be any text.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let own = !asset.id.is_empty() && asset.id.len() <= 64 && asset.id.bytes().all(fits);
    let name = if own { asset.id.clone() } else { hex(&Sha256::digest(&asset.id)[..16]) };
    root(paths).join(name)
}

/// Where a file lies once it is here: another version of the asset, or another resolution, is another file.
pub(super) fn place(paths: &Paths, asset: &Asset, file: &AssetFile) -> PathBuf {
    let mark = format!("{}\n{}\n{}\n{:?}", asset.version_id, file.label(), file.url, file.bytes);
    folder(paths, asset).join(format!("{}.blend", hex(&Sha256::digest(mark)[..12])))
}

/// Marks a file as used now; one that cannot be marked only goes earlier.
pub(super) fn touch(file: &Path) {
    let opened = fs_err::OpenOptions::new().append(true).open(file);
    let _ = opened.and_then(|file| file.file().set_modified(SystemTime::now()));
}

/// Takes out what is old. Failures leave something behind, and nothing else.
pub(super) fn tidy(paths: &Paths) {
    let now = SystemTime::now();
    for asset in fs_err::read_dir(root(paths)).into_iter().flatten().flatten() {
        for entry in fs_err::read_dir(asset.path()).into_iter().flatten().flatten() {
            let modified = entry.metadata().and_then(|data| data.modified());
            let age =
                modified.ok().and_then(|modified| now.duration_since(modified).ok()).unwrap_or_default();
            let draft = entry.file_name().as_encoded_bytes().starts_with(DRAFT.as_bytes());
            if age > if draft { LONGEST_DOWNLOAD } else { KEPT } {
                let path = entry.path();
                let _ = if path.is_dir() { fs_err::remove_dir_all(path) } else { fs_err::remove_file(path) };
            }
        }
        // Only an empty one goes.
        let _ = fs_err::remove_dir(asset.path());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(root: &Path) -> Paths {
        let folder = |name: &str| root.join(name);
        Paths { config: folder("c"), data: folder("d"), cache: folder("k"), state: folder("s") }
    }

    fn asset(id: &str) -> Asset {
        let file = json!({"fileType": "blend", "downloadUrl": "https://x/"});
        Asset::of(&json!({"id": "v1", "assetBaseId": id, "files": [file]})).unwrap()
    }

    #[test]
    fn no_id_leads_out_of_the_cache() {
        let paths = paths(Path::new("/r"));
        assert_eq!(folder(&paths, &asset("3f2a-91")), Path::new("/r/k/blenderkit/3f2a-91"));
        for id in ["..", "../../x", "/etc", "a/b", "a\u{0}", &"a".repeat(300)] {
            let folder = folder(&paths, &asset(id));
            assert_eq!(folder.parent(), Some(Path::new("/r/k/blenderkit")), "{id}");
            assert_eq!(folder.file_name().unwrap().len(), 32, "{id}");
        }
        let (one, mut other) = (asset("a"), asset("a"));
        other.version_id = "v2".to_owned();
        assert_ne!(place(&paths, &one, &one.files[0]), place(&paths, &other, &other.files[0]));
    }

    #[test]
    fn what_is_old_goes_and_what_is_used_stays() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let put = |asset: &str, name: &str, age: Duration| {
            let folder = paths.cache.join("blenderkit").join(asset);
            fs_err::create_dir_all(&folder).unwrap();
            let file = fs_err::File::create(folder.join(name)).unwrap();
            file.file().set_modified(SystemTime::now() - age).unwrap();
            folder.join(name)
        };
        let day = Duration::from_secs(24 * 3600);
        let (new, draft) = (put("a", "1.blend", 13 * day), put("a", ".draft-1", day / 2));
        let used = put("a", "2.blend", 20 * day);
        touch(&used);
        let gone =
            [put("a", "3.blend", 15 * day), put("a", ".draft-2", 2 * day), put("b", "4.blend", 15 * day)];
        tidy(&paths);
        assert!(new.exists() && draft.exists() && used.exists());
        assert!(gone.iter().all(|file| !file.exists()) && !gone[2].parent().unwrap().exists());
    }
}
