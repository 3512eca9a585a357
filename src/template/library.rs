//! Where templates are looked for, and how one is found.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use tempfile::TempDir;

use super::bundled;
use super::{Manifest, parameter};
use crate::error::{Error, Result};
use crate::paths::{Paths, display};

/// Where a template comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A library folder.
    Folder(PathBuf),
    /// The binary itself.
    Bundled,
    /// A path that the user gave.
    Path,
}

/// Where the still of a template lies, if it has one: beside the .blend.
pub fn still_of(blend: &Path) -> PathBuf {
    blend.with_extension("png")
}

/// A template that was found.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name; for a path, the file's name without `.blend`.
    pub name: OsString,
    /// The .blend.
    pub file: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// Where it comes from.
    pub origin: Origin,
    /// Where a bundled one could not be put into the cache: the folder of its file, which goes with the last of these.
    pub held: Option<Arc<TempDir>>,
}

/// The library folders in the order they are searched, the bundled templates beneath them.
#[derive(Debug, Clone)]
pub struct Library {
    folders: Vec<PathBuf>,
    paths: Paths,
}

impl Library {
    /// `named` is `--library`, `configured` is `BROLL_LIBRARY` or the configuration's.
    pub fn new(named: Option<&Path>, configured: Option<&Path>, paths: &Paths) -> Self {
        let folders =
            [named, configured, Some(Path::new("templates"))].into_iter().flatten().map(Path::to_owned);
        Self::of_folders(folders.chain([paths.library()]).collect(), paths)
    }

    /// For a machine that renders for others: as [`Self::new`], with these folders before the user's own.
    pub fn with(named: Option<&Path>, configured: Option<&Path>, more: &[PathBuf], paths: &Paths) -> Self {
        let mut library = Self::new(named, configured, paths);
        let users = library.folders.len() - 1;
        library.folders.splice(users..users, more.iter().cloned());
        library
    }

    /// These folders in this order, and nothing of the current folder.
    pub(super) fn of_folders(folders: Vec<PathBuf>, paths: &Paths) -> Self {
        Self { folders, paths: paths.clone() }
    }

    /// Where `add` puts templates: the first folder that was chosen, else the user's own.
    pub fn home(named: Option<&Path>, configured: Option<&Path>, paths: &Paths) -> PathBuf {
        named.or(configured).map_or_else(|| paths.library(), Path::to_owned)
    }

    /// The template behind a name or a path to a .blend.
    ///
    /// # Errors
    /// `no_template` with the nearest name; `bad_manifest`.
    pub fn find(&self, wanted: &OsStr) -> Result<Template> {
        if is_path(wanted) {
            return at_path(Path::new(wanted));
        }
        // Where it is no text, the marks that stand for its bytes make it no name.
        let name = &*wanted.to_string_lossy();
        check_name(name)?;
        if let Some(folder) = self.holder(name) {
            return self.get(name, &Origin::Folder(folder.clone()));
        }
        if let Some(bundled) = bundled_as(name) {
            return unpack(bundled, &self.paths);
        }
        let known: Vec<String> = self.names().into_keys().collect();
        let error =
            Error::bad_input("no_template", format!("there is no template {name:?}")).because(format!(
                "looked in {} and among the bundled ones",
                self.folders.iter().map(|f| display(f)).collect::<Vec<_>>().join(", ")
            ));
        Err(match parameter::nearest(name, &known) {
            Some(meant) if meant == name => {
                error.hint("its .blend is there, but is no file that can be read: see `broll templates list`")
            }
            Some(meant) => error.hint(format!("did you mean {meant}?")),
            None if Path::new(wanted).exists() => {
                error.hint(format!("for the file of that name write ./{name}"))
            }
            None => error.hint("see `broll templates list`; a path must contain a slash or end in .blend"),
        })
    }

    /// The manifest behind a name, where the library has such a template; nothing is unpacked for it.
    ///
    /// # Errors
    /// `bad_name`, `bad_manifest`.
    pub fn manifest(&self, name: &str) -> Result<Option<Manifest>> {
        check_name(name)?;
        match (self.holder(name), bundled_as(name)) {
            (Some(folder), _) => Manifest::read(&folder.join(format!("{name}.toml"))).map(Some),
            (None, Some(bundled)) => Manifest::parse(bundled.manifest, bundled.name).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The name of a template that was probably meant by another one.
    pub fn nearest(&self, name: &str) -> Option<String> {
        let known: Vec<String> = self.names().into_keys().collect();
        parameter::nearest(name, &known).filter(|meant| *meant != name).map(str::to_owned)
    }

    /// The first folder that has a template of this name.
    fn holder(&self, name: &str) -> Option<&PathBuf> {
        self.folders.iter().find(|folder| folder.join(format!("{name}.blend")).is_file())
    }

    /// Names of all templates with the folder each comes from; the first folder that has a name wins.
    pub fn names(&self) -> BTreeMap<String, Origin> {
        let mut names = BTreeMap::new();
        for folder in &self.folders {
            for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if let Some(name) =
                    name.to_str().and_then(|name| name.strip_suffix(".blend")).filter(|name| is_name(name))
                {
                    names.entry(name.to_owned()).or_insert_with(|| Origin::Folder(folder.clone()));
                }
            }
        }
        for bundled in bundled::ALL {
            names.entry(bundled.name.to_owned()).or_insert(Origin::Bundled);
        }
        names
    }

    /// The template of a name that [`Self::names`] gave.
    ///
    /// # Errors
    /// `bad_manifest`, or an I/O error.
    pub fn get(&self, name: &str, origin: &Origin) -> Result<Template> {
        match origin {
            Origin::Folder(folder) => Ok(Template {
                name: name.into(),
                file: folder.join(format!("{name}.blend")),
                manifest: Manifest::read(&folder.join(format!("{name}.toml")))?,
                origin: origin.clone(),
                held: None,
            }),
            Origin::Bundled | Origin::Path => self.find(OsStr::new(name)),
        }
    }
}

fn bundled_as(name: &str) -> Option<&'static bundled::Bundled> {
    bundled::ALL.iter().find(|bundled| bundled.name == name)
}

fn unpack(bundled: &bundled::Bundled, paths: &Paths) -> Result<Template> {
    let manifest = Manifest::parse(bundled.manifest, bundled.name)?;
    let (file, held) = bundled.at_hand(paths)?;
    Ok(Template { name: bundled.name.into(), file, manifest, origin: Origin::Bundled, held })
}

fn at_path(path: &Path) -> Result<Template> {
    if !path.exists() {
        return Err(Error::bad_input("no_template", format!("there is no file {}", display(path)))
            .hint("check the path; for a template of the library give its name without .blend"));
    }
    if !path.is_file() {
        return Err(Error::bad_input("no_template", format!("{} is not a file", display(path)))
            .hint("give the path of a .blend"));
    }
    let name = path.file_stem().unwrap_or_default().to_owned();
    // Blender resolves what is relative in the file from the file's own place, which must not depend on ours.
    let file = std::path::absolute(path)?;
    Ok(Template { name, file, manifest: Manifest::default(), origin: Origin::Path, held: None })
}

/// Whether what the user gave is a path rather than a name.
pub fn is_path(wanted: &OsStr) -> bool {
    let bytes = wanted.as_encoded_bytes();
    bytes.contains(&b'/') || bytes.to_ascii_lowercase().ends_with(b".blend")
}

fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.bytes().next().is_some_and(plain) && name.bytes().all(|b| plain(b) || b == b'_' || b == b'-')
}

/// A name that a template may have: `[a-z0-9][a-z0-9_-]*`, so that no path leaves a library.
///
/// # Errors
/// `bad_name` with the nearest name that would do.
pub fn check_name(name: &str) -> Result<()> {
    if is_name(name) {
        return Ok(());
    }
    let error = Error::bad_input("bad_name", format!("{name:?} is not a template name"))
        .because("names are lower-case letters, digits, _ and -, and start with a letter or digit");
    Err(match name_from(name) {
        Some(fit) => {
            error.hint(format!("{fit:?} would do; for a file give a path with a slash or ending in .blend"))
        }
        None => error.hint("see `broll templates list`"),
    })
}

/// A fit name made from any text, if one is in it.
pub fn name_from(text: &str) -> Option<String> {
    let mapped: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
        .collect();
    let trimmed = mapped.trim_matches(['_', '-']);
    is_name(trimmed).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(root: &Path) -> Paths {
        Paths { config: root.join("c"), data: root.join("d"), cache: root.join("k"), state: root.join("s") }
    }

    #[test]
    fn no_name_leaves_the_library() {
        for name in ["..", ".", "", "-a", "_a", "a/b", "A", "a b", "a\nb", "a.toml", "ä"] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["a", "0", "ai_cpu-2"] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
        assert_eq!(name_from("My Clip (2)").as_deref(), Some("my_clip__2"));
        assert_eq!(name_from("…"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_shown_as_far_as_it_can_be() {
        let root = tempfile::tempdir().unwrap();
        let name: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"neon\xff");
        let error = Library::of_folders(Vec::new(), &paths(root.path())).find(name).unwrap_err();
        assert!(error.code() == "bad_name" && error.message().contains("neon"), "{error}");
    }

    #[test]
    fn the_first_folder_wins_and_bundled_ones_come_last() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let [near, far] = ["near", "far"].map(|name| root.path().join(name));
        let put = |folder: &Path, name: &str| {
            fs_err::create_dir_all(folder).unwrap();
            fs_err::write(folder.join(name), "x").unwrap();
        };
        put(&near, "a.blend");
        put(&far, "a.blend");
        put(&far, "b.blend");
        let library = Library::of_folders(vec![root.path().join("gone"), near.clone(), far.clone()], &paths);
        let names = library.names();
        for (name, folder) in [("a", &near), ("b", &far)] {
            assert_eq!(names[name], Origin::Folder(folder.clone()));
            assert_eq!(library.find(OsStr::new(name)).unwrap().file, folder.join(format!("{name}.blend")));
        }
        assert_eq!(names["ai_cpu_activation"], Origin::Bundled);
        assert!(library.find(OsStr::new("ai_cpu_activation")).unwrap().file.is_file());
        let error = library.find(OsStr::new("ai_cpu_activatio")).unwrap_err();
        assert_eq!(error.hint_text(), "did you mean ai_cpu_activation?");
        assert_eq!(library.nearest("ai_cpu_activatio").as_deref(), Some("ai_cpu_activation"));
        assert!(library.manifest("ai_cpu_activation").unwrap().unwrap().parameters.contains_key("glow"));
        put(&near, "a.toml");
        assert_eq!(library.manifest("a").unwrap_err().code(), "bad_manifest");
        assert_eq!(library.manifest("b").unwrap(), Some(Manifest::default()));
        assert!(library.manifest("nowhere").unwrap().is_none() && library.manifest("../a").is_err());
        put(&far, "ai_cpu_activation.blend");
        assert_eq!(library.names()["ai_cpu_activation"], Origin::Folder(far.clone()));
        let found = library.find(OsStr::new("ai_cpu_activation")).unwrap();
        assert_eq!(found.file, far.join("ai_cpu_activation.blend"));
    }

    #[test]
    fn the_order_is_flag_then_setting_then_here_then_the_users_own() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let [named, configured] = ["named", "configured"].map(Path::new);
        let folders = Library::new(Some(named), Some(configured), &paths).folders;
        assert_eq!(folders, [named, configured, Path::new("templates"), &paths.library()]);
        assert_eq!(Library::new(None, None, &paths).folders, [Path::new("templates"), &paths.library()]);
        let volume = PathBuf::from("/volume/templates");
        let folders = Library::with(None, Some(configured), std::slice::from_ref(&volume), &paths).folders;
        assert_eq!(folders, [configured, Path::new("templates"), &volume, &paths.library()]);
    }
}
