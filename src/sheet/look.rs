//! Looks frames over for what usually goes wrong: nothing lit, everything overexposed, one colour, nothing there, nothing
//! that moves. Pure. What a clip may well do on purpose, such as fading in from black, is not told.

use super::Picture;
use crate::event::Warning;

/// What a frame looks like, in the numbers of its bytes, 0 to 255. Transparent pixels are not looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Mean luma (BT.709).
    pub mean: f64,
    /// Luma that only a few pixels exceed.
    pub peak: u8,
    /// How far the colours are apart, but for a few pixels, in the channel where they are most.
    pub spread: u8,
    /// The same but for a few more pixels.
    pub core: u8,
    /// Share of pixels that are white, or so near that no eye tells.
    pub white: f64,
    /// Mean luma of the others; 255 where there are none.
    pub others: f64,
    /// Every pixel is transparent.
    pub clear: bool,
    /// No pixel is transparent, not even in part.
    pub opaque: bool,
}

/// "A few": one pixel in so many. A star that is smaller than that in a black sky is not seen either.
const FEW: u64 = 10_000;
/// No screen shows anything of a frame that is darker than this, on the mean and at its lightest.
const BLACK: (f64, u8) = (2.0, 10);
/// Colours closer than this are one to the eye; of few samples of one colour the denoiser makes up to 5.
const FLAT: u8 = 6;
/// Single pixels that stand out of one colour by no more than this, one in so many, are the denoiser's too.
const SPECKS: (u64, u8) = (500, 24);
/// The luma of white: AgX, which Blender renders with unless told otherwise, leaves a trace of colour in what is
/// overexposed by far. Pure yellow, the lightest colour, has 237.
const WHITE: f64 = 250.0;
/// Half of the frame white, and what is left nearly so: a white backdrop has something darker before it.
const BLOWN: (f64, f64) = (0.5, 180.0);
/// Frames are the same if no more than one pixel in so many differs by more than so much: the seed is the same for all
/// frames, so that what does not move comes out the same but for a GPU's last bit.
const SAME: (u64, u8) = (50_000, 3);

impl Look {
    /// Looks at a picture.
    pub fn at(picture: &Picture) -> Self {
        let mut channels = [[0_u64; 256]; 3];
        let mut lumas = [0_u64; 256];
        let (mut seen, mut sum, mut white, mut opaque) = (0_u64, 0.0, 0_u64, true);
        let mut others = 0.0;
        for [red, green, blue, alpha] in picture.pixels() {
            opaque &= alpha == 255;
            if alpha == 0 {
                continue;
            }
            let colour = [red, green, blue];
            let luma = 0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue);
            seen += 1;
            sum += luma;
            lumas[luma.round() as usize] += 1;
            for (channel, value) in channels.iter_mut().zip(colour) {
                channel[usize::from(value)] += 1;
            }
            if luma >= WHITE {
                white += 1;
            } else {
                others += luma;
            }
        }
        let few = seen / FEW;
        let share = |part: f64, of: u64, none: f64| if of == 0 { none } else { part / of as f64 };
        let spread = |few: u64| {
            let each = channels.iter().map(|channel| high(channel, few).saturating_sub(low(channel, few)));
            each.max().unwrap_or(0)
        };
        Self {
            mean: share(sum, seen, 0.0),
            peak: high(&lumas, few),
            spread: spread(few),
            core: spread(seen / SPECKS.0),
            white: share(white as f64, seen, 0.0),
            others: share(others, seen - white, 255.0),
            clear: seen == 0,
            opaque,
        }
    }

    // Before a background that is transparent a black or a white thing is a logo or a title: its shape shows.
    fn black(&self) -> bool {
        self.opaque && self.mean <= BLACK.0 && self.peak <= BLACK.1
    }

    fn plain(&self) -> bool {
        self.opaque && (self.spread <= FLAT || self.core <= FLAT && self.spread <= SPECKS.1)
    }

    fn flat(&self) -> bool {
        self.plain() && !self.black() && !self.blown()
    }

    fn blown(&self) -> bool {
        self.opaque && self.white >= BLOWN.0 && self.others >= BLOWN.1
    }
}

/// The highest value that no more than `few` are above.
fn high(counts: &[u64; 256], few: u64) -> u8 {
    let mut above = 0;
    let found = (0..=255_u8).rev().find(|value| {
        above += counts[usize::from(*value)];
        above > few
    });
    found.unwrap_or(0)
}

/// The lowest value that no more than `few` are below.
fn low(counts: &[u64; 256], few: u64) -> u8 {
    let mut below = 0;
    let found = (0..=255_u8).find(|value| {
        below += counts[usize::from(*value)];
        below > few
    });
    found.unwrap_or(0)
}

/// What is wrong with frames of a clip, in order and each with its number from 0; `transparent` as it was asked for.
pub fn findings(frames: &[(u32, &Picture)], transparent: bool) -> Vec<Warning> {
    let looks: Vec<Look> = frames.iter().map(|(_, picture)| Look::at(picture)).collect();
    let mut found = Vec::new();
    let mut tell = |code: &str, is: fn(&Look) -> bool, what: &str| {
        let marks: Vec<bool> = looks.iter().map(is).collect();
        let told = suspicious(&marks);
        let numbers: Vec<u32> =
            frames.iter().zip(&told).filter(|(_, told)| **told).map(|((index, _), _)| *index).collect();
        if !numbers.is_empty() {
            found.push(Warning::new(code, format!("{} {what}", named(&numbers, frames.len()))));
        }
    };
    tell("clear", |look| look.clear, "wholly transparent: does the camera see anything?");
    tell("black", Look::black, "black: is there a light, and does the camera see anything?");
    tell("flat", Look::flat, "of one colour: does the camera see anything?");
    tell("blown_out", Look::blown, "blown out, nearly all white: turn the lights or the exposure down");
    if transparent && !frames.is_empty() && looks.iter().all(|look| look.opaque) {
        let text = "no pixel is transparent: something in the scene covers the whole background";
        found.push(Warning::new("opaque", text));
    }
    let shows_something = looks.iter().any(|look| !look.clear && !look.black() && !look.plain());
    if let [(_, first), others @ ..] = frames
        && !others.is_empty()
        && shows_something
        && others.iter().all(|(_, picture)| same(first, picture))
    {
        let text = format!("nothing moves: all {} frames look the same", frames.len());
        found.push(Warning::new("nothing_moves", text));
    }
    found
}

/// Which of the marked frames are worth a word: all of them if every frame is marked; else none in a run at the clip's
/// beginning or end that is no longer than a quarter of the frames, or one frame, since clips fade in and out.
fn suspicious(marks: &[bool]) -> Vec<bool> {
    let mut told = marks.to_vec();
    if marks.iter().all(|mark| *mark) {
        return told;
    }
    let fade = (marks.len() / 4).max(1);
    let before = marks.iter().take_while(|mark| **mark).count();
    let after = marks.iter().rev().take_while(|mark| **mark).count();
    if before <= fade {
        told[..before].fill(false);
    }
    if after <= fade {
        told[marks.len() - after..].fill(false);
    }
    told
}

/// `frame 3 is`, `frames 1, 120 and 240 are`, `all 3 frames are`; long lists are cut.
fn named(numbers: &[u32], of: usize) -> String {
    let count = |index: &u32| (u64::from(*index) + 1).to_string();
    match numbers {
        [one] => format!("frame {} is", count(one)),
        all if all.len() == of => format!("all {of} frames are"),
        [some @ .., last] if some.len() < 8 => {
            let some: Vec<String> = some.iter().map(count).collect();
            format!("frames {} and {} are", some.join(", "), count(last))
        }
        many => {
            let some: Vec<String> = many[..6].iter().map(count).collect();
            format!("frames {} and {} more are", some.join(", "), many.len() - 6)
        }
    }
}

fn same(one: &Picture, other: &Picture) -> bool {
    if (one.width(), one.height()) != (other.width(), other.height()) {
        return false;
    }
    let pixels = u64::from(one.width()) * u64::from(one.height());
    let apart = |(a, b): &([u8; 4], [u8; 4])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > SAME.1);
    one.pixels().zip(other.pixels()).filter(apart).count() as u64 <= pixels / SAME.0
}

#[cfg(test)]
#[path = "tests/look.rs"]
mod tests;
