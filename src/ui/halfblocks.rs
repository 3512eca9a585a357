//! Pictures in a terminal: each character is two pixels, the upper one drawn as a block and the lower one behind it.

use std::fmt::Write;

use crate::sheet::Picture;

/// The colours that a terminal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Palette {
    /// 24 bits.
    True,
    /// The 256 of xterm: a cube of 6 by 6 by 6, and 24 greys.
    Cube,
}

impl Palette {
    /// What the environment promises of a terminal; `None` where it is to stay without colours.
    pub(super) fn of(env: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let term = env("TERM").unwrap_or_default();
        if env("NO_COLOR").is_some() || term == "dumb" {
            return None;
        }
        let colours = env("COLORTERM").unwrap_or_default();
        let truly = matches!(colours.as_str(), "truecolor" | "24bit") || term.ends_with("-direct");
        Some(if truly { Self::True } else { Self::Cube })
    }
}

/// Steps of the cube's sides, as xterm has them.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A picture as lines of `columns` characters; as high as its shape makes it, at least one line.
pub(super) fn lines(picture: &Picture, columns: u32, palette: Palette) -> Vec<String> {
    let columns = columns.max(1);
    // A character is twice as high as wide, so that half of it is a square.
    let high = (u64::from(columns) * u64::from(picture.height())).div_ceil(u64::from(picture.width())) as u32;
    let small = picture.scaled(columns, high.next_multiple_of(2).max(2)).over_squares();
    (0..small.height() / 2).map(|line| row(&small, line * 2, palette)).collect()
}

fn row(picture: &Picture, y: u32, palette: Palette) -> String {
    let mut line = String::new();
    let mut drawn = None;
    for x in 0..picture.width() {
        let pair = [picture.at(x, y), picture.at(x, y + 1)].map(|[red, green, blue, _]| [red, green, blue]);
        // Terminals are slow with colours; most of a dark picture needs few.
        if drawn != Some(pair) {
            let [upper, lower] = pair.map(|colour| code(colour, palette));
            // Writing to a string cannot fail.
            let _ = write!(line, "\x1b[38;{upper};48;{lower}m");
            drawn = Some(pair);
        }
        line.push('▀');
    }
    line.push_str("\x1b[0m");
    line
}

/// What stands after `38;` or `48;`.
fn code([red, green, blue]: [u8; 3], palette: Palette) -> String {
    match palette {
        Palette::True => format!("2;{red};{green};{blue}"),
        Palette::Cube => format!("5;{}", nearest([red, green, blue])),
    }
}

/// The nearest of the 240 colours that are the same in every terminal.
fn nearest(colour: [u8; 3]) -> u8 {
    let step = |value: u8| (0..6).min_by_key(|index: &usize| STEPS[*index].abs_diff(value)).unwrap_or(0);
    let [red, green, blue] = colour.map(step);
    let cube = (16 + 36 * red + 6 * green + blue) as u8;
    let mean = colour.iter().map(|value| u32::from(*value)).sum::<u32>() / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let far =
        |of: [u8; 3]| -> u32 { of.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let shade = 8 + grey * 10;
    if far([shade; 3]) < far([STEPS[red], STEPS[green], STEPS[blue]]) { 232 + grey } else { cube }
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::{measure_text_width, strip_ansi_codes};
    use proptest::prelude::*;

    fn env(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_terminal_is_taken_at_its_word() {
        assert_eq!(
            Palette::of(env(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")])),
            Some(Palette::True)
        );
        assert_eq!(Palette::of(env(&[("TERM", "xterm-256color")])), Some(Palette::Cube));
        assert_eq!(Palette::of(env(&[("TERM", "xterm-direct")])), Some(Palette::True));
        assert_eq!(Palette::of(env(&[("TERM", "dumb"), ("COLORTERM", "24bit")])), None);
        assert_eq!(Palette::of(env(&[("NO_COLOR", "1"), ("COLORTERM", "24bit")])), None);
    }

    #[test]
    fn upper_pixels_are_blocks_and_lower_ones_the_ground() {
        let picture = Picture::new(1, 2, vec![1, 2, 3, 255, 4, 5, 6, 255]).unwrap();
        assert_eq!(lines(&picture, 1, Palette::True), ["\x1b[38;2;1;2;3;48;2;4;5;6m▀\x1b[0m"]);
        let wide = Picture::filled(16, 9, [255, 255, 255, 255]);
        let drawn = lines(&wide, 32, Palette::Cube);
        assert_eq!((drawn.len(), drawn[0].matches('\x1b').count()), (9, 2));
        assert!(drawn[0].contains("38;5;231;48;5;231"), "{:?}", drawn[0]);
    }

    #[test]
    fn colours_go_to_their_nearest() {
        assert_eq!(nearest([0, 0, 0]), 16);
        assert_eq!(nearest([255, 0, 0]), 196);
        assert_eq!(nearest([0, 95, 255]), 27);
        assert_eq!(nearest([18, 18, 18]), 233);
        assert_eq!(nearest([128, 128, 128]), 244);
        assert_eq!(nearest([238, 238, 238]), 255);
    }

    proptest! {
        #[test]
        fn a_line_is_as_wide_as_asked(width in 1u32..50, height in 1u32..50, columns in 0u32..90) {
            for palette in [Palette::True, Palette::Cube] {
                let lines = lines(&Picture::filled(width, height, [7; 4]), columns, palette);
                prop_assert!(!lines.is_empty());
                prop_assert!(lines.iter().all(|line| measure_text_width(line) == columns.max(1) as usize));
                prop_assert!(lines.iter().all(|line| strip_ansi_codes(line).chars().all(|c| c == '▀')));
            }
        }
    }
}
