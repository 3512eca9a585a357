//! The contract of the streams: stdout carries the answer only, and with `--json` exactly one object.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;

use crate::env::Env;

fn json(bytes: &[u8]) -> Value {
    let text = std::str::from_utf8(bytes).expect("text");
    assert_eq!(text.lines().count(), 1, "more than one line: {text}");
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn every_failure_is_one_object_with_all_its_fields() {
    let env = Env::new();
    fs_err::write(env.path("here").join("photo.blend"), b"\xff\xd8\xff\xe0 not a blend").unwrap();
    let cases: [(&[&str], &str, i32); 8] = [
        (&["--json", "render", "nowhere", "--cpu"], "no_template", 1),
        (&["render", "photo.blend", "--cpu", "--json"], "not_a_blend", 1),
        (&["render", "x", "--samples", "0", "--json"], "no_template", 1),
        (&["render", "ai_cpu_activation", "--samples", "0", "--json"], "bad_value", 1),
        (&["render", "ai_cpu_activation", "--samples", "many", "--json"], "bad_value", 1),
        (&["render", "--json"], "usage", 2),
        (&["rendre", "--json"], "usage", 2),
        (&["render", "ai_cpu_activation", "--cpu", "--json"], "no_blender", 3),
    ];
    for (args, code, exit) in cases {
        let output = env.run(args);
        assert_eq!(output.status.code(), Some(exit), "{args:?}");
        let error = &json(&output.stdout)["error"];
        assert_eq!(
            (error["code"].as_str(), error["exit"].as_i64()),
            (Some(code), Some(exit.into())),
            "{args:?}: {error}"
        );
        for field in ["message", "hint"] {
            assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{args:?} has no {field}");
        }
        assert!(error["causes"].is_array());
    }
}

#[test]
fn every_field_refuses_what_is_absurd_and_names_itself() {
    let env = Env::new();
    let values = ["0", "-1", "NaN", "inf", "-inf", "1e999", "99999999999999999999", "", "x", "0x10", "1,5"];
    for (flag, field) in [
        ("--duration", "duration"),
        ("--resolution", "resolution"),
        ("--fps", "fps"),
        ("--samples", "samples"),
        ("--frames", "frames"),
    ] {
        for value in values.iter().chain(&["0x0", "-2x-2", "9x9", "16384x16384", "30/0", "9..1", "-5..5"]) {
            let output = env.run(&["render", "ai_cpu_activation", flag, value]);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{flag} {value}: {stderr}");
            assert!(stderr.contains(field) && stderr.contains("hint: "), "{flag} {value}: {stderr}");
        }
    }
}

#[test]
fn a_dry_run_answers_with_the_resolved_job_and_starts_nothing() {
    let env = Env::new();
    let output = env.run(&[
        "render",
        "ai_cpu_activation",
        "--dry-run",
        "--fps",
        "30000/1001",
        "--samples",
        "7",
        "--set",
        "glow=2",
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let job: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (job["fps"].as_str(), job["samples"].as_i64(), job["frames"].as_i64()),
        (Some("30000/1001"), Some(7), Some(240))
    );
    assert_eq!((job["encoder"].as_str(), job["device"].as_str()), (Some("h264_nvenc"), Some("auto")));
    assert_eq!(job["parameters"]["glow"], "2");
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let env = Env::new();
    let mut child =
        env.command(&["completions", "zsh"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    child.wait().unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn an_old_blender_on_the_path_is_named_with_its_version() {
    let env = Env::new();
    env.program("blender", "echo 'Blender 3.4.1'");
    let output = env.run(&["render", "ai_cpu_activation", "--cpu"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("3.4.1") && stderr.contains("4.2") && stderr.contains("broll setup"), "{stderr}");
}

#[test]
fn a_broken_configuration_names_file_and_key() {
    let env = Env::new();
    let folder = env.path("home").join("config");
    fs_err::create_dir_all(&folder).unwrap();
    fs_err::write(folder.join("config.toml"), "blendr = \"/x\"\n").unwrap();
    let output = env.run(&["render", "ai_cpu_activation", "--dry-run"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("config.toml") && stderr.contains("blendr"), "{stderr}");
}
