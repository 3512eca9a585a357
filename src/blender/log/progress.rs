//! One frame's way from 0 to 1.

use super::{Phase, Status};

/// As far as a frame can be without having been saved.
const UNSAVED: f64 = 0.99;

/// Follows one frame across its statuses: samples, tiles and view layers become one fraction that never
/// falls.
///
/// Blender prints few sample lines (often only the first and the last one), so the fraction moves in leaps:
/// draw a bar by the clock, and use this as its lower bound. Make a new one for each frame.
#[derive(Debug, Clone)]
pub struct FrameProgress {
    layers: u32,
    /// Layers before the current one.
    done: u32,
    /// The current layer has said that it is finished.
    closed: bool,
    layer: Option<String>,
    last: Option<Count>,
    fraction: f64,
    phase: Phase,
}

/// Samples, as one status counts them.
#[derive(Debug, Clone, Copy)]
struct Count {
    sample: u32,
    of: u32,
    tile: Option<(u32, u32)>,
}

impl FrameProgress {
    /// A frame at its start, with so many view layers to render; 0 counts as 1.
    #[must_use]
    pub fn new(layers: usize) -> Self {
        Self {
            layers: u32::try_from(layers).unwrap_or(u32::MAX).max(1),
            done: 0,
            closed: false,
            layer: None,
            last: None,
            fraction: 0.0,
            phase: Phase::Loading,
        }
    }

    /// Takes the next status and returns the fraction, 0 to 1: at most 0.99 until the frame is saved.
    pub fn update(&mut self, status: &Status) -> f64 {
        let within = match status.phase {
            Phase::Save => return self.saved(),
            Phase::Other => return self.fraction,
            Phase::Sample { sample, of, tile } => {
                self.sample(Count { sample, of, tile }, status.layer.as_deref())
            }
            Phase::Loading | Phase::Sync | Phase::Bvh { .. } => {
                if self.closed || self.last.is_some_and(Count::is_complete) {
                    self.next_layer();
                }
                0.0
            }
            Phase::Kernels { .. } => {
                if self.closed {
                    self.next_layer();
                }
                0.0
            }
            Phase::Finish => {
                self.closed = true;
                1.0
            }
            Phase::Composite => {
                self.done = self.layers.saturating_sub(1);
                1.0
            }
            Phase::Denoise => 0.0,
        };
        self.phase = status.phase;
        let fraction = (f64::from(self.done) + within) / f64::from(self.layers);
        self.fraction = self.fraction.max(fraction.min(UNSAVED));
        self.fraction
    }

    /// The frame was written: enters [`Phase::Save`] and returns 1.
    pub fn saved(&mut self) -> f64 {
        self.phase = Phase::Save;
        self.fraction = 1.0;
        self.fraction
    }

    /// How much of the frame is done, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.fraction
    }

    /// What the frame is at; a status in unknown words leaves it as it was.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Takes samples into account and returns the current layer's fraction.
    fn sample(&mut self, now: Count, layer: Option<&str>) -> f64 {
        let renamed = matches!((self.layer.as_deref(), layer), (Some(before), Some(now)) if before != now);
        if self.closed || renamed || self.last.is_some_and(|last| now.starts_over(last)) {
            self.next_layer();
        }
        if layer.is_some() {
            self.layer = layer.map(str::to_owned);
        }
        // When a tile is finished, its last sample is told once more under the next tile's number.
        let stale = self.last.is_some_and(|last| last.tile < now.tile && last.sample == now.sample);
        self.last = Some(now);
        Count { sample: if stale { 0 } else { now.sample }, ..now }.fraction()
    }

    fn next_layer(&mut self) {
        self.done = self.done.saturating_add(1).min(self.layers.saturating_sub(1));
        self.closed = false;
        self.layer = None;
        self.last = None;
    }
}

impl Count {
    fn fraction(self) -> f64 {
        let part = if self.of == 0 { 0.0 } else { (f64::from(self.sample) / f64::from(self.of)).min(1.0) };
        match self.tile {
            Some((_, 0)) => 0.0,
            Some((done, tiles)) => ((f64::from(done) + part) / f64::from(tiles)).min(1.0),
            None => part,
        }
    }

    /// A frame without tiles that took all its samples.
    fn is_complete(self) -> bool {
        self.tile.is_none() && self.of > 0 && self.sample >= self.of
    }

    /// EEVEE does not say that a layer is finished: it starts to count anew.
    fn starts_over(self, last: Self) -> bool {
        match (last.tile, self.tile) {
            (Some((before, _)), Some((now, _))) => now < before,
            (None, None) => last.is_complete() && self.sample < last.sample,
            _ => false,
        }
    }
}
