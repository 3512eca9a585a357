//! A decoded picture, and what can be measured in it.

/// 8-bit RGBA.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Cuts a stream of raw RGBA into pictures.
    pub(crate) fn split(bytes: &[u8], [width, height]: [usize; 2]) -> Vec<Self> {
        assert_eq!(bytes.len() % (width * height * 4), 0, "the last picture is cut");
        bytes
            .chunks(width * height * 4)
            .map(|pixels| Self { width, height, pixels: pixels.to_vec() })
            .collect()
    }

    /// Width and height.
    pub(crate) fn size(&self) -> [usize; 2] {
        [self.width, self.height]
    }

    /// Red, green, blue, alpha of a pixel.
    pub(crate) fn at(&self, x: usize, y: usize) -> [u8; 4] {
        assert!(x < self.width && y < self.height);
        let start = 4 * (y * self.width + x);
        std::array::from_fn(|channel| self.pixels[start + channel])
    }

    /// Mean colour of a rectangle: left, top, width, height.
    pub(crate) fn mean(&self, [left, top, width, height]: [usize; 4]) -> [f64; 4] {
        let mut sum = [0.0; 4];
        for (x, y) in (top..top + height).flat_map(|y| (left..left + width).map(move |x| (x, y))) {
            let pixel = self.at(x, y);
            (0..4).for_each(|channel| sum[channel] += f64::from(pixel[channel]));
        }
        sum.map(|total| total / (width * height) as f64)
    }

    /// Mean colour of everything.
    pub(crate) fn overall(&self) -> [f64; 4] {
        self.mean([0, 0, self.width, self.height])
    }

    /// Centre, and variance along x, of the light in one channel; `None` where it is black.
    fn moments(&self, channel: usize) -> Option<Moments> {
        let (mut weight, mut sum, mut squares) = (0.0, [0.0; 2], 0.0);
        for (x, y) in (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y))) {
            let value = linear(self.at(x, y)[channel]);
            let (x, y) = (x as f64 + 0.5, y as f64 + 0.5);
            weight += value;
            sum = [sum[0] + value * x, sum[1] + value * y];
            squares += value * x * x;
        }
        (weight > 0.0).then(|| {
            let centre = sum.map(|total| total / weight);
            Moments { centre, variance: squares / weight - centre[0] * centre[0] }
        })
    }

    /// Centre of what one channel shows, in pixels.
    #[track_caller]
    pub(crate) fn centre(&self, channel: usize) -> [f64; 2] {
        self.moments(channel).expect("nothing to see").centre
    }

    /// How far it is spread along x, as a variance.
    #[track_caller]
    pub(crate) fn spread(&self, channel: usize) -> f64 {
        self.moments(channel).expect("nothing to see").variance
    }

    /// Largest difference of any channel of any pixel.
    pub(crate) fn distance(&self, other: &Self) -> u8 {
        assert_eq!((self.width, self.height), (other.width, other.height));
        self.pixels.iter().zip(&other.pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    }
}

/// One sRGB channel as light, 0 to 1.
pub(crate) fn linear(channel: u8) -> f64 {
    let channel = f64::from(channel) / 255.0;
    if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

struct Moments {
    centre: [f64; 2],
    variance: f64,
}
