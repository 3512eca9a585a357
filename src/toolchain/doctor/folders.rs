//! The four folders: can they be written to, and is there room.

use std::path::Path;

use nix::unistd::{AccessFlags, access};

use super::Check;
use crate::paths::{Paths, display};
use crate::toolchain::disk::free_space;

/// Less than this and a long clip's frames may not fit.
const LITTLE: u64 = 2_000_000_000;

pub(super) fn checks(paths: &Paths) -> Vec<Check> {
    let Paths { config, data, cache, state } = paths;
    vec![
        check("config", "BROLL_CONFIG_DIR", config, false, false),
        check("data", "BROLL_DATA_DIR", data, false, false),
        check("cache", "BROLL_CACHE_DIR", cache, true, true),
        check("state", "BROLL_STATE_DIR", state, true, false),
    ]
}

fn check(name: &str, variable: &str, folder: &Path, needed: bool, room: bool) -> Check {
    let name = format!("{name} folder");
    let shown = display(folder);
    let fix = format!("set {variable} to a folder you may write to");
    if !writable(folder) {
        let found = format!("{shown} cannot be written to");
        return if needed { Check::failed(name, found, fix) } else { Check::info(name, found).fix(fix) };
    }
    let Some(free) = free_space(folder).filter(|_| room) else { return Check::ok(name, shown) };
    let found = format!("{shown}, {} free", crate::ui::fmt::bytes(free));
    if free < LITTLE {
        return Check::info(name, found)
            .fix(format!("frames may not fit: free some space, or set {variable} to another disk"));
    }
    Check::ok(name, found)
}

/// Whether the folder, or the nearest one above it that exists, takes new files.
fn writable(folder: &Path) -> bool {
    let Some(there) = folder.ancestors().find(|above| above.exists()) else { return false };
    there.is_dir() && access(there, AccessFlags::W_OK | AccessFlags::X_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::doctor::Status;

    #[test]
    fn a_file_in_the_way_is_no_folder() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs_err::write(at("file"), "").unwrap();
        assert_eq!(check("cache", "BROLL_CACHE_DIR", &at("new/one"), true, false).status, Status::Ok);
        let bad = check("cache", "BROLL_CACHE_DIR", &at("file"), true, true);
        assert!(bad.status == Status::Failed && bad.fix.unwrap().contains("BROLL_CACHE_DIR"));
        assert_eq!(check("data", "BROLL_DATA_DIR", &at("file/x"), false, false).status, Status::Info);
    }
}
