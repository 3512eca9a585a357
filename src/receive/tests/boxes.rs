use std::io::Cursor;

use proptest::prelude::*;

use super::super::tests::clip::{self, bx, clip, video_track};
use super::*;

fn structure(bytes: &[u8]) -> Result<Structure> {
    walk(Cursor::new(bytes))
}

#[test]
fn a_clip_tells_length_frames_and_size() {
    let found = structure(&clip(100)).unwrap();
    let wanted = Structure { seconds: Some(2.5), frames: Some(60), size: Some([64, 36]), index_first: true };
    assert_eq!(found, wanted);
    let (ftyp, moov, mdat) =
        (clip::ftyp(*b"qt  "), bx(b"moov", &clip::index(&video_track())), bx(b"mdat", &[0; 9]));
    let late = [ftyp.clone(), mdat, moov.clone()].concat();
    assert_eq!(structure(&late).unwrap(), Structure { index_first: false, ..wanted });
    // The last box may go on to the end of the file, or have a size of eight bytes.
    let open = [ftyp.clone(), moov.clone(), b"\0\0\0\0mdat12345".to_vec()].concat();
    assert!(structure(&open).is_ok());
    let wide = [ftyp, moov, b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x12ab".to_vec()].concat();
    assert!(structure(&wide).is_ok());
}

#[test]
fn times_of_eight_bytes_and_unknown_ones_are_read() {
    let with = |mvhd: &[u8]| {
        let index = [bx(b"mvhd", mvhd), video_track()].concat();
        let found = structure(&[clip::ftyp(*b"isom"), bx(b"moov", &index), bx(b"mdat", b"x")].concat());
        found.unwrap().seconds
    };
    let long = [&[1, 0, 0, 0][..], &[0; 16], &1000_u32.to_be_bytes(), &(1_u64 << 33).to_be_bytes()].concat();
    assert_eq!(with(&long), Some(8_589_934.592));
    let unknown = [&[0; 12][..], &1000_u32.to_be_bytes(), &[0xff; 4]].concat();
    assert_eq!(with(&unknown), None);
    assert_eq!(with(&[0; 20]), None);
    assert_eq!(with(b""), None);
}

#[test]
fn a_fragmented_clip_has_its_length_elsewhere() {
    let mvhd = bx(b"mvhd", &[&[0; 12][..], &1000_u32.to_be_bytes(), &[0; 4]].concat());
    let mvex = bx(b"mvex", &bx(b"mehd", &[&[0; 4][..], &4000_u32.to_be_bytes()].concat()));
    let empty = clip::track(*b"vide", 0);
    let index = bx(b"moov", &[mvhd, empty, mvex].concat());
    let all = [clip::ftyp(*b"iso5"), index, bx(b"moof", b""), bx(b"mdat", b"x")].concat();
    let found = structure(&all).unwrap();
    assert_eq!((found.seconds, found.frames), (Some(4.0), None));
}

#[test]
fn every_cut_is_found_and_told() {
    let whole = clip(100);
    for length in 8..whole.len() {
        let error = structure(&whole[..length]).unwrap_err();
        assert_eq!(error.code(), "clip_truncated", "{length}: {error}");
        assert!(error.message().contains(&format!("byte {length},")), "{error}");
    }
}

#[test]
fn what_is_no_clip_is_told() {
    let fails = |parts: &[Vec<u8>], code: &str, why: &str| {
        let error = structure(&parts.concat()).unwrap_err();
        assert!(error.code() == code && error.to_string().contains(why), "{error}");
    };
    let (ftyp, mdat) = (clip::ftyp(*b"isom"), bx(b"mdat", b"x"));
    let sound = bx(b"moov", &clip::index(&clip::track(*b"soun", 60)));
    fails(&[ftyp.clone(), sound, mdat.clone()], "not_a_clip", "no video");
    fails(&[ftyp.clone(), bx(b"moov", &clip::index(&video_track()))], "clip_truncated", "'mdat'");
    fails(&[ftyp.clone(), mdat.clone()], "clip_truncated", "'moov'");
    fails(&[ftyp.clone(), b"\0\0\0\x04mdat".to_vec()], "clip_broken", "size of 4");
    fails(&[ftyp.clone(), b"\x89PNG\r\n\x1a\n".to_vec()], "clip_broken", "byte 20");
    fails(&[ftyp.clone(), bx(b"moov", b"\0\0\xff\0trak"), mdat], "clip_truncated", "'trak'");
    fails(&[ftyp, b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()], "clip_truncated", "mdat");
    fails(&[bx(b"free", b"").repeat(MOST as usize + 1)], "clip_broken", "boxes");
}

proptest! {
    #[test]
    fn no_bytes_panic(at: prop::sample::Index, with: Vec<u8>) {
        let mut bytes = clip(20);
        let at = at.index(bytes.len());
        bytes.splice(at..(at + with.len()).min(clip(20).len()), with);
        let _ = structure(&bytes);
    }
}
