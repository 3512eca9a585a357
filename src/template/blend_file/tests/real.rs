//! Files that Blender 3.4, 4.2, 4.5 and 5.0 saved.

use super::super::{BlendFacts, Compression};
use super::{Saved, fixture, unpacked};

const NTSC: &str = "Titre \u{e9}t\u{e9} \u{6620}\u{50cf}";

/// Name, version, engine.
const NTSCS: [(&str, &str, &str); 3] = [
    ("v3_4_ntsc_zstd.blend", "3.4", "BLENDER_EEVEE"),
    ("v4_2_ntsc_zstd.blend", "4.2", "BLENDER_EEVEE_NEXT"),
    ("v5_0_ntsc_zstd.blend", "5.0", "BLENDER_EEVEE"),
];

fn facts(bytes: &[u8]) -> BlendFacts {
    let saved = Saved::new(bytes);
    saved.whole().unwrap();
    let facts = saved.facts().unwrap();
    // The second time, the layout is known.
    assert_eq!(saved.listed().unwrap(), facts);
    assert_eq!(saved.listed().unwrap(), facts);
    facts
}

#[test]
fn ntsc_files_are_read_packed_and_unpacked() {
    for (name, version, engine) in NTSCS {
        let bytes = fixture(name);
        for (bytes, compression) in [(unpacked(&bytes), Compression::None), (bytes, Compression::Zstd)] {
            let facts = facts(&bytes);
            assert_eq!(facts.version.to_string(), version);
            assert_eq!(facts.compression, compression);
            assert_eq!((facts.frame_start, facts.frame_end, facts.scene.as_str()), (0, 90, NTSC));
            assert_eq!((facts.fps, facts.resolution), (Some((30000, 1001)), Some((1280, 720))));
            assert_eq!(facts.engine.as_deref(), Some(engine));
        }
    }
}

#[test]
fn pal_files_are_read() {
    for (name, version, compression) in
        [("v3_4_pal_gzip.blend", "3.4", Compression::Gzip), ("v4_5_pal_zstd.blend", "4.5", Compression::Zstd)]
    {
        let facts = facts(&fixture(name));
        assert_eq!((facts.version.to_string().as_str(), facts.compression), (version, compression));
        assert_eq!((facts.frame_start, facts.frame_end, facts.scene.as_str()), (10, 20, "Intro"));
        assert_eq!((facts.fps, facts.resolution), (Some((25, 1)), Some((1080, 1920))));
        assert_eq!(facts.engine.as_deref(), Some("BLENDER_WORKBENCH"));
    }
}

#[test]
fn json_has_no_pixels() {
    let json = serde_json::to_value(facts(&fixture("v4_2_ntsc_zstd.blend"))).unwrap();
    assert_eq!(json["version"], "4.2");
    assert_eq!(json["compression"], "zstd");
    assert_eq!(json["fps"], serde_json::json!([30000, 1001]));
    let thumbnail = facts(&fixture("v3_4_ntsc_zstd.blend")).thumbnail.unwrap();
    assert_eq!(thumbnail.rgba.len(), 128 * 128 * 4);
    assert_eq!(serde_json::to_value(thumbnail).unwrap(), serde_json::json!({"width": 128, "height": 128}));
}
