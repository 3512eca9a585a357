use serde_json::json;

use super::*;
use crate::template::Manifest;
use crate::template::blend_file::read_facts;

fn asset(name: &str, license: &str) -> Asset {
    let description = "\n \u{1b}[2JA \"street\" at night\r\nand more";
    let value = json!({
        "id": "83d164c8", "assetBaseId": "3F2A-91c0-5b1e", "name": name, "license": license, "description": description,
        "author": {"firstName": "Ana\n", "lastName": "\"Lee\""}, "tags": ["a", "b \"c\""],
    });
    Asset::of(&value).unwrap()
}

#[test]
fn the_manifest_keeps_author_licence_and_page() {
    let site = Site::new("https://kit.example").unwrap();
    let blend = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/blend/v4_2_ntsc_zstd.blend");
    let facts = read_facts(std::path::Path::new(blend)).unwrap();
    let text = |license| crate::template::install::new_manifest(&about(&asset("X", license), &site), &facts);
    let manifest = Manifest::parse(&text("royalty_free"), "a.toml").unwrap();
    manifest.check().unwrap();
    assert_eq!(manifest.description, "[2JA \"street\" at night");
    assert_eq!(
        (manifest.author.as_str(), manifest.license.as_str()),
        ("Ana \"Lee\"", "BlenderKit Royalty Free")
    );
    assert_eq!(manifest.source, "https://kit.example/asset-gallery-detail/3F2A-91c0-5b1e/");
    assert_eq!((manifest.redistribute, manifest.tags.len()), (Some(false), 2));
    assert_eq!(manifest.defaults.resolution, Some([1280, 720]));
    let free = Manifest::parse(&text("cc_zero"), "a.toml").unwrap();
    assert_eq!((free.license.as_str(), free.redistribute), ("CC0-1.0", None));
}

#[test]
fn any_asset_has_a_name_that_fits() {
    for (name, fit) in [
        ("Neon City (2)", "neon_city__2"),
        ("城市", "blenderkit_3f2a91c0"),
        ("", "83d164c8"),
        ("../../etc/passwd", "etc_passwd"),
    ] {
        let found = template_name(&asset(name, ""));
        assert!(crate::template::check_name(&found).is_ok(), "{found}");
        if !name.is_empty() {
            assert_eq!(found, fit);
        }
    }
    assert!(template_name(&asset(&"long ".repeat(50), "")).len() <= NAME);
}
