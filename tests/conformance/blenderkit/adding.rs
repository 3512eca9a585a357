//! `broll templates add blenderkit:ID`.

use serde_json::{Value, json};

use super::{FILE, ID, Kit, PAID, VERSION_ID, asset, blend};

fn add<'a>(id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["templates", "add", id][..], more].concat()
}

#[test]
fn an_asset_becomes_a_template_and_is_downloaded_once() {
    let kit = Kit::start();
    let source = format!("blenderkit:{ID}");
    let (answer, told) = kit.succeeds(&add(&source, &[]));
    let file = kit.root.path().join("data/templates/neon_city.blend");
    assert_eq!(answer.trim(), file.to_str().unwrap());
    assert!(fs_err::read(&file).unwrap() == blend());
    assert!(told.contains("BlenderKit Royalty Free") && told.contains("not pass the file on"), "{told}");
    assert!(told.contains("whether all its textures are inside"), "{told}");
    let shown: Value =
        serde_json::from_str(&kit.succeeds(&["templates", "show", "neon_city", "--json"]).0).unwrap();
    assert_eq!((&shown["author"], &shown["license"]), (&json!("Ana Lee"), &json!("BlenderKit Royalty Free")));
    assert_eq!(shown["source"], json!(kit.api.url(&format!("/asset-gallery-detail/{ID}/"))));
    assert_eq!(
        (&shown["redistribute"], &shown["description"]),
        (&json!(false), &json!("A street at night, with rain."))
    );
    assert_eq!((&shown["resolution"], &shown["tags"]), (&json!([1280, 720]), &json!(["neon", "city"])));
    assert!(kit.succeeds(&["templates", "list"]).0.contains("neon_city"));
    kit.succeeds(&add(&source, &["--name", "again"]));
    assert_eq!((kit.asked("/assets/"), kit.asked("/api/v1/downloads")), (1, 1), "it was downloaded twice");
    kit.succeeds(&add(&source, &["--name", "small", "--resolution", "2k"]));
    assert_eq!(kit.asked("/api/v1/downloads/aaaaaaaa-0000-4000-8000-000000000002"), 1);
    assert!(kit.left().is_empty(), "{:?}", kit.left());
}

#[test]
fn flags_for_assets_are_refused_for_files() {
    let kit = Kit::start();
    for flag in [["--resolution", "2k"], ["--max-size", "1GB"]] {
        super::kit::told(&kit.run(&add("a.blend", &[flag[0], flag[1], "--json"])), 2, "usage", &[flag[0]]);
    }
    for flag in [["--resolution", "3k"], ["--max-size", "0"]] {
        super::kit::told(
            &kit.run(&add("blenderkit:3f2a91c0", &[flag[0], flag[1], "--json"])),
            1,
            "bad_value",
            &[flag[0]],
        );
    }
}

#[test]
fn a_damaged_file_in_the_cache_is_downloaded_again() {
    let kit = Kit::start();
    let source = format!("blenderkit:{ID}");
    kit.succeeds(&add(&source, &[]));
    let folder = kit.root.path().join("cache/blenderkit").join(ID);
    let cached = fs_err::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    fs_err::write(&cached, &blend()[..5000]).unwrap();
    kit.succeeds(&add(&source, &["--force"]));
    assert_eq!(kit.asked("/assets/"), 2);
    assert!(fs_err::read(kit.root.path().join("data/templates/neon_city.blend")).unwrap() == blend());
}

#[test]
fn a_name_that_is_taken_is_refused_before_the_download() {
    let kit = Kit::start();
    let source = format!("blenderkit:{ID}");
    let library = kit.root.path().join("data/templates");
    fs_err::create_dir_all(&library).unwrap();
    fs_err::write(library.join("neon_city.blend"), "mine").unwrap();
    super::kit::told(&kit.run(&add(&source, &["--json"])), 1, "exists", &["--force"]);
    super::kit::told(&kit.run(&add(&source, &["--name", "A B", "--json"])), 1, "bad_name", &[]);
    assert_eq!((kit.asked("/api/v1/downloads"), kit.asked("/assets/")), (0, 0));
    // Filled in for this asset by hand: a newer file keeps it.
    kit.succeeds(&add(&source, &["--force"]));
    let manifest = library.join("neon_city.toml");
    let text = fs_err::read_to_string(&manifest).unwrap().replace("A street at night, with rain.", "Mine");
    fs_err::write(&manifest, &text).unwrap();
    kit.succeeds(&add(&source, &["--force"]));
    assert_eq!(fs_err::read_to_string(&manifest).unwrap(), text);
    // One of another origin gives way.
    fs_err::write(&manifest, "description = 'x'\n").unwrap();
    kit.succeeds(&add(&source, &["--force"]));
    assert!(fs_err::read_to_string(&manifest).unwrap().contains("redistribute = false"));
}

#[test]
fn an_asset_is_found_by_what_people_paste() {
    for text in [
        VERSION_ID.to_owned(),
        ID.to_uppercase(),
        format!("asset_base_id:{ID} asset_type:scene"),
        format!("https://kit.example/asset-gallery-detail/{ID}/"),
    ] {
        let kit = Kit::start();
        kit.succeeds(&add(&format!("blenderkit:{text}"), &[]));
    }
    let kit = Kit::start();
    kit.fails(&add("blenderkit:../../x", &[]), 1, "bad_asset_id", &["templates search"]);
    kit.fails(&add("blenderkit:", &[]), 1, "bad_asset_id", &[]);
    assert_eq!(kit.api.seen().len(), 0);
    kit.fails(
        &add("blenderkit:00000000-0000-4000-8000-000000000000", &[]),
        1,
        "no_asset",
        &["no asset 0000"],
    );
}

#[test]
fn what_cannot_be_had_is_refused_before_a_download() {
    let kit = Kit::start();
    let source = format!("blenderkit:{PAID}");
    kit.fails(
        &add(&source, &[]),
        5,
        "plan_only",
        &["not in the plan of the account", "asset-gallery-detail"],
    );
    super::kit::told(
        &kit.run(&add(&source, &["--json"])),
        5,
        "plan_only",
        &["Full plan", "User is anonymous", "BLENDERKIT_API_KEY"],
    );
    let free = format!("blenderkit:{ID}");
    kit.fails(&add(&free, &["--max-size", "10kB"]), 1, "asset_too_large", &["10.0 kB", "--max-size"]);
    let mut material = asset();
    material["assetType"] = json!("material");
    let other = Kit::with(vec![material], blend());
    other.fails(&add(&free, &[]), 1, "wrong_asset_type", &["material"]);
    let mut bare = asset();
    bare["files"] = json!([]);
    let empty = Kit::with(vec![bare], blend());
    empty.fails(&add(&free, &[]), 1, "no_blend_file", &[]);
    for kit in [&kit, &other, &empty] {
        assert_eq!((kit.asked("/api/v1/downloads"), kit.asked("/assets/")), (0, 0));
    }
}

#[test]
fn a_model_comes_with_a_warning_and_a_free_one_may_be_passed_on() {
    let mut model = asset();
    model["assetType"] = json!("model");
    model["license"] = json!("cc_zero");
    model["displayName"] = json!("城市");
    let kit = Kit::with(vec![model], blend());
    let (answer, told) = kit.succeeds(&add(&format!("blenderkit:{ID}"), &[]));
    assert!(told.contains("no camera") && !told.contains("not pass the file on"), "{told}");
    assert!(answer.contains("blenderkit_3f2a91c0.blend"), "{answer}");
    let manifest =
        fs_err::read_to_string(kit.root.path().join("data/templates/blenderkit_3f2a91c0.toml")).unwrap();
    assert!(manifest.contains("CC0-1.0") && !manifest.contains("redistribute"), "{manifest}");
    assert_eq!(kit.asked(&format!("/api/v1/downloads/{FILE}")), 1);
}
