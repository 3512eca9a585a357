//! A job elsewhere, in words.

use crate::request::{Progress, Stage};
use crate::ui::{fmt, words};

/// A job has come to the queue, or back to it.
pub(super) fn queued(again: bool, note: Option<&str>) -> String {
    let place = if again { "back in the queue" } else { "in the queue" };
    note.map_or_else(|| place.to_owned(), |note| format!("{place}: {note}"))
}

/// A worker has it.
pub(super) fn taken(seconds: f64) -> String {
    format!("a worker took the job after {}", fmt::seconds(seconds))
}

/// Its frames can be counted; the name is sanitized already.
pub(super) fn rendering(name: &str, progress: &Progress) -> String {
    let mut facts = fmt::count(progress.frames, "frame");
    if let Some([width, height]) = progress.resolution {
        facts.push_str(&format!(" at {width}x{height}"));
    }
    facts.extend(progress.samples.map(|samples| format!(", {}", fmt::count(samples, "sample"))));
    facts.extend(progress.device.as_ref().map(|device| format!(", {}", words::device(device))));
    if progress.reused > 0 {
        facts.push_str(&format!(", {} reused", progress.reused));
    }
    format!("rendering {name}: {facts}")
}

/// What the worker is at.
pub(super) fn stage(stage: Stage, note: Option<&str>) -> String {
    let words = match stage {
        Stage::Preparing => "the worker is preparing",
        Stage::Rendering => "rendering",
        Stage::Encoding => "encoding",
        Stage::Checking => "the worker is checking the clip",
        Stage::Delivering => "the worker is delivering the clip",
        Stage::Other => "the worker is busy",
    };
    note.map_or_else(|| words.to_owned(), |note| format!("{words}: {note}"))
}

/// The clip begins to come.
pub(super) fn download_begins(total: Option<u64>) -> String {
    let size = total.filter(|total| *total > 0).map(|total| format!(" ({})", fmt::bytes(total)));
    format!("downloading the clip{}", size.unwrap_or_default())
}

/// The clip is coming.
pub(super) fn download(bytes: u64, total: Option<u64>) -> String {
    match total.filter(|total| *total > 0) {
        Some(total) => {
            let bytes = bytes.min(total);
            let percent = u128::from(bytes) * 100 / u128::from(total);
            format!("downloading {} of {}, {percent}%", fmt::bytes(bytes), fmt::bytes(total))
        }
        None => format!("downloading, {}", fmt::bytes(bytes)),
    }
}
