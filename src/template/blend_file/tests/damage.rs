//! Random bytes, cuts and flips: an error or an answer each time, never a panic, and soon.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::{BlendError, glance};
use super::builder::{Builder, FORMS};
use super::{Saved, fixture, gzipped, unpacked};

/// Far above what any of these files takes in an unoptimized build.
const SOON: Duration = Duration::from_secs(60);

fn survives(bytes: &[u8]) {
    let begun = Instant::now();
    let saved = Saved::new(bytes);
    for text in [
        glance(&saved.path).err().map(|err| err.to_string()),
        saved.facts().err().map(|err| err.to_string()),
        saved.listed().err().map(|err| err.to_string()),
        saved.whole().err().map(|err| err.to_string()),
    ] {
        assert_ne!(text.as_deref(), Some(""));
    }
    assert!(begun.elapsed() < SOON);
}

fn is_cut(saved: &Saved) -> bool {
    matches!(saved.whole(), Err(BlendError::Truncated { .. } | BlendError::Empty))
}

/// Cuts one file to each of `lens`, the longest first.
fn each_cut_is_told(bytes: &[u8], lens: impl Iterator<Item = usize>) {
    let saved = Saved::new(bytes);
    saved.whole().unwrap();
    let file = fs_err::OpenOptions::new().write(true).open(&saved.path).unwrap();
    for len in lens {
        file.set_len(len as u64).unwrap();
        assert!(is_cut(&saved), "{len} of {}: {:?}", bytes.len(), saved.whole());
    }
}

#[test]
fn small_files_are_cut_at_every_byte() {
    for (form, endian) in FORMS {
        let file =
            Builder::new(form, endian).rend(1, 9, "Scene").glob(2, "cuts").scene(2, "Scene").dna().end();
        for bytes in [gzipped(&file), zstd::encode_all(file.as_slice(), 1).unwrap(), file] {
            each_cut_is_told(&bytes, (0..bytes.len()).rev());
        }
    }
}

#[test]
fn real_files_are_cut_at_many_bytes() {
    for name in ["v3_4_pal_gzip.blend", "v4_2_ntsc_zstd.blend", "v5_0_ntsc_zstd.blend"] {
        let bytes = fixture(name);
        for bytes in [unpacked(&bytes), bytes] {
            let last = bytes.len() - 20;
            each_cut_is_told(&bytes, (last..bytes.len()).rev().chain((0..last).rev().step_by(last / 41)));
        }
    }
}

#[test]
fn a_cut_is_seen_by_the_end_alone() {
    for name in ["v4_2_ntsc_zstd.blend", "v5_0_ntsc_zstd.blend"] {
        let bytes = fixture(name);
        for bytes in [unpacked(&bytes), bytes] {
            let saved = Saved::new(&bytes);
            glance(&saved.path).unwrap();
            let file = fs_err::OpenOptions::new().write(true).open(&saved.path).unwrap();
            let last = bytes.len() - 20;
            for len in (last..bytes.len()).rev().chain((0..last).rev().step_by(last / 41)) {
                file.set_len(len as u64).unwrap();
                for error in [glance(&saved.path).map(drop), saved.listed().map(drop)] {
                    assert!(
                        matches!(error, Err(BlendError::Truncated { .. } | BlendError::Empty)),
                        "{name} {len} of {}: {error:?}",
                        bytes.len()
                    );
                }
            }
        }
    }
}

#[test]
fn an_end_that_tells_nothing_is_no_fault() {
    let file = Builder::new(FORMS[0].0, FORMS[0].1).rend(1, 9, "Scene").scene(2, "Scene").dna().end();
    let packed = zstd::encode_all(file.as_slice(), 1).unwrap();
    for bytes in [packed, gzipped(&file), [file.as_slice(), b"more"].concat()] {
        glance(&Saved::new(&bytes).path).unwrap();
    }
}

#[test]
fn only_the_seek_table_may_be_lost() {
    let bytes = fixture("v4_2_ntsc_zstd.blend");
    let table = bytes.windows(4).rposition(|window| window == [0x5e, 0x2a, 0x4d, 0x18]).unwrap();
    let saved = Saved::new(&bytes[..table]);
    saved.whole().unwrap();
    assert_eq!(saved.facts().unwrap(), Saved::new(&bytes).facts().unwrap());
    assert!(is_cut(&Saved::new(&bytes[..table - 1])) && is_cut(&Saved::new(&bytes[..=table])));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000), start in 0..6_usize) {
        let starts = ["", "BLENDER-v402", "BLENDER17-01v0500REND", "BLENDER_V279", "\u{1f}", "BLENDER"];
        survives(&[starts[start].as_bytes(), &bytes].concat());
        survives(&gzipped(&[starts[start].as_bytes(), &bytes].concat()));
    }

    #[test]
    fn random_cuts(len in 0..70_000_usize, garbage in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = fixture("v5_0_ntsc_zstd.blend");
        survives(&[&bytes[..len], &garbage].concat());
    }

    #[test]
    fn random_flips(flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..20), packed: bool) {
        let mut bytes = fixture("v4_2_ntsc_zstd.blend");
        if !packed {
            bytes = unpacked(&bytes);
        }
        for (index, mask) in flips {
            let at = index.index(bytes.len());
            bytes[at] ^= mask;
        }
        survives(&bytes);
    }

    #[test]
    fn random_flips_of_small_files(at in any::<prop::sample::Index>(), mask in 1..=255_u8, form in 0..5_usize) {
        let (form, endian) = FORMS[form];
        let file = Builder::new(form, endian).rend(1, 9, "Scene").glob(2, "flips").scene(2, "Scene").dna();
        let mut bytes = file.end();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        survives(&bytes);
    }
}
