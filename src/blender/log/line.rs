//! One line: strip what 5.x puts before it, then ask each form in turn.

use super::{LogLine, Phase, Status, problem, scan, status};

/// Starts of lines that say nothing worth showing.
const NOISE: &[&str] = &[
    "Blender quit",
    "Read blend:",
    "Read prefs:",
    "Info: Read library:",
    "EGL Error (",
    "Managed to successfully fallback to surfaceless EGL",
    "region type ",
    "ALSA lib ",
    "AL lib:",
    "[ALSOFT]",
    "jack server is not running",
    "Cannot connect to server socket",
    "Cannot connect to server request channel",
    "JackShmReadWritePtr",
    "connect(2) call to /dev/shm/jack",
    "attempt to connect to server failed",
    "Fontconfig error:",
    "Fontconfig warning:",
    "Sent an internal break event.",
];

/// Starts of lines of 5.x's `render` category that say nothing worth showing.
const RENDER_NOISE: &[&str] = &[
    "Engine: ",
    "Rendering animation (",
    "Rendering single frame (",
    "Executing sequencer",
    "Executing compositor ",
];

/// Understands one line, without its line ending. Any text is allowed.
#[must_use]
pub fn parse_line(line: &str) -> LogLine {
    let origin = Origin::of(line.trim());
    let text = origin.text;
    if text.is_empty() || is_noise(text) {
        return LogLine::Noise;
    }
    if origin.level.is_some() || problem::has_level(text) {
        return problem::read(text, origin.level).map_or(LogLine::Other, LogLine::Problem);
    }
    if origin.category == Some("render")
        && let Some(notice) = notice(text)
    {
        return notice;
    }
    saved(text)
        .or_else(|| skipped(text))
        .or_else(|| frame_time(text))
        .or_else(|| status::read(text))
        .or_else(|| problem::read(text, None).map(LogLine::Problem))
        .unwrap_or(LogLine::Other)
}

/// What 5.x writes before a line: `00:01.329  render           | ERROR `.
struct Origin<'a> {
    category: Option<&'a str>,
    level: Option<problem::Level>,
    text: &'a str,
}

impl<'a> Origin<'a> {
    fn of(line: &'a str) -> Self {
        let bare = Self { category: None, level: None, text: line };
        let Some((category, text)) = Self::strip(line) else { return bare };
        let (level, text) = problem::Level::strip(text.trim_start());
        Self { category: Some(category), level, text: text.trim_start() }
    }

    fn strip(line: &'a str) -> Option<(&'a str, &'a str)> {
        let (_, rest) = scan::duration(line)?;
        // A script's own clock has no milliseconds.
        line.strip_suffix(rest)?.contains('.').then_some(())?;
        let rest = rest.strip_prefix(' ')?.trim_start();
        let memory = scan::size(rest).and_then(|(_, rest)| rest.strip_prefix(' '));
        let (category, text) = memory.unwrap_or(rest).split_once('|')?;
        let category = category.trim();
        (!category.is_empty() && !category.contains(char::is_whitespace)).then_some((category, text))
    }
}

fn is_noise(text: &str) -> bool {
    let banner =
        text.strip_prefix("Blender ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    banner || NOISE.iter().any(|start| text.starts_with(start))
}

/// The notices of 5.x around a render; they name the frame and the layer that its statuses leave out.
fn notice(text: &str) -> Option<LogLine> {
    let status = if let Some((frame, "")) = text.strip_prefix("Rendering frame ").and_then(scan::signed) {
        Status { frame: Some(frame), ..Status::new(Phase::Loading) }
    } else if let Some(names) = text.strip_prefix("Start rendering: ") {
        Status { layer: status::layer_of(names), ..Status::new(Phase::Loading) }
    } else if text == "Executing compositor" {
        Status::new(Phase::Composite)
    } else {
        return RENDER_NOISE.iter().any(|start| text.starts_with(start)).then_some(LogLine::Noise);
    };
    Some(LogLine::Status(status))
}

/// `Saved: '…'`. The path may hold quotes.
fn saved(text: &str) -> Option<LogLine> {
    quoted(text, "Saved: '", '\'').map(|path| LogLine::Saved { path })
}

/// `skipping existing frame "…"`, with a capital in 5.x.
fn skipped(text: &str) -> Option<LogLine> {
    let path = quoted(text, "skipping existing frame \"", '"');
    path.or_else(|| quoted(text, "Skipping existing frame \"", '"')).map(|path| LogLine::Skipped { path })
}

/// What stands between `label` and the last quote. After something that was printed without a line ending it
/// has to end the line: a layer's name may look like it, but a status follows that.
fn quoted(text: &str, label: &str, quote: char) -> Option<String> {
    let (before, path) = text.split_once(label)?;
    let (path, after) = path.rsplit_once(quote)?;
    let own = before.is_empty() || (after.is_empty() && !status::holds_name(before));
    own.then(|| path.to_owned())
}

/// `Time: 00:00.47 (Saving: 00:00.08)`, at the line's start or, perhaps in a quote, at its end.
fn frame_time(text: &str) -> Option<LogLine> {
    let (at, (total, rest)) =
        scan::find(text, "Time: ", |found| scan::duration(found.strip_prefix("Time: ")?))?;
    let saving = rest.strip_prefix(" (Saving: ").and_then(scan::duration);
    let glued = || {
        let ends = saving.is_some_and(|(_, rest)| matches!(rest, ")" | ")'" | ")\""));
        ends && !text.get(..at).is_some_and(status::holds_name)
    };
    let saving = saving.map(|(saving, _)| saving);
    (at == 0 || glued()).then_some(LogLine::FrameTime { total, saving })
}
