//! Every request that DESIGN's table of fields does not allow, answered in words that its sender can act on, before
//! Blender is started.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::common::{Premises, request, scene};

#[test]
fn what_is_wrong_with_a_request_is_told_before_anything_is_started() {
    let premises = Premises::new(&["plain"]);
    let half = fs_err::read(scene("plain")).unwrap();
    let half = STANDARD.encode(&half[..half.len() / 2]);
    let wrong: &[(Value, &[&str])] = &[
        (json!({"template": null}), &["names no template", "blend_base64"]),
        (json!({"template": "plane"}), &["looked in", "did you mean plain?"]),
        (
            json!({"template": "nothing_like_it"}),
            &[
                "looked in",
                "this endpoint has abstract_flow, ai_cpu_activation, data_globe, logo_sting, plain, title_reveal",
            ],
        ),
        (json!({"template": "/etc/passwd"}), &["not a template name", "blend_base64"]),
        (json!({"template": "../plain.blend"}), &["not a template name"]),
        (json!({"template": "https://x.example/a.blend"}), &["not a URL", "template_url"]),
        (json!({"template": ""}), &["not a template name"]),
        (json!({"blend_base64": "QQ=="}), &["template and blend_base64 cannot be given together"]),
        (
            json!({"template": null, "template_url": "https://x.example/a"}),
            &["needs template_sha256", "sha256sum"],
        ),
        (json!({"template": null, "blend_base64": "%%"}), &["not base64", "offset 0"]),
        (json!({"template": null, "blend_base64": ""}), &["it is empty"]),
        (
            json!({"template": null, "blend_base64": "aGVsbG8="}),
            &["the file in blend_base64 (5 B)", "not a .blend"],
        ),
        (json!({"template": null, "blend_base64": half}), &["the file in blend_base64", "cut short"]),
        (json!({"duration": 2}), &["frames and duration cannot both be given"]),
        (json!({"frames": null, "duration": 0}), &["duration", "3600"]),
        (json!({"frames": null, "duration": "8"}), &["duration must be a number of seconds, not \"8\""]),
        (json!({"frames": [9, 4]}), &["frames", "not after the last"]),
        (json!({"frames": [1]}), &["first and last"]),
        (json!({"resolution": [1921, 1080]}), &["1922 would do"]),
        (json!({"resolution": "1920x1080"}), &["such as [1920, 1080]"]),
        (json!({"samples": 0}), &["samples must be a whole number from 1 to 65536"]),
        (json!({"fps": 29.97}), &["30000/1001"]),
        (json!({"parameters": {"glow": 1}}), &["no parameter \"glow\"", "leave \"parameters\" out"]),
        (json!({"parameters": [1]}), &["parameters must be an object"]),
        (json!({"device": "gpu"}), &["device must be one of auto, optix"]),
        (json!({"encoder": "h264"}), &["encoder must be one of h264_nvenc"]),
        (json!({"seed": -1}), &["seed", "0 to 2147483647"]),
        (json!({"denoise": "no"}), &["true or false"]),
        (json!({"quality": 1}), &["draft, good, master"]),
        (json!({"transparent": true}), &["\"encoder\": \"prores_ks\""]),
        (json!({"scene": 1}), &["scene must be text"]),
        (json!({"camera": ["a"]}), &["camera must be text"]),
        (json!({"upload_url": 1}), &["upload_url must be text"]),
        (json!({"sampels": 4}), &["no field \"sampels\"", "\"samples\""]),
    ];
    for (changes, words) in wrong {
        premises.refuses(request(changes), words);
    }
    for (input, word) in
        [(json!([]), "must be an object"), (json!("no"), "not JSON"), (json!(null), "not null")]
    {
        premises.refuses(input, &[word]);
    }
    assert!(premises.processes().is_empty() && premises.cached("jobs").is_empty());
    assert!(!premises.path("state").exists(), "Blender was started");
}

#[test]
fn what_blender_alone_can_tell_is_told_in_the_same_way() {
    let premises = Premises::new(&["plain"]);
    premises.refuses(request(&json!({"camera": "Nobody"})), &["Nobody", "Camera"]);
    premises.refuses(request(&json!({"scene": "Nothing"})), &["Nothing"]);
    premises.refuses(
        request(&json!({"encoder": "h264_nvenc"})),
        &["no NVIDIA driver", "\"encoder\": \"libx264\""],
    );
    premises.refuses(request(&json!({"device": "auto"})), &["finds no GPU", "\"device\": \"cpu\""]);
    premises.makes(request(&json!({})));
}
