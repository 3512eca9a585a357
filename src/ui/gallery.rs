//! Pictures side by side in a terminal, a line of text beneath each. Pure.

use console::measure_text_width;

use super::halfblocks::{Palette, lines};
use super::layout::fit;
use crate::sheet::Picture;

/// Columns between two pictures.
const GAP: usize = 2;
/// A picture is no wider than this, in columns, and no higher, in lines.
const WIDEST: usize = 72;
const HIGHEST: usize = 24;

/// How wide pictures should at least be: a few can be looked at, many are an overview.
fn narrowest(count: usize) -> usize {
    match count {
        0..=6 => 36,
        7..=16 => 24,
        _ => 16,
    }
}

/// All pictures in the order given, each with its text, in lines of at most `width` columns.
pub(super) fn gallery(pictures: &[(Picture, String)], width: usize, palette: Palette) -> Vec<String> {
    let count = pictures.len().max(1);
    let in_a_row = ((width + GAP) / (narrowest(count) + GAP)).clamp(1, count);
    let room = ((width + GAP) / in_a_row).saturating_sub(GAP).clamp(1, WIDEST);
    pictures.chunks(in_a_row).flat_map(|row| beside(row, room, palette)).collect()
}

/// One row: the pictures and their texts, each in a column of its own.
fn beside(row: &[(Picture, String)], room: usize, palette: Palette) -> Vec<String> {
    let drawn: Vec<(usize, Vec<String>)> = row
        .iter()
        .map(|(picture, text)| {
            let columns = columns(picture, room);
            let mut drawn = lines(picture, columns as u32, palette);
            if !text.is_empty() {
                drawn.push(fit(text, room));
            }
            (columns, drawn)
        })
        .collect();
    let high = drawn.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    let wide = |(columns, lines): &(usize, Vec<String>)| {
        lines.iter().map(|line| measure_text_width(line)).max().unwrap_or(0).max(*columns)
    };
    let widths: Vec<usize> = drawn.iter().map(wide).collect();
    (0..high)
        .map(|at| {
            let mut line = String::new();
            for ((_, lines), width) in drawn.iter().zip(&widths) {
                let part = lines.get(at).map_or("", String::as_str);
                line.push_str(part);
                line.push_str(&" ".repeat(width + GAP - measure_text_width(part)));
            }
            line.trim_end().to_owned()
        })
        .collect()
}

/// Columns for a picture, so that it is not too high: upright ones get fewer.
fn columns(picture: &Picture, room: usize) -> usize {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    room.min(2 * HIGHEST * width / height.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::strip_ansi_codes;
    use proptest::prelude::*;

    fn frames(count: usize, size: [u32; 2]) -> Vec<(Picture, String)> {
        let picture = Picture::filled(size[0], size[1], [90, 90, 90, 255]);
        (0..count).map(|at| (picture.clone(), format!("frame {}", at + 1))).collect()
    }

    fn shown(count: usize, size: [u32; 2], width: usize) -> Vec<String> {
        let lines = gallery(&frames(count, size), width, Palette::Cube);
        lines.iter().map(|line| strip_ansi_codes(line).into_owned()).collect()
    }

    #[test]
    fn wide_terminals_have_more_in_a_row() {
        let at = |width| shown(3, [480, 270], width);
        assert_eq!(at(80).iter().filter(|line| line.contains("frame")).count(), 2);
        assert_eq!(at(120).iter().filter(|line| line.contains("frame")).count(), 1);
        assert_eq!(measure_text_width(&at(120)[0]), 3 * 38 + 2 * GAP);
        assert_eq!(at(30).iter().filter(|line| line.contains("frame")).count(), 3);
    }

    #[test]
    fn an_upright_picture_is_not_higher_than_a_screen() {
        let lines = shown(1, [270, 480], 200);
        assert!(lines.len() <= HIGHEST + 2, "{} lines", lines.len());
        assert_eq!(gallery(&[], 80, Palette::True), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(
            count in 0usize..70, width in 1u32..80, height in 1u32..80, columns in 1usize..250,
        ) {
            for line in shown(count, [width, height], columns) {
                prop_assert!(measure_text_width(&line) <= columns, "{line}");
            }
        }
    }
}
