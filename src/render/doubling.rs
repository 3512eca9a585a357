//! Whether a second session on every GPU pays: decided once, from how the first frames went.
//!
//! While a session loads, synchronizes and saves, its GPU is idle; a second session fills these gaps. On one H200, frames
//! of half a second gained a factor of 1.45, frames of 2.5 s with a tenth of it idle gained nothing.

/// How the first frames went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FirstFrames {
    /// Seconds a frame, once scene data is kept.
    pub(super) frame: f64,
    /// Seconds of that with the GPU at work.
    pub(super) busy: f64,
    /// Seconds from the start of Blender to its first frame.
    pub(super) startup: f64,
    /// Frames that wait, for each session.
    pub(super) waiting: f64,
    /// The most memory that the session held on the GPU, and what the GPU has, in MiB.
    pub(super) memory_mib: Option<(u64, u64)>,
}

/// Least share of a frame with the GPU idle.
const IDLE: f64 = 0.2;
/// What two sessions are expected to bring at most, as measured.
const GAIN: f64 = 1.45;
/// What a CUDA context and the kernels take beside what Cycles counts, in MiB.
const CONTEXT_MIB: u64 = 1024;

impl FirstFrames {
    /// Whether the time saved is worth another start, and both fit into memory.
    pub(super) fn pays(self) -> bool {
        let Some((used, all)) = self.memory_mib else { return false };
        let fits = 2 * (used + CONTEXT_MIB) < all / 10 * 9;
        let idle = 1.0 - self.busy / self.frame.max(f64::EPSILON);
        let saved = self.waiting * self.frame * (1.0 - 1.0 / self.gain());
        fits && idle >= IDLE && saved > 2.0 * self.startup
    }

    /// What two sessions bring beside one.
    fn gain(self) -> f64 {
        (self.frame / self.busy.max(f64::EPSILON)).min(GAIN)
    }
}

/// What several sessions on each GPU will bring beside one, as [`super::render`] would have them: `frame` is the seconds
/// of a frame and those with the GPU at work, `waiting` the frames for each GPU, `memory_mib` what a session holds and what
/// the GPU has, `wished` the sessions that the user wants.
pub fn second_session_gain(
    (frame, busy): (f64, f64),
    startup: f64,
    waiting: f64,
    memory_mib: Option<(u64, u64)>,
    wished: Option<u32>,
) -> f64 {
    let first = FirstFrames { frame, busy, startup: startup.max(1.0), waiting, memory_mib };
    let several = wished.map_or_else(|| first.pays(), |count| count > 1);
    if several { first.gain().max(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHT: FirstFrames =
        FirstFrames { frame: 0.5, busy: 0.3, startup: 4.0, waiting: 200.0, memory_mib: Some((600, 143_000)) };

    #[test]
    fn light_frames_get_a_second_session_and_heavy_ones_do_not() {
        assert!(LIGHT.pays());
        assert!(!FirstFrames { frame: 2.5, busy: 2.2, ..LIGHT }.pays());
    }

    #[test]
    fn what_is_foreseen_is_what_a_render_would_do() {
        let gain = |frame, wished| second_session_gain(frame, 4.0, 200.0, Some((600, 143_000)), wished);
        assert_eq!((gain((0.5, 0.3), None), gain((2.5, 2.2), None)), (1.45, 1.0));
        assert_eq!((gain((0.5, 0.3), Some(1)), gain((2.0, 2.0), Some(2))), (1.0, 1.0));
    }

    #[test]
    fn few_frames_little_memory_and_an_unknown_gpu_do_not_pay() {
        assert!(!FirstFrames { waiting: 20.0, ..LIGHT }.pays());
        assert!(!FirstFrames { memory_mib: Some((7000, 15_360)), ..LIGHT }.pays());
        assert!(!FirstFrames { memory_mib: None, ..LIGHT }.pays());
    }
}
