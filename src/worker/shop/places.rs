//! The worker's own folders: they mean nothing to whoever sent a request, and are not told.

use std::path::{Path, PathBuf};

use crate::paths::{Paths, display};

/// Folders as they are shown, the longest first, and what to say instead.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<(String, &'static str)>);

impl Places {
    /// Those that broll keeps things in, and the one for temporary files.
    pub(super) fn of(paths: &Paths) -> Self {
        Self::new(&[
            (paths.cache.clone(), "the worker's cache"),
            (paths.data.clone(), "the worker's data"),
            (paths.state.clone(), "the worker's state"),
            (paths.config.clone(), "the worker's configuration"),
            (std::env::temp_dir(), "the worker's temporary folder"),
        ])
    }

    fn new(folders: &[(PathBuf, &'static str)]) -> Self {
        let mut all = Vec::new();
        for (folder, word) in folders {
            // Blender tells where a link leads, and not its name.
            let real = fs_err::canonicalize(folder).ok();
            for folder in [Some(folder.clone()), real].into_iter().flatten() {
                // A folder such as `/` says nothing, and is in every path.
                if folder.is_absolute() && folder.file_name().is_some() {
                    all.push((shown(&folder), *word));
                }
            }
        }
        // A folder may lie in another one. The order is else kept.
        all.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        Self(all)
    }

    /// The text without them.
    pub(super) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (folder, word)| replace(&text, folder, word))
    }
}

fn shown(folder: &Path) -> String {
    display(folder).trim_end_matches('/').to_owned()
}

/// Replaces a folder where it is one: `/tmp` is in `/data/tmp` and in `/tmpfs` too.
fn replace(text: &str, folder: &str, word: &str) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for (at, _) in text.match_indices(folder) {
        let end = at + folder.len();
        let begins = !text[..at].ends_with(|c: char| goes_on(c) || c == '/');
        if begins && !text[end..].starts_with(goes_on) {
            out.push_str(&text[done..at]);
            out.push_str(word);
            done = end;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// Whether a name goes on with this. A full stop may end a sentence.
fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_from_what_looks_like_them() {
        let folders = [("/tmp", "T"), ("/", "R"), ("/tmp/cache/", "C"), ("cache", "X")];
        let places = Places::new(&folders.map(|(folder, word)| (PathBuf::from(folder), word)));
        for (text, hidden) in [
            ("/tmp/a: no", "T/a: no"),
            ("in /tmp. And '/tmp', (/tmp)", "in T. And 'T', (T)"),
            ("/tmp/cache/frames/1.png", "C/frames/1.png"),
            ("/tmp/cached and cache", "T/cached and cache"),
            ("/tmpfs /data/tmp https://host/tmp/x //tmp", "/tmpfs /data/tmp https://host/tmp/x //tmp"),
            ("ü/tmp/ü", "ü/tmp/ü"),
            ("", ""),
        ] {
            assert_eq!(places.hide(text), hidden);
        }
    }

    #[test]
    fn a_folder_behind_a_link_is_hidden_by_both_names() {
        let root = tempfile::tempdir().unwrap();
        let (real, link) = (root.path().join("real"), root.path().join("link"));
        fs_err::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let places = Places::new(&[(link.clone(), "C")]);
        let real = fs_err::canonicalize(&real).unwrap();
        assert_eq!(places.hide(&format!("{}/a {}/b", display(&link), display(&real))), "C/a C/b");
    }
}
