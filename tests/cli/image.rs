//! What the image leaves out: the script that its build runs over the library.

use std::path::Path;
use std::process::Command;

use crate::env::Env;

const MANIFESTS: [(&str, &str); 5] = [
    ("plain", "description = 'x'\n"),
    ("shared", "license = 'CC0-1.0'\nredistribute = true\n"),
    ("private", "license = 'BlenderKit Royalty Free'\nredistribute = false\n"),
    ("spaced", "  \"redistribute\"=false # by licence\n"),
    ("named", "description = 'redistribute = false'\n"),
];

/// The names that are left, and the exit code.
fn left(env: &Env, which: &str) -> (Vec<String>, Option<i32>) {
    let folder = env.path("library");
    fs_err::create_dir_all(&folder).expect("a folder");
    for (name, manifest) in MANIFESTS {
        fs_err::write(folder.join(format!("{name}.toml")), manifest).expect("a manifest");
        fs_err::write(folder.join(format!("{name}.blend")), "x").expect("a file");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/image/templates.sh");
    let output = Command::new("/bin/sh").arg(script).arg(&folder).arg(which).output().expect("sh runs");
    let entries = fs_err::read_dir(&folder).expect("the folder").flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".blend"))
        .collect();
    names.sort();
    (names, output.status.code())
}

#[test]
fn what_must_not_be_passed_on_stays_out_unless_asked_for() {
    let env = Env::new();
    assert_eq!(
        left(&env, "shareable"),
        (["named.blend", "plain.blend", "shared.blend"].map(str::to_owned).to_vec(), Some(0))
    );
    assert!(!env.path("library/private.toml").exists());
    assert_eq!(left(&env, "all").0.len(), MANIFESTS.len());
    assert_eq!((left(&env, "").1, left(&env, "al").1), (Some(2), Some(2)));
}
