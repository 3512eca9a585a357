//! Few colours for many, so that a still is small.

use std::collections::HashMap;

use super::Picture;

/// A group of colours that will become one.
struct Group {
    /// Colours, and how many pixels have them.
    colours: Vec<([u8; 3], u32)>,
    mean: [f64; 3],
    /// The channel in which they differ most.
    widest: usize,
    /// How far all pixels are from the mean in that channel, squared.
    spread: f64,
}

impl Group {
    fn new(colours: Vec<([u8; 3], u32)>) -> Self {
        let count: f64 = colours.iter().map(|(_, count)| f64::from(*count)).sum();
        let sum = |of: &dyn Fn([u8; 3]) -> f64| {
            colours.iter().map(|(colour, count)| of(*colour) * f64::from(*count)).sum::<f64>()
        };
        let mean = [0, 1, 2].map(|channel| sum(&|colour| f64::from(colour[channel])) / count);
        let spreads =
            [0, 1, 2].map(|channel| sum(&|colour| (f64::from(colour[channel]) - mean[channel]).powi(2)));
        let widest = (0..3).max_by(|a, b| spreads[*a].total_cmp(&spreads[*b])).unwrap_or(0);
        Self { colours, mean, widest, spread: spreads[widest] }
    }

    /// Parted at the mean of the widest channel; a group with some spread has colours on both sides.
    fn part(self) -> [Self; 2] {
        let (channel, middle) = (self.widest, self.mean[self.widest]);
        let (low, high) =
            self.colours.into_iter().partition(|(colour, _)| f64::from(colour[channel]) <= middle);
        [Self::new(low), Self::new(high)]
    }
}

/// At most `most` colours (1 to 256) for the picture, and for each pixel the number of its colour. Alpha is not looked at.
pub(super) fn reduce(picture: &Picture, most: usize) -> (Vec<[u8; 3]>, Vec<u8>) {
    let mut counts: HashMap<[u8; 3], u32> = HashMap::new();
    for [red, green, blue, _] in picture.pixels() {
        *counts.entry([red, green, blue]).or_default() += 1;
    }
    let mut all: Vec<_> = counts.into_iter().collect();
    // The same picture gives the same file.
    all.sort_unstable();
    let mut groups = vec![Group::new(all)];
    while groups.len() < most.clamp(1, 256) {
        let largest = (0..groups.len()).max_by(|a, b| groups[*a].spread.total_cmp(&groups[*b].spread));
        let Some(largest) = largest.filter(|index| groups[*index].spread > 0.0) else { break };
        let parts = groups.swap_remove(largest).part();
        groups.extend(parts);
    }
    let palette = groups.iter().map(|group| group.mean.map(|channel| channel.round() as u8)).collect();
    let numbers: HashMap<[u8; 3], u8> = groups
        .iter()
        .enumerate()
        .flat_map(|(number, group)| group.colours.iter().map(move |(colour, _)| (*colour, number as u8)))
        .collect();
    let indices = picture.pixels().map(|[red, green, blue, _]| numbers[&[red, green, blue]]).collect();
    (palette, indices)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_colours_stay_as_they_are() {
        let rgba = [[1, 2, 3, 255], [250, 0, 9, 255], [1, 2, 3, 255], [0, 0, 0, 255]].concat();
        let picture = Picture::new(4, 1, rgba).unwrap();
        let (palette, indices) = reduce(&picture, 64);
        let back: Vec<[u8; 3]> = indices.iter().map(|index| palette[usize::from(*index)]).collect();
        assert_eq!(back, [[1, 2, 3], [250, 0, 9], [1, 2, 3], [0, 0, 0]]);
        assert_eq!(palette.len(), 3);
    }

    proptest! {
        #[test]
        fn every_pixel_has_a_colour_near_its_own(bytes in proptest::collection::vec(any::<u8>(), 400), most in 0usize..300) {
            let picture = Picture::new(100, 1, bytes).unwrap();
            let (palette, indices) = reduce(&picture, most);
            prop_assert!(palette.len() <= most.clamp(1, 256));
            prop_assert_eq!(indices.len(), 100);
            prop_assert!(indices.iter().all(|index| usize::from(*index) < palette.len()));
            if most >= 100 {
                let same = picture.pixels().zip(&indices).all(|(pixel, index)| pixel[..3] == palette[usize::from(*index)]);
                prop_assert!(same);
            }
        }
    }
}
