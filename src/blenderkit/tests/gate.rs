use super::*;
use crate::blenderkit::License;

fn site() -> Site {
    Site::new("https://kit.example").unwrap()
}

fn asset() -> Asset {
    let file = |resolution, bytes| AssetFile { resolution, url: "https://kit.example/d/".to_owned(), bytes };
    Asset {
        id: "3f2a91c0".to_owned(),
        version_id: "1".to_owned(),
        name: "Neon City".to_owned(),
        kind: "scene".to_owned(),
        author: "Ana".to_owned(),
        license: License::RoyaltyFree,
        free: Some(true),
        can_download: Some(true),
        refusal: None,
        bytes: Some(900),
        blender: Some(Version(4, 2, 1)),
        faces: None,
        description: String::new(),
        tags: Vec::new(),
        files: vec![file(None, Some(900)), file(Some(1024), Some(100)), file(Some(2048), None)],
    }
}

fn wish() -> Wish {
    Wish {
        resolution: Resolution::Original,
        most_bytes: 1000,
        blender: Some(Version(4, 2, 23)),
        with_key: false,
    }
}

#[track_caller]
fn refused(asset: &Asset, wish: &Wish, code: &str, exit: u8, words: &[&str]) {
    let error = admit(asset, wish, &site()).unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), (code, exit));
    let told = format!("{error}\n{}", error.hint_text());
    assert!(words.iter().all(|word| told.contains(word)), "{told}");
}

#[test]
fn scenes_and_models_pass_and_nothing_else() {
    assert_eq!(admit(&asset(), &wish(), &site()).unwrap().label(), "original");
    let kind = |kind: &str| Asset { kind: kind.to_owned(), ..asset() };
    assert!(admit(&kind("model"), &wish(), &site()).is_ok());
    for other in ["material", "hdr", "brush", "addon", ""] {
        refused(&kind(other), &wish(), "wrong_asset_type", 1, &["Neon City", "templates search"]);
    }
}

#[test]
fn a_newer_file_is_refused_where_a_blender_is_known() {
    let newer = Asset { blender: Some(Version(5, 1, 0)), ..asset() };
    refused(&newer, &wish(), "newer_file", 1, &["5.1", "4.2.23", "BROLL_BLENDER"]);
    assert!(admit(&newer, &Wish { blender: None, ..wish() }, &site()).is_ok());
    assert!(admit(&Asset { blender: None, ..asset() }, &wish(), &site()).is_ok());
}

#[test]
fn a_plan_is_named_with_the_way_to_it() {
    let closed = |free| Asset {
        free,
        can_download: Some(false),
        refusal: Some("Must have full plan".to_owned()),
        ..asset()
    };
    let page = "https://kit.example/asset-gallery-detail/3f2a91c0/";
    let keyed = Wish { with_key: true, ..wish() };
    refused(
        &closed(Some(false)),
        &wish(),
        "plan_only",
        5,
        &["Full plan", "BlenderKit says: Must have full plan", "BLENDERKIT_API_KEY", page],
    );
    refused(&closed(None), &wish(), "plan_only", 5, &["Full plan"]);
    refused(&closed(Some(true)), &wish(), "plan_only", 5, &["logged in", "free account", page]);
    refused(&closed(Some(false)), &keyed, "plan_only", 5, &["not in the plan of the account", page]);
    // What is not said is found out by asking.
    assert!(admit(&Asset { can_download: None, ..asset() }, &wish(), &site()).is_ok());
}

#[test]
fn the_chosen_file_must_be_there_and_not_too_large() {
    let most = |most_bytes| Wish { most_bytes, ..wish() };
    refused(&asset(), &most(899), "asset_too_large", 1, &["900 B", "899 B", "--resolution", "--max-size"]);
    let small = Wish { resolution: Resolution::Pixels(1024), ..most(899) };
    assert_eq!(admit(&asset(), &small, &site()).unwrap().label(), "1k");
    // The size of all files is not the size of a smaller one.
    let unknown = Wish { resolution: Resolution::Pixels(2048), ..most(899) };
    assert!(admit(&asset(), &unknown, &site()).is_ok());
    refused(&Asset { files: Vec::new(), ..asset() }, &wish(), "no_blend_file", 1, &["asset-gallery-detail"]);
}
