use sha2::{Digest, Sha256};

use super::*;
use crate::render::read_blend;
use crate::template::blend_file::check_whole;

const ROOM: usize = 10 << 20;

/// A .blend without compression that holds this as the data of a block no reader cares for.
fn blend(data: &[u8]) -> Vec<u8> {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/blend/v4_2_ntsc_zstd.blend");
    let plain = zstd::decode_all(&fs_err::read(fixture).unwrap()[..]).unwrap();
    assert_eq!(&plain[..12], b"BLENDER-v402");
    // Blocks start with code, u32 size, u64 old address, u32 struct and u32 count; the end mark is one of 24 bytes.
    let (body, end) = plain.split_at(plain.len() - 24);
    assert_eq!(&end[..4], b"ENDB");
    let mut head = b"TEST".to_vec();
    head.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    head.extend([0; 16]);
    [body, &head, data, end].concat()
}

/// Bytes that nothing makes smaller.
fn noise(count: usize) -> Vec<u8> {
    (0_u64..).flat_map(|n| Sha256::digest(n.to_le_bytes()).to_vec()).take(count).collect()
}

/// Packs a file of these bytes and gives back what the worker would write to its disk.
fn packed(bytes: &[u8], room: usize) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.blend");
    fs_err::write(&file, bytes).unwrap();
    let facts = read_blend(&file).unwrap();
    let base64 = pack(&file, &facts, room, &Cancel::default())?;
    assert!(base64.len() <= room, "{} of {room}", base64.len());
    let arrived = STANDARD.decode(base64).unwrap();
    fs_err::write(&file, &arrived).unwrap();
    assert_eq!(read_blend(&file).unwrap().scene, facts.scene);
    check_whole(&file).unwrap();
    Ok(arrived)
}

#[test]
fn a_file_without_compression_is_compressed_and_comes_back_as_it_was() {
    let whole = blend(&vec![7; 3_000_000]);
    let arrived = packed(&whole, ROOM).unwrap();
    assert!(arrived.len() < whole.len() / 10);
    assert_eq!(zstd::decode_all(&arrived[..]).unwrap(), whole);
}

#[test]
fn what_is_compressed_already_goes_out_as_it_is() {
    for name in ["v3_4_pal_gzip", "v4_2_ntsc_zstd"] {
        let fixture = format!("{}/tests/fixtures/blend/{name}.blend", env!("CARGO_MANIFEST_DIR"));
        let whole = fs_err::read(fixture).unwrap();
        assert_eq!(packed(&whole, ROOM).unwrap(), whole);
        let just = whole.len().div_ceil(3) * 4;
        assert_eq!(packed(&whole, just).unwrap(), whole);
        assert_eq!(packed(&whole, just - 4).unwrap_err().code(), "too_large");
    }
}

#[test]
fn what_is_too_large_is_refused_with_both_sizes_and_the_ways_out() {
    let whole = blend(&[noise(1_000_000), vec![0; 2_000_000]].concat());
    let error = packed(&whole, 800_000).unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("too_large", 1));
    let cause = &error.causes()[0];
    assert!(cause.contains("3.4 MB, 1.1 MB compressed") && cause.contains("a file of 600 kB"), "{cause}");
    for way in ["--template-url", "--template-sha256", "network volume"] {
        assert!(error.hint_text().contains(way), "{}", error.hint_text());
    }
}

#[test]
fn what_almost_fits_is_compressed_harder() {
    let whole = blend(&[]);
    let quick = zstd::encode_all(&whole[..], LEVELS[0]).unwrap().len();
    let hard = zstd::encode_all(&whole[..], LEVELS[1]).unwrap().len();
    assert!(hard + 1_000 < quick && quick < hard * 5 / 4, "{quick} {hard}");
    assert_eq!(packed(&whole, (hard + 500) / 3 * 4).unwrap().len(), hard + 4, "with its checksum");
}

#[test]
fn packing_ends_when_it_is_cancelled() {
    let cancel = Cancel::default();
    cancel.cancel();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(file.path(), blend(&[])).unwrap();
    let facts = read_blend(file.path()).unwrap();
    assert_eq!(pack(file.path(), &facts, ROOM, &cancel).unwrap_err().code(), "interrupted");
}
