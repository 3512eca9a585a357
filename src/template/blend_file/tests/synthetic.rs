//! What no Blender at hand writes: other byte orders and pointer sizes, odd scenes, bombs, other kinds of file.

use super::super::bytes::Endian;
use super::super::header::HeadForm;
use super::super::{BlendError, Compression, glance};
use super::builder::{Builder, FORMS};
use super::{Saved, gzipped};

const LITTLE: (HeadForm, Endian) = (HeadForm::Small8, Endian::Little);

fn builder() -> Builder {
    Builder::new(LITTLE.0, LITTLE.1)
}

#[test]
fn each_form_tells_the_same() {
    for (form, endian) in FORMS {
        let file = Builder::new(form, endian).rend(-12, 90, "S\u{e9}quence").glob(2, "forms");
        let file = file.scene(1, "Other").scene(2, "S\u{e9}quence").dna().end();
        for (bytes, compression) in [
            (file.clone(), Compression::None),
            (gzipped(&file), Compression::Gzip),
            (zstd::encode_all(file.as_slice(), 1).unwrap(), Compression::Zstd),
        ] {
            let saved = Saved::new(&bytes);
            let facts = saved.facts().unwrap();
            assert_eq!(
                (facts.frame_start, facts.frame_end, facts.scene.as_str()),
                (-12, 90, "S\u{e9}quence")
            );
            assert_eq!(
                (facts.fps, facts.resolution),
                (Some((300, 7)), Some((640, 360))),
                "{form:?} {endian:?}"
            );
            assert_eq!((facts.engine.as_deref(), facts.thumbnail), (Some("CYCLES"), None));
            assert_eq!(facts.compression, compression);
            assert_eq!(saved.listed().unwrap(), saved.facts().unwrap());
            assert_eq!(glance(&saved.path).unwrap(), facts.version);
            saved.whole().unwrap();
        }
    }
}

#[test]
fn several_rend_blocks_are_told_apart_by_address() {
    let file = builder().rend(1, 2, "Background").rend(10, 20, "Main").glob(77, "several");
    let facts = Saved::new(&file.scene(5, "Background").scene(77, "Main").dna().end()).facts().unwrap();
    assert_eq!((facts.frame_start, facts.frame_end, facts.scene.as_str()), (10, 20, "Main"));
    assert!(facts.fps.is_some());
}

#[test]
fn without_rend_the_first_scene_counts() {
    let facts = Saved::new(&builder().glob(0, "no rend").scene(5, "Only").dna().end()).facts().unwrap();
    assert_eq!((facts.frame_start, facts.frame_end, facts.scene.as_str()), (3, 5, "Only"));
}

#[test]
fn the_scene_of_another_file_is_named_and_no_more() {
    let file = builder().glob(77, "linked").scene(5, "Own").linked(8, "Object").linked(77, "Theirs");
    let saved = Saved::new(&file.dna().end());
    for facts in [saved.facts().unwrap(), saved.listed().unwrap()] {
        assert_eq!((facts.scene.as_str(), facts.fps, facts.resolution), ("Theirs", None, None));
    }
    glance(&saved.path).unwrap();
    let other = Saved::new(&builder().glob(77, "linked").scene(5, "Own").linked(8, "Theirs").dna().end());
    assert!(matches!(other.facts(), Err(BlendError::NoScene)));
}

#[test]
fn without_scene_there_is_nothing_to_render() {
    let saved = Saved::new(&builder().glob(0, "no scene").dna().end());
    for facts in [saved.facts().map(drop), saved.listed().map(drop), glance(&saved.path).map(drop)] {
        assert!(matches!(facts, Err(BlendError::NoScene)));
    }
    saved.whole().unwrap();
}

#[test]
fn without_sdna_the_frames_are_still_known() {
    let saved = Saved::new(&builder().rend(1, 9, "Scene").scene(1, "Scene").end());
    let facts = saved.facts().unwrap();
    assert_eq!((facts.frame_end, facts.fps, facts.resolution, facts.engine), (9, None, None, None));
    assert!(matches!(saved.whole(), Err(BlendError::Corrupt { .. })));
}

#[test]
fn a_damaged_sdna_does_not_spoil_other_files() {
    let file = builder().rend(1, 9, "Scene").glob(2, "spoiled").scene(2, "Scene").dna().end();
    let mut damaged = file.clone();
    let at = damaged.windows(4).position(|window| window == b"xsch").unwrap();
    damaged[at] = b'y';
    let facts = Saved::new(&damaged).listed().unwrap();
    assert_eq!((facts.fps, facts.resolution), (Some((300, 7)), None));
    assert_eq!(Saved::new(&file).listed().unwrap().resolution, Some((640, 360)));
}

#[test]
fn other_files_are_named() {
    for (bytes, name) in [
        (b"\x89PNG\r\n\x1a\n0000".to_vec(), "a PNG image"),
        (b"version https://git-lfs.github.com/spec/v1\n".to_vec(), "a Git LFS pointer"),
        (gzipped(b"hello, world"), "text, compressed with gzip"),
        (zstd::encode_all(&b"\xff\xd8\xff\xe0"[..], 1).unwrap(), "a JPEG image, compressed with zstd"),
    ] {
        let err = Saved::new(&bytes).facts().unwrap_err();
        assert!(matches!(&err, BlendError::NotABlend { found } if found == name), "{err}");
    }
    let err = super::super::read_facts(std::env::temp_dir().as_path()).unwrap_err();
    assert_eq!(err.to_string(), "not a .blend file: it looks like a folder");
}

#[test]
fn nothing_there_is_io_or_empty() {
    assert!(matches!(Saved::new(b"").facts(), Err(BlendError::Empty)));
    let missing = Saved::new(b"").path.with_extension("missing");
    assert!(matches!(glance(&missing), Err(BlendError::Io { path, .. }) if path == missing));
}

#[test]
fn sizes_in_the_file_are_not_believed() {
    for (form, endian) in FORMS {
        let file = Builder::new(form, endian).rend(1, 2, "Scene");
        let mut bytes = file.block(*b"TEST", &[0xff; 8]).bytes;
        bytes.extend(b"GLOB");
        bytes.extend([0x7f; 28]);
        for bytes in [gzipped(&bytes), bytes] {
            let saved = Saved::new(&bytes);
            assert!(matches!(saved.facts(), Err(BlendError::Truncated { .. })), "{form:?}");
            assert!(matches!(saved.whole(), Err(BlendError::Truncated { .. })), "{form:?}");
        }
    }
    let negative = [b"BLENDER-v402DATA".as_slice(), &(-1_i32).to_le_bytes(), &[0; 16]].concat();
    assert!(matches!(Saved::new(&negative).facts(), Err(BlendError::Corrupt { .. })));
}

#[test]
fn bombs_stop() {
    // A block that claims 2 GiB, and 2 GiB of zeros in frames of 64 MiB.
    let zeros = zstd::encode_all(vec![0; 64 << 20].as_slice(), 1).unwrap();
    let head = [b"DATA".as_slice(), &i32::MAX.to_le_bytes(), &[0; 16]].concat();
    let start = builder().rend(1, 2, "Scene").bytes;
    let mut bomb = zstd::encode_all([start, head].concat().as_slice(), 1).unwrap();
    bomb.extend(zeros.repeat(32));
    let saved = Saved::new(&bomb);
    assert!(matches!(saved.whole(), Err(BlendError::TooLarge { .. })));
    let facts = saved.facts().unwrap();
    assert_eq!((facts.frame_end, facts.fps), (2, None));
}
