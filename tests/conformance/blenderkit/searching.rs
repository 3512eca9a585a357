//! `broll templates search`.

use serde_json::{Value, json};

use super::{ID, Kit, PAID, asset, blend};
use crate::platform::Answer;

fn many(count: usize) -> Vec<Value> {
    let one = |number: usize| {
        let mut one = asset();
        one["assetBaseId"] = json!(format!("{number:08x}-0000-4000-8000-000000000000"));
        one
    };
    (0..count).map(one).collect()
}

#[test]
fn results_are_a_table_with_whole_ids() {
    let kit = Kit::start();
    let (table, told) = kit.succeeds(&["templates", "search", "neon", "city"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["ID", "NAME", "AUTHOR", "LICENSE", "SIZE", "BLENDER", "PLAN", "FACES"]
    );
    assert!(lines[0].starts_with("ID "));
    assert!(lines[1].starts_with(ID) && lines[2].starts_with(PAID) && lines.len() == 3, "{table}");
    for word in ["Neon City", "Ana Lee", "royalty-free", "kB", "4.2", "free", "20384"] {
        assert!(lines[1].contains(word), "{word}: {table}");
    }
    assert!(lines[2].contains("full") && told.contains("blenderkit:ID"), "{told}");
    let seen = &kit.api.seen()[0];
    assert_eq!(seen.query("query").unwrap(), "neon city asset_type:scene order:-score");
    assert_eq!(
        (seen.query("page_size").as_deref(), seen.query("dict_parameters").as_deref()),
        (Some("15"), Some("1"))
    );
    assert!(
        seen.header("user-agent").unwrap().starts_with("broll/") && seen.header("authorization").is_none()
    );
    assert_eq!(seen.query("blender_version").unwrap(), "4.2.0");
}

#[test]
fn pages_go_on_to_the_last_one() {
    let kit = Kit::with(many(31), blend());
    let (_, told) = kit.succeeds(&["templates", "search", "x", "--free", "--type", "model"]);
    assert!(told.contains("page 1 of 3, 31 found: --page 2") && told.contains("no camera"), "{told}");
    assert_eq!(kit.api.seen()[0].query("query").unwrap(), "x asset_type:model is_free:true order:-score");
    let (answer, _) = kit.succeeds(&["templates", "search", "x", "--page", "3", "--json"]);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((&answer["count"], &answer["pages"], &answer["more"]), (&json!(31), &json!(3), &json!(false)));
    assert_eq!(answer["assets"].as_array().unwrap().len(), 1);
    assert_eq!(answer["assets"][0]["resolutions"], json!(["original", "1k"]));
    kit.fails(&["templates", "search", "x", "--page", "4"], 1, "no_such_page", &["no page 4"]);
}

#[test]
fn nothing_found_is_said() {
    let kit = Kit::start();
    let (answer, told) = kit.succeeds(&["templates", "search", "nothing", "here", "--free"]);
    assert!(answer.is_empty() && told.contains("nothing was found for \"nothing here\""), "{told}");
    assert!(told.contains("leave --free out") && told.contains("--type model"), "{told}");
    let (answer, _) = kit.succeeds(&["templates", "search", "nothing", "--json"]);
    assert!(answer.contains(r#""count":0"#) && answer.contains(r#""assets":[]"#), "{answer}");
    // A first page that is not there is not nothing found.
    kit.next("/api/v1/search", Answer::html(404));
    kit.fails(&["templates", "search", "x"], 5, "blenderkit_unreachable", &["404", "BROLL_BLENDERKIT_URL"]);
}

#[test]
fn what_the_blender_in_use_cannot_open_is_marked() {
    use std::os::unix::fs::PermissionsExt;
    let mut newer = asset();
    newer["sourceAppVersion"] = json!("5.1.0");
    let kit = Kit::with(vec![newer, asset()], blend());
    let blender = kit.root.path().join("blender");
    fs_err::write(&blender, "#!/bin/sh\necho Blender 4.5.3\n").unwrap();
    fs_err::set_permissions(&blender, PermissionsExt::from_mode(0o755)).unwrap();
    let output = kit.command(&["templates", "search", "x"]).env("BROLL_BLENDER", &blender).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[1].contains("5.1 newer") && !lines[2].contains("newer"), "{table}");
    assert_eq!(kit.api.seen()[0].query("blender_version").unwrap(), "4.5.3");
    let add = ["templates", "add", &format!("blenderkit:{ID}"), "--json"];
    let output = kit.command(&add).env("BROLL_BLENDER", &blender).output().unwrap();
    super::kit::told(&output, 1, "newer_file", &["5.1", "4.5.3"]);
    assert_eq!(kit.asked("/api/v1/downloads"), 0, "it was downloaded");
}

#[test]
fn strange_results_are_shown_safely() {
    let mut odd = asset();
    odd["displayName"] = json!("\u{1b}]0;owned\u{7} 城市 \u{202e}txet\nsecond");
    odd["author"] = json!(null);
    odd["filesSize"] = json!("many");
    odd["sourceAppVersion"] = json!(null);
    odd["license"] = json!(7);
    let bare = json!({"id": 12, "name": null, "files": "none", "isFree": null});
    let huge = json!({"id": "huge", "displayName": "x".repeat(1 << 20), "tags": vec!["t"; 10_000]});
    let kit = Kit::with(vec![odd, bare, huge, json!(null), json!([1])], blend());
    let (table, _) = kit.succeeds(&["templates", "search", "x"]);
    assert_eq!(table.lines().count(), 4);
    assert!(table.contains("城市") && !table.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    kit.next("/api/v1/search", Answer::typed(200, "application/json", &vec![b' '; 17 << 20]));
    kit.fails(&["templates", "search", "x"], 5, "bad_answer", &["too large"]);
}
