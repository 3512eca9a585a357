//! The contact sheet: frames in rows, the number and the time of each beneath it.

use super::{Picture, font};

/// One frame of a sheet.
#[derive(Debug, Clone)]
pub struct Tile {
    /// The frame's number in the clip, from 0.
    pub index: u32,
    /// When it is shown, in seconds from the clip's start.
    pub seconds: f64,
    /// What it shows.
    pub picture: Picture,
}

impl Tile {
    /// `frame 121  4.00 s`, counted from 1 as people do.
    pub fn label(&self) -> String {
        format!("frame {}  {:.2} s", u64::from(self.index) + 1, self.seconds)
    }
}

/// Pixels of the largest sheet; tiles are made smaller for it.
const MOST_PIXELS: f64 = 64e6;
/// From this width on a label is written twice as large.
const WIDE: u32 = 320;
const GROUND: [u8; 4] = [24, 24, 24, 255];
const INK: [u8; 4] = [224, 224, 224, 255];

/// Where tiles of one size lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Plan {
    columns: u32,
    rows: u32,
    tile: [u32; 2],
    /// Dots of the label's letters, in pixels.
    scale: u32,
    /// Space around a tile, in pixels.
    gap: u32,
}

impl Plan {
    fn new(count: u32, tile: [u32; 2]) -> Self {
        let columns = columns(count, tile);
        let rows = count.div_ceil(columns);
        let pixels = f64::from(columns * rows) * f64::from(tile[0]) * f64::from(tile[1]);
        let factor = (MOST_PIXELS / pixels).sqrt().min(1.0);
        let tile = tile.map(|side| ((f64::from(side) * factor) as u32).max(1));
        let scale = if tile[0] < WIDE { 1 } else { 2 };
        Self { columns, rows, tile, scale, gap: 4 * scale }
    }

    /// From a tile's upper edge to that of the one below it: the tile, a gap, its label, a gap.
    fn step(&self) -> [u32; 2] {
        [self.tile[0] + self.gap, self.tile[1] + font::HEIGHT * self.scale + 2 * self.gap]
    }

    fn size(&self) -> [u32; 2] {
        let [across, down] = self.step();
        [self.gap + self.columns * across, self.gap + self.rows * down]
    }

    fn place(&self, number: u32) -> [u32; 2] {
        let [across, down] = self.step();
        [self.gap + number % self.columns * across, self.gap + number / self.columns * down]
    }
}

/// A strip for a few frames, about as many rows as columns for more; upright frames stand closer.
fn columns(count: u32, [width, height]: [u32; 2]) -> u32 {
    let (in_a_row, across) = if width < height { (6, 2) } else { (3, 1) };
    if count <= in_a_row { count.max(1) } else { f64::from(count * across).sqrt().ceil() as u32 }
}

/// The size that each of `count` frames of this size has on a sheet.
pub fn tile_size(count: u32, frame: [u32; 2]) -> [u32; 2] {
    Plan::new(count, frame).tile
}

/// Tiles the frames, all in the size of the first; before grey squares where they are transparent.
pub fn contact_sheet(tiles: &[Tile]) -> Picture {
    let size = tiles.first().map_or([1, 1], |tile| [tile.picture.width(), tile.picture.height()]);
    let plan = Plan::new(u32::try_from(tiles.len()).unwrap_or(u32::MAX), size);
    let [width, height] = plan.size();
    let mut sheet = Picture::filled(width, height, GROUND);
    for (number, tile) in (0..).zip(tiles) {
        let [x, y] = plan.place(number);
        let [wide, high] = plan.tile;
        sheet.paste(&tile.picture.scaled(wide, high).over_squares(), x, y);
        // A label that is wider than its frame is cut, not written over the next one.
        let label = tile.label();
        let mut strip =
            Picture::filled(font::width(&label, plan.scale).min(wide), font::HEIGHT * plan.scale, GROUND);
        font::write(&mut strip, &label, [0, 0], plan.scale, INK);
        sheet.paste(&strip, x, y + high + plan.gap);
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiles(count: u32, size: [u32; 2]) -> Vec<Tile> {
        let tile = |index| Tile {
            index,
            seconds: f64::from(index) / 30.0,
            picture: Picture::filled(size[0], size[1], [index as u8, 100, 200, 255]),
        };
        (0..count).map(tile).collect()
    }

    #[test]
    fn a_strip_for_three_a_square_for_many() {
        let wide = [480, 270];
        assert_eq!([1, 2, 3, 4, 5, 9, 10, 64].map(|count| columns(count, wide)), [1, 2, 3, 2, 3, 3, 4, 8]);
        assert_eq!([3, 6, 8, 64].map(|count| columns(count, [270, 480])), [3, 6, 4, 12]);
    }

    #[test]
    fn every_frame_is_on_the_sheet_with_its_number() {
        let sheet = contact_sheet(&tiles(5, [480, 270]));
        assert_eq!([sheet.width(), sheet.height()], Plan::new(5, [480, 270]).size());
        let plan = Plan::new(5, [480, 270]);
        for number in 0..5 {
            let [x, y] = plan.place(number);
            assert_eq!(sheet.at(x, y), [number as u8, 100, 200, 255]);
            assert_eq!(sheet.at(x + 479, y + 269), [number as u8, 100, 200, 255]);
            // The stem of the f in "frame".
            assert_eq!(sheet.at(x + 2, y + 270 + 8 + 12), INK);
        }
        assert_eq!(tiles(122, [2, 2])[120].label(), "frame 121  4.00 s");
    }

    #[test]
    fn tiny_and_huge_frames_make_sheets_too() {
        let tiny = contact_sheet(&tiles(3, [16, 16]));
        assert_eq!(tiny.height(), 4 + 16 + 4 + 7 + 4);
        let plan = Plan::new(64, [8192, 8192]);
        let [width, height] = plan.size();
        assert!(width * height < 70_000_000 && plan.tile[0] > 900, "{plan:?}");
        assert_eq!(contact_sheet(&[]).at(0, 0), GROUND);
    }
}
