//! Files and folders whose path begins as it was typed.

use std::path::{Path, PathBuf};

use super::Candidate;
use crate::paths::env;

/// Most entries of a folder that are looked at: completion is quick or none.
const MOST: usize = 10_000;

/// A path as the shell would read it: `~/` is the home folder.
pub(super) fn expanded(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), env("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// Folders, and files whose name ends in one of these, sorted. `at` is where the typed path begins to be one that broll
/// itself opens: with `~` it is left to shells that know it.
pub(super) fn beginning_with(typed: &str, endings: &[&str]) -> Vec<Candidate> {
    let (folder, start) = typed.rfind('/').map_or(("", typed), |at| typed.split_at(at + 1));
    let place = if folder.is_empty() { PathBuf::from(".") } else { expanded(folder) };
    let mut found = Vec::new();
    for entry in fs_err::read_dir(place).into_iter().flatten().flatten().take(MOST) {
        let name = entry.file_name();
        // A name that is no text cannot be put on a line by way of text.
        let Some(name) = name.to_str().filter(|name| name.starts_with(start)) else { continue };
        if (name.starts_with('.') && !start.starts_with('.')) || name.contains(char::is_control) {
            continue;
        }
        let is_folder = entry.path().is_dir();
        let lower = name.to_lowercase();
        if is_folder {
            found.push(Candidate::new(format!("{folder}{name}/"), "").open());
        } else if endings.iter().any(|ending| lower.ends_with(ending)) {
            found.push(Candidate::new(format!("{folder}{name}"), ""));
        }
    }
    found.sort_by(|a, b| a.value.cmp(&b.value));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_fitting_files_are_found() {
        let root = tempfile::tempdir().unwrap();
        for name in ["logo.png", "Logo 2.PNG", "logo.txt", ".hidden.png", "two\nlines.png"] {
            fs_err::write(root.path().join(name), "").unwrap();
        }
        fs_err::create_dir(root.path().join("logos")).unwrap();
        let folder = format!("{}/", root.path().display());
        let found = |start: &str| -> Vec<String> {
            let found = beginning_with(&format!("{folder}{start}"), &[".png"]);
            found.iter().map(|found| found.value.strip_prefix(&folder).unwrap().to_owned()).collect()
        };
        assert_eq!(found(""), ["Logo 2.PNG", "logo.png", "logos/"]);
        assert_eq!(found("logo"), ["logo.png", "logos/"]);
        assert_eq!(found("."), [".hidden.png"]);
        assert!(found("nothing").is_empty() && beginning_with("/nowhere/at/all/", &[".png"]).is_empty());
        assert!(beginning_with(&folder, &[]).iter().all(|found| found.open));
    }
}
