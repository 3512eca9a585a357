//! What the pipeline is doing, in words.

use std::time::Duration;

use crate::blender::log::{KernelSet, Phase};
use crate::event::Step;
use crate::request::{Backend, DeviceUsed};

use super::fmt;
use super::text::sanitize;

/// A step before the first frame.
pub(crate) fn step(step: &Step) -> String {
    match step {
        Step::ProbeEncoder => "probing the encoder".to_owned(),
        Step::StartBlender => "starting Blender".to_owned(),
        Step::OpenTemplate => "opening the template".to_owned(),
        Step::WaitForLock { pid: Some(pid) } => {
            format!("waiting for the broll with pid {pid}, which renders the same frames")
        }
        Step::WaitForLock { pid: None } => {
            "waiting for another broll, which renders the same frames".to_owned()
        }
    }
}

/// What a frame is at.
pub(super) fn phase(phase: Phase) -> String {
    match phase {
        Phase::Loading => "loading".to_owned(),
        Phase::Kernels { which: KernelSet::Render } => {
            "loading render kernels, may take minutes the first time".to_owned()
        }
        Phase::Kernels { which: KernelSet::Denoise } => {
            "loading denoise kernels, may take minutes the first time".to_owned()
        }
        Phase::Sync => "sync".to_owned(),
        Phase::Bvh { percent: Some(percent) } => format!("BVH {percent}%"),
        Phase::Bvh { percent: None } => "BVH".to_owned(),
        Phase::Sample { of: 0, tile: Some(tile), .. } => tile_of(tile),
        Phase::Sample { sample, of: 0, tile: None } => format!("sample {sample}"),
        Phase::Sample { sample, of, tile: Some(tile) } => format!("sample {sample}/{of} ({})", tile_of(tile)),
        Phase::Sample { sample, of, tile: None } => format!("sample {sample}/{of}"),
        Phase::Denoise => "denoise".to_owned(),
        Phase::Composite => "composite".to_owned(),
        Phase::Finish => "finish".to_owned(),
        Phase::Save => "save".to_owned(),
        Phase::Other => "rendering".to_owned(),
    }
}

/// The tile in work, from the tiles finished and the tiles in all.
fn tile_of((finished, all): (u32, u32)) -> String {
    format!("tile {}/{all}", finished.saturating_add(1).min(all))
}

/// `OptiX (2 × NVIDIA L4)`.
pub(super) fn device(device: &DeviceUsed) -> String {
    let backend = Backend::PREFERRED
        .into_iter()
        .find(|known| known.cycles_name().eq_ignore_ascii_case(&device.backend));
    let label = match backend {
        Some(backend) => backend.label().to_owned(),
        None if device.backend == "cpu" => "CPU".to_owned(),
        None => sanitize(&device.backend),
    };
    let mut groups: Vec<(&str, u32)> = Vec::new();
    for name in &device.names {
        match groups.iter_mut().find(|(known, _)| known == name) {
            Some((_, count)) => *count += 1,
            None => groups.push((name, 1)),
        }
    }
    let names: Vec<String> = groups
        .into_iter()
        .map(|(name, count)| if count > 1 { format!("{count} × {}", sanitize(name)) } else { sanitize(name) })
        .collect();
    if names.is_empty() { label } else { format!("{label} ({})", names.join(", ")) }
}

/// A frame as people count, from 1.
pub(super) fn frame(number: u32) -> String {
    format!("frame {}", u64::from(number) + 1)
}

/// Why a frame is rendered once more.
pub(crate) fn retried(number: u32, reason: &str) -> String {
    format!("{} is rendered again: {reason}", frame(number))
}

/// Where a job is, and how to come back to it.
pub(super) fn submitted(id: &str, endpoint: &str) -> [String; 2] {
    let (id, endpoint) = (sanitize(id), sanitize(endpoint));
    [format!("job {id} on endpoint {endpoint}"), format!("come back to it with: broll jobs watch {id}")]
}

/// Why the endpoint is asked once more.
pub(super) fn asked_again(reason: &str, wait: Duration) -> String {
    let when = if wait.is_zero() { String::new() } else { format!(" in {}", fmt::duration(wait)) };
    format!("{reason}; trying again{when}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_have_words() {
        let sample = |sample, of, tile| phase(Phase::Sample { sample, of, tile });
        assert_eq!(sample(32, 64, None), "sample 32/64");
        assert_eq!(sample(32, 64, Some((2, 6))), "sample 32/64 (tile 3/6)");
        assert_eq!(sample(0, 0, Some((6, 6))), "tile 6/6");
        assert_eq!(sample(7, 0, None), "sample 7");
        assert_eq!(phase(Phase::Bvh { percent: Some(93) }), "BVH 93%");
        assert_eq!(frame(u32::MAX), "frame 4294967296");
    }

    #[test]
    fn devices_are_counted() {
        let used = |backend: &str, names: &[&str]| {
            device(&DeviceUsed {
                backend: backend.into(),
                names: names.iter().map(|&name| name.into()).collect(),
            })
        };
        assert_eq!(used("optix", &["NVIDIA L4"]), "OptiX (NVIDIA L4)");
        assert_eq!(used("cuda", &["NVIDIA L4", "NVIDIA T4", "NVIDIA L4"]), "CUDA (2 × NVIDIA L4, NVIDIA T4)");
        assert_eq!(used("cpu", &[]), "CPU");
        assert_eq!(used("new\n", &["a\u{1b}"]), "new\\n (a\\u{1b})");
    }
}
