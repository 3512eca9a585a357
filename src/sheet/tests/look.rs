//! Synthetic frames, good and bad.

use super::*;

const SIZE: u32 = 200;

fn plain(grey: u8) -> Picture {
    Picture::filled(SIZE, SIZE, [grey, grey, grey, 255])
}

/// A square of `colour` at `x` before `ground`.
fn square(ground: u8, colour: [u8; 4], x: u32, side: u32) -> Picture {
    let mut picture = plain(ground);
    picture.paste(&Picture::filled(side, side, colour), x, 50);
    picture
}

fn codes(frames: &[Picture], transparent: bool) -> Vec<(String, String)> {
    let frames: Vec<(u32, &Picture)> =
        frames.iter().zip(0..).map(|(picture, index)| (index * 10, picture)).collect();
    findings(&frames, transparent).into_iter().map(|warning| (warning.code, warning.message)).collect()
}

fn good(x: u32) -> Picture {
    square(40, [200, 120, 60, 255], x, 60)
}

#[test]
fn frames_that_show_something_that_moves_are_not_mentioned() {
    assert_eq!(codes(&[good(0), good(20), good(40)], false), []);
    assert_eq!(codes(&[good(0)], false), []);
    assert_eq!(codes(&[], true), []);
    // Three by three pixels that move before a black sky.
    let star = |x| square(0, [255; 4], x, 3);
    assert_eq!(codes(&[star(3), star(50), star(90)], false), []);
    // A dark logo on white, and a picture that is merely light.
    let logo = |x| square(255, [20, 20, 90, 255], x, 40);
    let light = |x| square(225, [250, 250, 250, 255], x, 90);
    assert_eq!(codes(&[logo(0), logo(9)], false), []);
    assert_eq!(codes(&[light(0), light(9)], false), []);
}

#[test]
fn a_fade_from_and_to_one_colour_is_not_mentioned_but_a_hole_is() {
    assert_eq!(codes(&[plain(0), good(1), good(2)], false), []);
    assert_eq!(codes(&[plain(0), good(1), plain(255)], false), []);
    let found = codes(&[good(1), plain(1), good(2)], false);
    assert_eq!(found[0].0, "black");
    assert!(found[0].1.starts_with("frame 11 is black"), "{found:?}");
    let found = codes(&[plain(0), plain(0), good(2)], false);
    assert!(found[0].1.starts_with("frames 1 and 11 are black"), "{found:?}");
    let mut long = vec![plain(0); 3];
    long.extend((0..9).map(good));
    assert_eq!(codes(&long, false), []);
    long.splice(0..0, vec![plain(0); 3]);
    assert_eq!(codes(&long, false)[0].0, "black");
}

#[test]
fn all_black_is_told_once_and_not_also_as_standing_still() {
    let found = codes(&[plain(0), plain(2), plain(0)], false);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == "black" && found[0].1.starts_with("all 3 frames are black"), "{found:?}");
    assert_eq!(codes(&[plain(0)], false)[0].1.split(" is ").next(), Some("frame 1"));
}

#[test]
fn one_colour_and_overexposure_are_told_apart() {
    assert_eq!(codes(&[plain(128), plain(129)], false)[0].0, "flat");
    let white = codes(&[plain(255), plain(255)], false);
    assert_eq!((white.len(), white[0].0.as_str()), (1, "blown_out"), "{white:?}");
    let blown = |x| square(255, [230, 230, 210, 255], x, 90);
    let found = codes(&[blown(0), blown(30), blown(60)], false);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "blown_out");
    // What AgX makes of a red cube before a sky of strength 50: most of the picture, and not quite white.
    let trace = |x| square(255, [255, 252, 247, 255], x, 150);
    let found = codes(&[trace(0), trace(20)], false);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "blown_out"));
}

#[test]
fn what_the_denoiser_leaves_of_one_colour_is_no_picture() {
    let mut noisy = plain(133);
    for (at, grey) in [(0, 131), (60, 132), (120, 135)] {
        noisy.paste(&Picture::filled(50, 50, [grey, grey, grey, 255]), at, 20);
    }
    let found = codes(&[noisy.clone(), noisy.clone(), noisy], false);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "flat"));
    // Of few samples single pixels stand out farther.
    let specked = |from: u32| {
        let mut picture = plain(133);
        for at in 0..12 {
            picture.paste(&Picture::filled(1, 1, [120, 121, 145, 255]), from + 9 * at, from + 7 * at);
        }
        picture
    };
    let found = codes(&[specked(1), specked(20)], false);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "flat"));
    // The faintest picture is one.
    let fog = |x| square(133, [141, 141, 141, 255], x, 60);
    assert_eq!(codes(&[fog(0), fog(40)], false), []);
}

#[test]
fn what_does_not_move_is_told_and_a_blinking_dot_moves() {
    let found = codes(&[good(5), good(5), good(5)], false);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "nothing_moves"));
    let mut blink = good(5);
    blink.paste(&Picture::filled(2, 1, [255, 0, 0, 255]), 9, 9);
    assert_eq!(codes(&[good(5), blink, good(5)], false), []);
}

#[test]
fn alpha_that_is_nowhere_or_everywhere_is_told() {
    let clear = Picture::filled(SIZE, SIZE, [0; 4]);
    let title = |x| {
        let mut picture = clear.clone();
        picture.paste(&Picture::filled(30, 30, [250, 250, 250, 255]), x, 20);
        picture.paste(&Picture::filled(30, 30, [10, 20, 250, 130]), x, 70);
        picture
    };
    assert_eq!(codes(&[clear.clone(), title(4), title(9)], true), []);
    for grey in [0, 255] {
        let logo = |x| {
            let mut picture = clear.clone();
            picture.paste(&Picture::filled(30, 30, [grey, grey, grey, 255]), x, 20);
            picture
        };
        assert_eq!(codes(&[logo(4), logo(9)], true), []);
        assert_eq!(codes(&[logo(4), logo(4)], true)[0].0, "nothing_moves");
    }
    let found = codes(&[clear.clone(), clear.clone()], true);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "clear"));
    assert_eq!(codes(&[good(1), good(2)], true)[0].0, "opaque");
    assert_eq!(codes(&[good(1), title(2)], true), []);
}

#[test]
fn long_lists_of_frames_are_cut() {
    let all: Vec<u32> = (0..20).collect();
    assert_eq!(named(&all, 40), "frames 1, 2, 3, 4, 5, 6 and 14 more are");
    assert_eq!(named(&all, 20), "all 20 frames are");
    assert_eq!(named(&all[..3], 40), "frames 1, 2 and 3 are");
    assert_eq!(named(&[u32::MAX], 3), "frame 4294967296 is");
}
