//! A home that nothing can be written to, as accounts of services and containers have it.

use std::process::Output;

use serde_json::Value;

use crate::env::Env;

/// broll with a home in which nothing can be: there is a file where its folder would be.
fn run(env: &Env, args: &[&str]) -> Output {
    let mut command = env.command(args);
    for name in ["CONFIG", "DATA", "CACHE", "STATE"] {
        command.env_remove(format!("BROLL_{name}_DIR"));
    }
    command.env("HOME", "/dev/null").env("TMPDIR", env.path("here")).output().expect("broll runs")
}

#[test]
fn what_only_reads_works_without_a_place_to_write_and_leaves_nothing() {
    let env = Env::new();
    for args in [
        &["templates", "list"][..],
        &["templates", "show", "ai_cpu_activation"],
        &["render", "ai_cpu_activation", "--dry-run"],
        &["config", "show"],
        &["jobs", "list"],
    ] {
        let output = run(&env, args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let output = run(&env, &["templates", "show", "ai_cpu_activation", "--json"]);
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    // A file that is gone with the command is not told of.
    assert!(shown["file"].is_null() && shown["still"].is_null(), "{shown}");
    assert!(shown["frames"].is_array(), "{shown}");
    let left: Vec<_> = fs_err::read_dir(env.path("here")).expect("the folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_has_to_write_says_which_folders_to_name() {
    let env = Env::new();
    env.program("blender", "echo 'Blender 4.2.23 LTS'");
    let output = run(&env, &["render", "ai_cpu_activation", "--cpu", "-o", "clip.mp4"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("BROLL_CACHE_DIR"), "{said}");
}
