//! What earlier jobs of a template took at an endpoint: the best ground there is for the next one.

use super::{Spread, Work};
use crate::error::Result;
use crate::request::{Device, Fps, RenderRequest, Settings};
use crate::runpod::{Endpoint, Entry, JobStatus, Standing};

/// Seconds of a job that do not grow with its work: the template is opened, kernels are loaded, the clip is proved and
/// sent. A template on a warm GPU host took 3 to 7 s to its first frame.
const FIXED: f64 = 8.0;
/// The latest jobs that are looked at.
const MOST: usize = 8;
/// How far off a job of the same work may be: workers of one endpoint have different GPUs, neighbours and caches.
const NOISE: f64 = 0.1;
/// How much further off for each time that the work is twice or half as much.
const STRETCH: f64 = 0.1;
/// No spread is made wider than that for being stretched.
const WIDEST: f64 = 0.5;

/// What a request renders: the endpoint's template of that name, what has that hash, or the file that goes with it, which
/// `name` tells.
fn subject(request: &RenderRequest, name: &str) -> String {
    match (&request.template, &request.template_sha256) {
        (Some(name), _) => format!("template {name}"),
        (None, Some(sha256)) => format!("sha256 {}", sha256.to_ascii_lowercase()),
        (None, None) => format!("file {name}"),
    }
}

/// One job that is done.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Done {
    seconds: f64,
    work: Work,
}

/// The jobs of one template that an endpoint has done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past(Vec<Done>);

impl Past {
    /// Out of the journal, newest first, what `endpoint` did of the template that `request` names, or of the .blend that
    /// goes with it, whose SHA-256 `name` is. `beneath` are the
    /// template's own defaults; where they are not known, only jobs count that leave open what `request` leaves open.
    /// `file_fps` is the template's rate, asked for only where a range of frames needs it.
    pub fn of(
        entries: &[Entry],
        endpoint: &Endpoint,
        (request, name): (&RenderRequest, &str),
        beneath: Option<&RenderRequest>,
        file_fps: impl Fn() -> Option<Fps>,
    ) -> Self {
        let wanted = subject(request, name);
        let done = |entry: &Entry| -> Option<Done> {
            let there = entry.endpoint().ok()?;
            let same_place = there.id() == endpoint.id() && there.base() == endpoint.base();
            let succeeded = match entry.standing() {
                Standing::Fetched(_) => true,
                Standing::Remote(status) => status == JobStatus::Completed,
                // Forgotten by the endpoint, but what it last said still holds.
                Standing::Gone => entry.status() == Some(&JobStatus::Completed),
                _ => false,
            };
            let mut input = entry.request().get("input").filter(|_| same_place && succeeded)?.clone();
            // What a file held is not kept, and a link may be cut.
            let fields = input.as_object_mut()?;
            fields.retain(|field, _| !["blend_base64", "upload_url"].contains(&field.as_str()));
            let earlier = RenderRequest::read(&input).ok()?;
            if subject(&earlier, entry.content().unwrap_or(entry.template())) != wanted {
                return None;
            }
            if beneath.is_none() && left_open(&earlier) != left_open(request) {
                return None;
            }
            if on_processor(&earlier, beneath) != on_processor(request, beneath) {
                return None;
            }
            let seconds = entry.execution_ms()? as f64 / 1000.0;
            let work = work_of(&earlier, beneath, &file_fps).ok()?;
            (seconds > 0.0).then_some(Done { seconds, work })
        };
        Self(entries.iter().filter_map(done).take(MOST).collect())
    }

    /// How many jobs that are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Seconds that the next job takes there.
    pub fn forecast(&self, work: &Work) -> Option<Spread> {
        let scaled: Vec<(f64, f64)> = self.0.iter().map(|done| scale(done, work)).collect();
        let all = Spread::of(&scaled.iter().map(|(seconds, _)| *seconds).collect::<Vec<_>>())?;
        // The nearest of them says how far all of it is stretched.
        let stretched = scaled.iter().map(|(_, doublings)| *doublings).fold(f64::INFINITY, f64::min);
        Some(all.at_least((NOISE + STRETCH * stretched).min(WIDEST)))
    }
}

/// What a job as large as `work` takes, going by this one, and how often its work is doubled or halved for that.
fn scale(done: &Done, work: &Work) -> (f64, f64) {
    let factor = work.beside(&done.work);
    let fixed = FIXED.min(done.seconds);
    (fixed + (done.seconds - fixed) * factor, factor.log2().abs())
}

/// The work that a request means, with the template's defaults beneath it.
fn work_of(
    request: &RenderRequest,
    beneath: Option<&RenderRequest>,
    file_fps: impl Fn() -> Option<Fps>,
) -> Result<Work> {
    let whole = request.clone().over(beneath.unwrap_or(&RenderRequest::default()));
    let file_fps = if whole.frames.is_some() { file_fps() } else { None };
    Work::of(&Settings::new(&whole)?, file_fps)
}

/// Whether a worker renders it on its processor, which takes another time altogether.
fn on_processor(request: &RenderRequest, beneath: Option<&RenderRequest>) -> bool {
    request.device.or(beneath.and_then(|beneath| beneath.device)) == Some(Device::Cpu)
}

fn left_open(request: &RenderRequest) -> [bool; 5] {
    [
        request.duration.is_none(),
        request.frames.is_none(),
        request.fps.is_none(),
        request.resolution.is_none(),
        request.samples.is_none(),
    ]
}

#[cfg(test)]
#[path = "tests/past.rs"]
mod tests;
