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
