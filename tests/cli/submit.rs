//! `broll submit`, up to what would be sent.

use std::path::Path;

use serde_json::Value;

use crate::env::Env;

/// A .blend of this many bytes more than nothing, which cannot be compressed.
fn large(extra: usize) -> Vec<u8> {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/blend/v4_2_ntsc_zstd.blend");
    let mut whole = zstd::decode_all(&fs_err::read(fixture).expect("a fixture")[..]).expect("a .blend");
    let end = whole.split_off(whole.len() - 24);
    whole.extend(*b"TEST");
    whole.extend(u32::try_from(extra).expect("a size").to_le_bytes());
    whole.extend([0; 16]);
    let mut state = 1_u64;
    whole.extend((0..extra).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    }));
    whole.extend(end);
    whole
}

#[test]
fn a_file_that_fits_is_sent_and_a_larger_one_refused_before_anything_is() {
    let env = Env::new();
    for (extra, exit) in [(7_000_000, 0), (12_000_000, 1)] {
        fs_err::write(env.path("here").join("large.blend"), large(extra)).expect("a file");
        let output = env.run(&["submit", "large.blend", "--dry-run", "--json"]);
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(output.status.code(), Some(exit), "{answer}");
        if exit == 0 {
            assert_eq!(answer["input"]["blend_base64"], "… 9.4 MB of base64");
            continue;
        }
        let error = &answer["error"];
        assert_eq!(error["code"], "too_large");
        let (cause, hint) = (error["causes"][0].to_string(), error["hint"].to_string());
        assert!(cause.contains("12.4 MB, 12.1 MB compressed") && cause.contains("7.8 MB"), "{cause}");
        assert!(hint.contains("--template-url") && hint.contains("network volume"), "{hint}");
    }
}

#[test]
fn a_name_needs_no_file_to_be_written() {
    let env = Env::new();
    assert!(env.run(&["submit", "ai_cpu_activation", "--dry-run"]).status.success());
    assert!(!env.path("home").join("cache").exists(), "the template was unpacked");
    assert_eq!(fs_err::read_dir(env.path("here")).expect("a folder").count(), 0);
}

#[test]
fn this_machines_configuration_is_not_the_endpoints() {
    let env = Env::new();
    let folder = env.path("home").join("config");
    fs_err::create_dir_all(&folder).expect("a folder");
    let text = "device = \"cpu\"\nencoder = \"prores_ks\"\nquality = \"master\"\n";
    fs_err::write(folder.join("config.toml"), text).expect("a file");
    let output = env.run(&["submit", "ai_cpu_activation", "--dry-run", "-o", "clip.mp4"]);
    let body: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(body["input"], serde_json::json!({"template": "ai_cpu_activation"}));
}

/// A template that takes a logo and a font, as far as this machine must know it.
fn with_files() -> Env {
    let env = Env::new();
    let folder = env.path("here").join("templates");
    fs_err::create_dir_all(&folder).expect("a folder");
    fs_err::write(folder.join("t.blend"), "x").expect("a file");
    let manifest = "[parameters.logo]\ntype = 'image'\ntarget = 'images[0]'\n\
                    [parameters.face]\ntype = 'font'\ntarget = 'fonts[0]'\n\
                    [parameters.title]\ntype = 'text'\ndefault = ''\ntarget = 'objects[0].name'\n";
    fs_err::write(folder.join("t.toml"), manifest).expect("a file");
    env
}

/// A PNG that says it is 8x8 and holds so many bytes of nothing.
fn png(env: &Env, name: &str, bytes: usize) {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x06\0\0\0";
    fs_err::write(env.path("here").join(name), [&head[..], &vec![0; bytes]].concat()).expect("a file");
}

fn submit(env: &Env, args: &[&str]) -> (Option<i32>, Value) {
    let output = env.run(&[&["submit", "--dry-run", "--json"][..], args].concat());
    (output.status.code(), serde_json::from_slice(&output.stdout).expect("JSON"))
}

#[test]
fn files_of_parameters_travel_and_are_not_shown() {
    let env = with_files();
    png(&env, "logo.png", 3000);
    fs_err::write(env.path("here").join("face.otf"), "OTTO and more").expect("a file");
    for template in ["t", "unknown_here"] {
        let values = ["--set", "logo=@logo.png", "--set", "face=@face.otf", "--set", "title=@home"];
        let (exit, body) = submit(&env, &[&[template][..], &values].concat());
        assert_eq!(exit, Some(0), "{body}");
        let shown = &body["input"]["parameters"];
        assert_eq!(
            shown["logo"],
            serde_json::json!({"name": "logo.png", "data_base64": "… 4.0 kB of base64"})
        );
        assert_eq!((&shown["face"]["name"], &shown["title"]), (&"face.otf".into(), &"@home".into()));
    }
}

#[test]
fn files_of_parameters_count_and_are_named() {
    let env = with_files();
    png(&env, "large.png", 9_000_000);
    fs_err::write(env.path("here").join("text.txt"), "hello").expect("a file");
    let (exit, answer) = submit(&env, &["t", "--set", "logo=@large.png"]);
    let error = &answer["error"];
    assert_eq!((exit, &error["code"]), (Some(1), &"too_large".into()), "{answer}");
    assert_eq!(error["causes"][1], "the file of parameter logo takes 12.0 MB of it");
    for (value, said) in
        [("logo=@gone.png", "gone.png"), ("logo=@text.txt", "no image"), ("face=@text.txt", "no font")]
    {
        let (exit, answer) = submit(&env, &["t", "--set", value]);
        assert_eq!((exit, &answer["error"]["code"]), (Some(1), &"bad_parameter".into()), "{answer}");
        assert!(answer["error"]["causes"].to_string().contains(said), "{answer}");
    }
}
