//! Letters of 5 by 7 dots: just those that the labels of a contact sheet need.

use super::Picture;

/// Dots of a letter, the one between two letters included.
const ADVANCE: u32 = 6;
/// Dots from top to bottom.
pub(super) const HEIGHT: u32 = 7;

/// Rows from the top down, five bits each, the leftmost the highest.
fn rows(letter: char) -> [u8; 7] {
    match letter {
        '0' => [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        '1' => [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        '2' => [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        '3' => [0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110],
        '4' => [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        '5' => [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        '6' => [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        '7' => [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        '8' => [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        '9' => [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        '.' => [0, 0, 0, 0, 0, 0b01100, 0b01100],
        'a' => [0, 0, 0b01110, 0b00001, 0b01111, 0b10001, 0b01111],
        'e' => [0, 0, 0b01110, 0b10001, 0b11111, 0b10000, 0b01110],
        'f' => [0b00110, 0b01001, 0b01000, 0b11100, 0b01000, 0b01000, 0b01000],
        'm' => [0, 0, 0b11010, 0b10101, 0b10101, 0b10101, 0b10101],
        'r' => [0, 0, 0b10110, 0b11001, 0b10000, 0b10000, 0b10000],
        's' => [0, 0, 0b01111, 0b10000, 0b01110, 0b00001, 0b11110],
        _ => [0; 7],
    }
}

/// Writes a text with its upper left corner at `x`, `y`, each dot `scale` pixels wide; a letter that is not here is a space.
pub(super) fn write(on: &mut Picture, text: &str, [x, y]: [u32; 2], scale: u32, colour: [u8; 4]) {
    for (letter, left) in text.chars().zip((x..).step_by((ADVANCE * scale) as usize)) {
        for (row, bits) in (0..).zip(rows(letter)) {
            for column in (0..5).filter(|column| bits & (0b10000 >> column) != 0) {
                for (across, down) in (0..scale).flat_map(|across| (0..scale).map(move |down| (across, down)))
                {
                    on.set(left + column * scale + across, y + row * scale + down, colour);
                }
            }
        }
    }
}

/// Pixels from the first dot of a text to its last.
pub(super) fn width(text: &str, scale: u32) -> u32 {
    (text.chars().count() as u32 * ADVANCE).saturating_sub(1) * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_drawn_dot_by_dot_and_cut_at_the_edge() {
        let mut picture = Picture::filled(6, 7, [0; 4]);
        write(&mut picture, "71", [0, 0], 1, [255; 4]);
        let row = |y| (0..6).map(|x| if picture.at(x, y)[0] > 0 { '#' } else { '.' }).collect::<String>();
        assert_eq!([row(0), row(1), row(2)], ["#####.", "....#.", "...#.."]);
        assert_eq!((width("71", 2), width("", 2)), (22, 0));
    }

    #[test]
    fn every_letter_of_a_label_is_here() {
        assert!("0123456789.frames".chars().all(|letter| rows(letter) != [0; 7]));
    }
}
