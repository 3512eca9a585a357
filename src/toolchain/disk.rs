//! Room on a disk.

use std::path::Path;

/// Bytes that may still be written below a path; the nearest folder that exists answers for one that does not.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    let there = path.ancestors().find(|folder| folder.exists())?;
    let stat = nix::sys::statvfs::statvfs(there).ok()?;
    #[expect(clippy::useless_conversion, reason = "the types differ between platforms")]
    Some(u64::from(stat.blocks_available()).saturating_mul(u64::from(stat.fragment_size())))
}

/// Bytes in all files below a folder; what vanishes meanwhile counts as nothing.
pub(super) fn used(folder: &Path) -> u64 {
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => used(&entry.path()),
            Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |meta| meta.len()),
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_added_up_and_links_are_not_followed() {
        let root = tempfile::tempdir().unwrap();
        fs_err::create_dir(root.path().join("a")).unwrap();
        fs_err::write(root.path().join("a/b"), [0; 700]).unwrap();
        fs_err::write(root.path().join("c"), [0; 300]).unwrap();
        fs_err::os::unix::fs::symlink(root.path(), root.path().join("a/loop")).unwrap();
        assert_eq!(used(root.path()), 1000);
        assert!(free_space(&root.path().join("not/there/yet")).is_some());
    }
}
