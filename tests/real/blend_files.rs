//! Files that are newer, broken, packed, or no .blend at all.

use std::io::Write;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use broll::interrupt::Cancel;
use broll::paths::Paths;
use broll::request::RenderRequest;
use broll::runpod::parcel::{Draft, Source, Terms};
use broll::template::Library;

use crate::common::{Stage, debian_ffmpeg, fixture, reference, scene, stored};

fn plain() -> Vec<u8> {
    fs_err::read(scene("plain")).unwrap()
}

fn holding(bytes: &[u8]) -> Stage {
    let stage = Stage::empty("clip.blend".as_ref());
    fs_err::write(stage.blend(), bytes).unwrap();
    stage
}

/// Refused with exit code 1, before Blender is started.
#[track_caller]
fn refused(bytes: &[u8], code: &str, words: &[&str]) {
    let stage = holding(bytes);
    stage.render::<&str>(&[]).fails(1, code).says(words);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(stage.logs().is_empty() && !stage.store().exists(), "Blender was started");
}

/// The file as Blender 5 writes it: a longer header, longer block heads.
fn as_blender_5(bytes: &[u8], version: &str) -> Vec<u8> {
    let mut new = format!("BLENDER17-01v{version}").into_bytes();
    let mut rest = &bytes[12..];
    while let Some((head, tail)) = rest.split_at_checked(24) {
        let length = u32::from_le_bytes(head[4..8].try_into().unwrap());
        new.extend(&head[..4]);
        new.extend(&head[16..20]);
        new.extend(&head[8..16]);
        new.extend(u64::from(length).to_le_bytes());
        new.extend(&head[20..24]);
        new.extend([0; 4]);
        let (data, following) = tail.split_at(length as usize);
        new.extend(data);
        rest = following;
    }
    new
}

#[test]
fn a_file_that_only_blender_finds_unreadable_is_bad_input() {
    let mut bytes = plain();
    let glob = bytes.windows(4).position(|code| code == b"GLOB").unwrap();
    // Behind the block's head: 4 bytes of text, the subversion, and the oldest Blender that can read the file.
    bytes[glob + 30..glob + 32].copy_from_slice(&999_u16.to_le_bytes());
    let stage = holding(&bytes);
    stage
        .render::<&str>(&[])
        .fails(1, "damaged_blend")
        .says(&["Blender cannot read the file", "save it again in Blender"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
}

#[test]
fn a_file_that_opens_with_the_scene_of_another_renders_it() {
    let answer = Stage::new("borrowed").render(&["--frames", "1..2"]).succeeds().warns(&[]);
    assert_eq!(answer.json["frames"], 2);
}

#[test]
fn nodes_of_an_add_on_that_is_not_here_are_named() {
    let mut bytes = plain();
    let (known, unknown) = (b"ShaderNodeEmission\0", b"ShaderNodeOfNobody\0");
    while let Some(at) = bytes.windows(known.len()).position(|part| part == known) {
        bytes[at..at + known.len()].copy_from_slice(unknown);
    }
    let stage = holding(&bytes);
    let answer = stage.render::<&str>(&[]).succeeds();
    let named = answer.warnings("unknown_node");
    assert!(named.iter().any(|text| text.contains("'Mover'") && text.contains("'Emission'")), "{named:?}");
}

#[test]
fn a_newer_file_is_refused_with_both_versions() {
    let mut bytes = plain();
    assert_eq!(&bytes[..12], b"BLENDER-v402");
    bytes[9..12].copy_from_slice(b"499");
    refused(&bytes, "newer_file", &["4.99", "4.2.23"]);
}

#[test]
fn a_newer_file_with_the_header_of_blender_5_is_refused_with_both_versions() {
    refused(&as_blender_5(&plain(), "0510"), "newer_file", &["5.10", "4.2.23"]);
}

#[test]
fn a_file_that_blender_5_saved_is_refused_with_both_versions() {
    let bytes = fs_err::read(fixture("v5_0_ntsc_zstd.blend")).unwrap();
    refused(&bytes, "newer_file", &["5.0", "4.2.23"]);
}

#[test]
fn a_file_that_is_cut_is_refused_wherever_it_ends() {
    let bytes = plain();
    for length in [5, 12, 100, bytes.len() / 2, bytes.len() - 1] {
        refused(&bytes[..length], "truncated_blend", &["cut short", "again"]);
    }
}

#[test]
fn an_empty_file_is_refused() {
    refused(b"", "truncated_blend", &["empty"]);
}

#[test]
fn a_jpeg_with_another_name_is_refused() {
    let args = "-v error -f lavfi -i testsrc=s=64x36 -frames:v 1 -f mjpeg -";
    let jpeg = Command::new(debian_ffmpeg()).args(args.split(' ')).output().unwrap();
    assert!(jpeg.stdout.starts_with(b"\xff\xd8"));
    refused(&jpeg.stdout, "not_a_blend", &["JPEG"]);
}

#[test]
fn noise_in_place_of_blocks_is_refused() {
    let mut bytes = plain();
    bytes[12..].iter_mut().enumerate().for_each(|(index, byte)| *byte = ((index * 7919) >> 3) as u8);
    let stage = holding(&bytes);
    let answer = stage.render::<&str>(&[]);
    assert_eq!(answer.code, 1, "{}", answer.json);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
}

#[track_caller]
fn looks_plain(stage: &Stage) {
    stage.render::<&str>(&[]).succeeds().warns(&[]);
    for (frame, plain) in stored(stage, [64, 36]).iter().zip(reference()) {
        assert_eq!(frame.distance(plain), 0);
    }
}

#[test]
fn a_file_that_blender_compressed_renders() {
    let stage = Stage::new("compressed");
    assert!(fs_err::read(stage.blend()).unwrap().starts_with(b"\x28\xb5\x2f\xfd"));
    looks_plain(&stage);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_gzip_compressed_file_renders() {
    looks_plain(&holding(&gzip(&plain())));
}

#[test]
fn a_compressed_file_that_is_cut_is_refused() {
    let zstd = fs_err::read(scene("compressed")).unwrap();
    for packed in [gzip(&plain()), zstd] {
        for length in [packed.len() / 3, packed.len() * 4 / 5] {
            refused(&packed[..length], "truncated_blend", &["cut short"]);
        }
    }
}

/// What a request to an endpoint carries of a file.
fn as_sent(bytes: &[u8]) -> Vec<u8> {
    let stage = holding(bytes);
    let folder = stage.work("");
    let paths = Paths { config: folder.clone(), data: folder.clone(), cache: folder.clone(), state: folder };
    let source = Source::Given(stage.blend().as_os_str());
    let draft = Draft::new(source, RenderRequest::default(), &Library::new(None, None, &paths)).unwrap();
    let parcel = draft.pack(&Terms::default(), &Cancel::default()).unwrap();
    STANDARD.decode(parcel.body()["input"]["blend_base64"].as_str().unwrap()).unwrap()
}

#[test]
fn a_file_renders_as_it_is_sent_to_an_endpoint() {
    let plain = plain();
    let sent = as_sent(&plain);
    assert!(sent.starts_with(b"\x28\xb5\x2f\xfd") && sent.len() < plain.len() / 2);
    looks_plain(&holding(&sent));
}

#[test]
fn a_file_of_several_mebibytes_renders_as_it_is_sent_to_an_endpoint() {
    // A block of a thumbnail that none is in; what comes after it is 24 MiB further on in the unpacked stream.
    let (mut whole, size) = (plain(), 24 << 20);
    let end = whole.split_off(whole.len() - 24);
    let mut block = b"TEST".to_vec();
    block.extend(u32::to_le_bytes(size));
    block.extend([0; 16]);
    block.extend((0..size / 4).flat_map(|n| (n / 64).to_le_bytes()));
    let at = whole.windows(4).position(|code| code == b"GLOB").unwrap();
    whole.splice(at..at, block);
    whole.extend(end);
    let sent = as_sent(&whole);
    assert!(sent.starts_with(b"\x28\xb5\x2f\xfd") && sent.len() < whole.len() / 2);
    looks_plain(&holding(&sent));
}
