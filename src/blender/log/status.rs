//! Status lines: a head of known fields (`Fra:`, `Time:`, `Remaining:`, `Mem:`), then scene and layer, then
//! the status.
//!
//! Names may hold anything, so the status is sought from the line's end, and the head from its start.

use std::time::Duration;

use super::problem::{self, Problem};
use super::{KernelSet, LogLine, Phase, Status, scan};

/// Between two fields.
const BAR: &str = " | ";
/// The field that an object's name follows.
const NAME: &str = "Synchronizing object";

/// Reads a status, with or without a frame number, perhaps after or before a script's own output.
pub(super) fn read(text: &str) -> Option<LogLine> {
    let head = Head::find(text)?;
    let body = Body::of(head.rest, head.names_scene);
    let phase = match body.phase {
        Some(phase) => phase,
        None => match problem::known(body.last) {
            Some(kind) => return Some(LogLine::Problem(Problem { kind, text: body.last.trim().to_owned() })),
            None if head.frame.is_some() => Phase::Other,
            None => return None,
        },
    };
    Some(LogLine::Status(Status {
        frame: head.frame,
        remaining: head.remaining,
        memory: head.memory,
        device_memory_peak: head.device_memory_peak,
        layer: body.layer,
        phase,
    }))
}

/// Whether an object's name has begun in this part of a line, so that what follows is not Blender's own.
pub(super) fn holds_name(text: &str) -> bool {
    text.split_once(NAME).is_some_and(|(_, rest)| rest.starts_with(BAR))
}

/// The layer in `Scene, Layer`.
pub(super) fn layer_of(names: &str) -> Option<String> {
    names.split_once(", ").map(|(_, layer)| layer.to_owned())
}

/// The fields before the names.
#[derive(Default)]
struct Head<'a> {
    frame: Option<i32>,
    remaining: Option<Duration>,
    memory: Option<u64>,
    device_memory_peak: Option<u64>,
    /// The form up to 4.5, in which Cycles puts scene and layer before the status.
    names_scene: bool,
    rest: &'a str,
}

impl<'a> Head<'a> {
    fn find(text: &'a str) -> Option<Self> {
        if let Some((at, (frame, rest))) =
            scan::find(text, "Fra:", |found| scan::signed(scan::label(found, "Fra:")?))
            && !text.get(..at).is_some_and(holds_name)
        {
            let mut head = Self { frame: Some(frame), rest, ..Self::default() };
            head.blender_memory();
            head.fields();
            return Some(head);
        }
        let remaining =
            scan::find(text, "Remaining:", |found| scan::duration(scan::label(found, "Remaining:")?));
        let memory = scan::find(text, "Mem:", |found| scan::size(scan::label(found, "Mem:")?));
        let start = [remaining.map(|(at, _)| at), memory.map(|(at, _)| at)].into_iter().flatten().min();
        if let Some(at) = start {
            let mut head = Self { rest: text.get(at..)?, ..Self::default() };
            head.fields();
            return Some(head);
        }
        let (_, rest) = scan::find(text, "Rendering ", |found| eevee(found).map(|_| found))?;
        Some(Self { rest, ..Self::default() })
    }

    /// ` Mem:10.41M (Peak 10.83M)`, or ` Mem:10.41M (0.00M, Peak 10.83M)` up to 2.9x.
    fn blender_memory(&mut self) {
        if let Some((bytes, rest)) = self.rest.strip_prefix(" Mem:").and_then(scan::size) {
            self.memory = Some(bytes);
            self.rest = match rest.strip_prefix(" (").and_then(|inside| inside.split_once(')')) {
                Some((_, after)) => after,
                None => rest,
            };
        }
        self.step();
    }

    fn fields(&mut self) {
        while self.field().is_some() && self.step() {}
    }

    /// Takes one known field off the rest, each at most once but for `Time:`.
    fn field(&mut self) -> Option<()> {
        let text = self.rest;
        if let Some(value) = scan::label(text, "Time:") {
            (_, self.rest) = scan::duration(value)?;
        } else if self.remaining.is_none() && text.starts_with("Remaining:") {
            let (remaining, rest) = scan::duration(scan::label(text, "Remaining:")?)?;
            self.remaining = Some(remaining);
            self.rest = rest;
        } else if self.device_memory_peak.is_none() && text.starts_with("Mem:") {
            let (mut bytes, mut rest) = scan::size(scan::label(text, "Mem:")?)?;
            if let Some((peak, after)) = rest.strip_prefix(", Peak:").and_then(scan::size) {
                (bytes, rest, self.names_scene) = (peak, after, true);
            }
            self.device_memory_peak = Some(bytes);
            self.rest = rest;
        } else {
            return None;
        }
        Some(())
    }

    fn step(&mut self) -> bool {
        let next = self.rest.trim_start().strip_prefix('|');
        if let Some(next) = next {
            self.rest = next.trim_start();
        }
        next.is_some()
    }
}

/// Scene, layer and status.
struct Body<'a> {
    phase: Option<Phase>,
    layer: Option<String>,
    /// The last field, where an engine puts its error.
    last: &'a str,
}

impl<'a> Body<'a> {
    fn of(text: &'a str, names_scene: bool) -> Self {
        // From the right, so that a bar at the end of a name stays with the name.
        let mut end = text.len();
        let mut fields: Vec<(usize, &str)> = text
            .rsplit(BAR)
            .map(|field| {
                let start = end.saturating_sub(field.len());
                end = start.saturating_sub(BAR.len());
                (start, field)
            })
            .collect();
        fields.reverse();
        let first = usize::from(names_scene);
        let last = fields.last().map_or(text, |(_, field)| field);
        let found = named(text, names_scene).or_else(|| stated(&fields, first));
        let layer = found.and_then(|(_, start)| {
            let (before, status) = text.split_at_checked(start)?;
            let before = before.strip_suffix(BAR)?;
            // A frame of tiles names the layer once more, in a field of its own: "Scene | ViewLayer |
            // Denoising".
            if status.starts_with("Denoising") || status.starts_with("Finishing") {
                let own =
                    if names_scene { before.split_once(BAR).map(|(_, layer)| layer) } else { Some(before) };
                return own.map(str::to_owned);
            }
            names_scene.then(|| layer_of(before)).flatten()
        });
        Self { phase: found.map(|(phase, _)| phase), layer, last }
    }
}

/// `Synchronizing object | NAME`: whatever the name holds.
fn named(text: &str, names_scene: bool) -> Option<(Phase, usize)> {
    let own = |start: usize| match text.get(..start) {
        Some("") => !names_scene,
        before => before.is_some_and(|before| before.ends_with(BAR)),
    };
    let mut starts = text.match_indices(NAME).map(|(start, _)| start);
    let start = starts.find(|start| own(*start) && text.get(*start..).is_some_and(holds_name))?;
    Some((Phase::Sync, start))
}

/// The last field that is a status, and where the status starts.
fn stated(fields: &[(usize, &str)], first: usize) -> Option<(Phase, usize)> {
    let fields = fields.get(first..)?;
    let (index, phase, start) = fields
        .iter()
        .enumerate()
        .rev()
        .find_map(|(index, (start, field))| Some((index, phase_of(field)?, *start)))?;
    // "Updating Images | Loading NAME", "Compositing | Initializing execution": the first half decides.
    let above = fields
        .get(..index)?
        .iter()
        .rev()
        .find(|(_, field)| field.starts_with("Updating ") || *field == "Compositing");
    match (phase, above) {
        (Phase::Loading | Phase::Kernels { .. }, Some((start, field))) => Some((phase_of(field)?, *start)),
        (Phase::Bvh { .. } | Phase::Sync, Some((start, _))) => Some((phase, *start)),
        _ => Some((phase, start)),
    }
}

/// What one field says; anything may be glued to its end.
fn phase_of(field: &str) -> Option<Phase> {
    const STARTS: &[(&str, Phase)] = &[
        ("Updating Scene BVH", Phase::Bvh { percent: None }),
        ("Updating Mesh BVH", Phase::Bvh { percent: None }),
        ("Updating ", Phase::Sync),
        (NAME, Phase::Sync),
        ("Syncing ", Phase::Sync),
        ("Waiting for render to start", Phase::Loading),
        ("Initializing", Phase::Loading),
        ("Loading render kernels", Phase::Kernels { which: KernelSet::Render }),
        ("Loading denoising kernels", Phase::Kernels { which: KernelSet::Denoise }),
        ("Denoising", Phase::Denoise),
        ("Compositing", Phase::Composite),
        ("Finished", Phase::Finish),
        ("Finishing", Phase::Finish),
        ("Reading full buffer", Phase::Finish),
    ];
    if let Some(percent) = field.strip_prefix("Building BVH") {
        let percent =
            percent.strip_prefix(' ').and_then(scan::number::<u8>).filter(|(_, rest)| rest.starts_with('%'));
        return Some(Phase::Bvh { percent: percent.map(|(percent, _)| percent.min(100)) });
    }
    let start = STARTS.iter().find(|(start, _)| field.starts_with(start));
    start.map(|(_, phase)| *phase).or_else(|| samples(field)).or_else(|| eevee(field))
}

/// `Sample 1/300`, `Rendered 0/6 Tiles, Sample 64/64`, `Path Tracing Tile 4/135, Sample 10/14`.
fn samples(field: &str) -> Option<Phase> {
    let plain = field.strip_prefix("Sample ").or_else(|| field.strip_prefix("Path Tracing Sample "));
    if let Some(((sample, of), _)) = plain.and_then(|text| scan::ratio(text, "/")) {
        return Some(Phase::Sample { sample, of, tile: None });
    }
    let (tile, rest) = match field.strip_prefix("Rendered ") {
        Some(text) => {
            scan::ratio(text, "/").and_then(|(tile, rest)| Some((tile, rest.strip_prefix(" Tiles")?)))?
        }
        None => scan::ratio(field.strip_prefix("Path Tracing Tile ")?, "/")?,
    };
    let counted = rest.strip_prefix(", Sample ").and_then(|text| scan::ratio(text, "/"));
    let (sample, of) = counted.map_or((0, 0), |(counted, _)| counted);
    Some(Phase::Sample { sample, of, tile: Some(tile) })
}

/// `Rendering 1 / 4 samples`.
fn eevee(field: &str) -> Option<Phase> {
    let ((sample, of), rest) = scan::ratio(field.strip_prefix("Rendering ")?, " / ")?;
    rest.starts_with(" samples").then_some(Phase::Sample { sample, of, tile: None })
}
