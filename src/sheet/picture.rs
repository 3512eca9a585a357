//! A picture in memory: as many bytes as a screen shows, no colour management.

/// Four bytes a pixel (red, green, blue, straight alpha), rows from the top down; at least one pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
}

/// Sides of the squares behind what is transparent, in pixels, and their two greys.
const CHECK: u32 = 8;
const GREYS: [u8; 2] = [102, 153];

impl Picture {
    /// From its pixels; `None` unless there are exactly as many as the size says, and at least one.
    pub fn new(width: u32, height: u32, rgba: Vec<u8>) -> Option<Self> {
        let pixels = (width as usize).checked_mul(height as usize)?;
        let fits = pixels > 0 && pixels.checked_mul(4) == Some(rgba.len());
        fits.then_some(Self { width, height, rgba })
    }

    /// A picture of one colour; a side of 0 becomes 1.
    pub fn filled(width: u32, height: u32, colour: [u8; 4]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        Self { width, height, rgba: colour.repeat(width as usize * height as usize) }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All bytes.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> impl Iterator<Item = [u8; 4]> + '_ {
        self.rgba.as_chunks::<4>().0.iter().copied()
    }

    /// One pixel; beyond the edge, the nearest one.
    pub fn at(&self, x: u32, y: u32) -> [u8; 4] {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        let start = (y as usize * self.width as usize + x as usize) * 4;
        [self.rgba[start], self.rgba[start + 1], self.rgba[start + 2], self.rgba[start + 3]]
    }

    /// Sets one pixel, if it is inside.
    pub fn set(&mut self, x: u32, y: u32, colour: [u8; 4]) {
        if x < self.width && y < self.height {
            let start = (y as usize * self.width as usize + x as usize) * 4;
            self.rgba[start..start + 4].copy_from_slice(&colour);
        }
    }

    /// Lays another picture over this one, its upper left corner at `x`, `y`; what hangs over is cut off.
    pub fn paste(&mut self, other: &Self, x: u32, y: u32) {
        for row in 0..other.height {
            for column in 0..other.width {
                self.set(x.saturating_add(column), y.saturating_add(row), other.at(column, row));
            }
        }
    }

    /// The same in another size: the mean of all pixels that a new one covers, transparent ones counting for nothing.
    #[must_use]
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let columns: Vec<_> = (0..width).map(|x| covered(x, width, self.width)).collect();
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        for y in 0..height {
            let (top, bottom) = covered(y, height, self.height);
            for &(left, right) in &columns {
                let (mut sum, mut alpha) = ([0_u64; 3], 0_u64);
                for row in top..bottom {
                    for column in left..right {
                        let [red, green, blue, a] = self.at(column, row).map(u64::from);
                        sum[0] += red * a;
                        sum[1] += green * a;
                        sum[2] += blue * a;
                        alpha += a;
                    }
                }
                let count = u64::from(bottom - top) * u64::from(right - left);
                let mean = |sum: u64, of: u64| ((sum + of / 2).checked_div(of).unwrap_or(0)) as u8;
                rgba.extend([
                    mean(sum[0], alpha),
                    mean(sum[1], alpha),
                    mean(sum[2], alpha),
                    mean(alpha, count),
                ]);
            }
        }
        Self { width, height, rgba }
    }

    /// The same before grey squares, wherever it is transparent: nothing of it is any more.
    #[must_use]
    pub fn over_squares(mut self) -> Self {
        let width = self.width;
        for (index, pixel) in self.rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let (x, y) = (index as u32 % width, index as u32 / width);
            let behind = u32::from(GREYS[((x / CHECK + y / CHECK) % 2) as usize]);
            let alpha = u32::from(pixel[3]);
            for colour in &mut pixel[..3] {
                *colour = ((u32::from(*colour) * alpha + behind * (255 - alpha) + 127) / 255) as u8;
            }
            pixel[3] = 255;
        }
        self
    }
}

/// The old pixels that new pixel `at` of `new` covers, of `old`: never none.
fn covered(at: u32, new: u32, old: u32) -> (u32, u32) {
    let place = |at: u32| u64::from(at) * u64::from(old);
    let first = place(at) / u64::from(new);
    let end = place(at + 1).div_ceil(u64::from(new)).max(first + 1);
    (first as u32, end as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_picture_has_as_many_pixels_as_it_says() {
        assert!(Picture::new(2, 1, vec![0; 8]).is_some());
        for (width, height, bytes) in [(2, 1, 7), (0, 0, 0), (0, 4, 0), (u32::MAX, u32::MAX, 4)] {
            assert!(Picture::new(width, height, vec![0; bytes]).is_none());
        }
    }

    #[test]
    fn scaling_takes_the_mean_and_leaves_the_transparent_out() {
        let pair = [[0, 0, 0, 255], [200, 100, 50, 255]].concat();
        assert_eq!(Picture::new(2, 1, pair).unwrap().scaled(1, 1).at(0, 0), [100, 50, 25, 255]);
        let half = [[200, 100, 50, 255], [0, 0, 0, 0]].concat();
        assert_eq!(Picture::new(2, 1, half).unwrap().scaled(1, 1).at(0, 0), [200, 100, 50, 128]);
        let clear = Picture::filled(4, 4, [9, 9, 9, 0]).scaled(2, 2);
        assert_eq!(clear.at(1, 1), [0, 0, 0, 0]);
    }

    #[test]
    fn what_is_transparent_shows_squares() {
        let clear = Picture::filled(16, 1, [255, 0, 0, 0]).over_squares();
        assert_eq!((clear.at(0, 0), clear.at(8, 0)), ([102, 102, 102, 255], [153, 153, 153, 255]));
        let solid = Picture::filled(2, 2, [1, 2, 3, 255]);
        assert_eq!(solid.clone().over_squares(), solid);
    }

    proptest! {
        #[test]
        fn one_colour_stays_one_colour(width in 1u32..40, height in 1u32..40, w in 0u32..60, h in 0u32..60, grey: u8) {
            let scaled = Picture::filled(width, height, [grey, 3, 250, 255]).scaled(w, h);
            prop_assert_eq!((scaled.width(), scaled.height()), (w.max(1), h.max(1)));
            prop_assert!(scaled.pixels().all(|pixel| pixel == [grey, 3, 250, 255]));
        }
    }
}
