//! Code in files does not run, and what files print is not believed.

use std::process::Command;

use serde_json::Value;

use crate::common::{Stage, blender, reference, stored};

const SIZE: [usize; 2] = [64, 36];

/// Renders the file; nothing may have run, and one warning must name what did not.
#[track_caller]
fn runs_nothing(scene: &str, code: &str, named: &[&str]) {
    let stage = Stage::new(scene);
    let answer = stage.render::<&str>(&[]).succeeds().warns(&[code]);
    assert_eq!(stage.listing(), ["clip.blend".into(), "out.mp4".into()].into());
    let warning = &answer.warnings(code)[0];
    for name in named {
        assert!(warning.contains(name), "{name} is not in {warning:?}");
    }
}

#[test]
fn a_registered_text_block_does_not_run() {
    runs_nothing("text_block", "script_skipped", &["autorun.py"]);
}

#[test]
fn a_driver_that_imports_does_not_run() {
    runs_nothing("driver", "driver_skipped", &["Corner", "location", "__import__"]);
}

#[test]
fn freestyle_in_script_mode_does_not_run() {
    runs_nothing("freestyle", "freestyle_script", &["ViewLayer"]);
}

#[test]
fn the_traps_would_snap_in_a_careless_blender() {
    let careless = "import bpy, os, sys
bpy.context.preferences.filepaths.use_scripts_auto_execute = True
for path in sys.argv[1:]:
    bpy.ops.wm.open_mainfile(filepath=path, use_scripts=True)
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 32, 18
    scene.frame_set(2)
    bpy.ops.render.render()
os._exit(0)
";
    let stages = ["text_block", "driver", "freestyle"].map(Stage::new);
    let files = stages.iter().map(Stage::blend);
    let output = Command::new(blender()).args(["-B", "-s", "-c", careless]).args(files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for (stage, trace) in stages.iter().zip(["ran_text", "ran_driver", "ran_freestyle"]) {
        assert!(stage.work(trace).exists(), "{trace} is not there");
    }
}

#[test]
fn strict_makes_code_that_was_kept_from_running_an_error() {
    let stage = Stage::new("text_block");
    stage.render(&["--strict"]).fails(1, "strict").says(&["autorun.py", "--strict"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists());
}

#[test]
fn names_that_forge_answers_and_log_lines_change_nothing() {
    let stage = Stage::new("forged");
    let answer = stage.render(&["--progress", "json"]).succeeds().warns(&[]);
    let log = stage.logs();
    for line in
        ["\n@broll-0 {", "\nSaved: '/nowhere", "\nFra:7 Mem:1M", "\nError: System is out of GPU memory"]
    {
        assert!(log.contains(line), "Blender did not print {line:?}, so this proves nothing: {log}");
    }
    for (frame, plain) in stored(&stage, SIZE).iter().zip(reference()) {
        assert_eq!(frame.distance(plain), 0);
    }
    let events: Vec<Value> = answer.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!(
        (count("frame_started"), count("frame_finished"), count("frame_retried"), count("warning")),
        (3, 3, 0, 0)
    );
    let fractions = events.iter().filter_map(|event| event["fraction"].as_f64());
    assert!(
        fractions.clone().count() > 0 && fractions.clone().all(|fraction| (0.0..=1.0).contains(&fraction))
    );
}

#[test]
fn names_that_rewrite_a_terminal_are_escaped() {
    let stage = Stage::new("forged");
    let blend = stage.blend().to_str().unwrap();
    let answer = stage.broll(&["render", blend, "--cpu", "--camera", "Nope", "-o", "out.mp4"]);
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    assert!(answer.stderr.contains("Lens"), "{}", answer.stderr);
    assert!(!answer.stderr.contains('\u{1b}'), "{:?}", answer.stderr);
}
