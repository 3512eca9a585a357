//! `broll doctor`: what this machine can do, and how to mend what it cannot.

use console::{measure_text_width, style};

use super::Context;
use crate::error::Result;
use crate::toolchain::doctor::{self, Check, Report, Status};
use crate::ui::sanitize;

/// Check what this machine can do, and how to mend what it cannot.
///
/// Everything is tried for real: Blender answers with the devices it sees, each encoder encodes a frame. Ends with 0
/// when `broll render` works here, else with 3.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Args {}

/// Columns of a report that does not go to a terminal.
const WIDTH: usize = 80;
/// Columns before what was found: a mark, a name, and gaps.
const INDENT: usize = 16;

/// Runs `broll doctor`; the answer is printed also when the exit code is 3.
///
/// # Errors
/// `interrupted`, and those of stdout.
pub fn run(context: &Context, _args: Args) -> Result<u8> {
    let report = doctor::examine(&context.paths)?;
    if context.ui.json {
        context.ui.answer_json(&serde_json::to_value(&report).unwrap_or_default())?;
    } else {
        let width = console::Term::stdout().size_checked().map_or(WIDTH, |(_, columns)| usize::from(columns));
        context.ui.answer_styled(&text(&report, width))?;
    }
    Ok(if report.ok { 0 } else { 3 })
}

fn text(report: &Report, width: usize) -> String {
    let mut lines = Vec::new();
    for (at, check) in report.checks.iter().enumerate() {
        // A long reason that an earlier row gave already is not told twice.
        let found = match report.checks[..at].iter().find(|before| before.found == check.found) {
            Some(before) if check.found.len() > width.saturating_sub(INDENT) => format!("as {}", before.name),
            _ => check.found.clone(),
        };
        lines.extend(row(check, &found, width));
    }
    lines.push(String::new());
    lines.extend(wrap(verdict(report), width, 0));
    lines.join("\n")
}

fn row(check: &Check, found: &str, width: usize) -> Vec<String> {
    let mark = match check.status {
        Status::Ok => style('✓').green(),
        Status::Failed => style('✗').red().bold(),
        Status::Info => style('–').dim(),
    };
    let name = sanitize(&check.name);
    let padding = " ".repeat((INDENT - 2).saturating_sub(measure_text_width(&name)));
    let mut lines = wrap(&sanitize(found), width, INDENT);
    if let Some(first) = lines.first_mut() {
        *first = format!("{mark} {name}{padding}{}", first.trim_start());
    }
    let fix = check.fix.as_ref().map(|fix| wrap(&sanitize(&format!("fix: {fix}")), width, INDENT));
    lines.extend(fix.into_iter().flatten());
    lines
}

/// Breaks between words; every line is indented.
fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let room = width.saturating_sub(indent).max(20);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().map(|line| (measure_text_width(line), line));
        match line {
            Some((0, line)) => line.push_str(word),
            Some((used, line)) if used + 1 + measure_text_width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| format!("{}{line}", " ".repeat(indent))).collect()
}

fn verdict(report: &Report) -> &'static str {
    match (report.ok, report.cpu_ok) {
        (true, _) => "`broll render` works here",
        (false, true) => "`broll render … --cpu` works here; without --cpu it needs what is marked ✗",
        (false, false) => "`broll render` does not work here: mend what is marked ✗",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, status: Status, found: &str, fix: Option<&str>) -> Check {
        Check { name: name.to_owned(), status, found: found.to_owned(), fix: fix.map(str::to_owned) }
    }

    #[test]
    fn rows_are_aligned_and_wrapped_and_end_with_the_verdict() {
        let long =
            "the NVIDIA driver is too old for this ffmpeg: it needs NVENC API 13.1, driver 610.00 or newer";
        let report = Report {
            ok: false,
            cpu_ok: true,
            checks: vec![
                check("Blender", Status::Ok, "4.2.23 LTS (managed) /d/bin/python", None),
                check("h264_nvenc", Status::Failed, long, Some("update the driver")),
                check("hevc_nvenc", Status::Info, long, None),
            ],
        };
        let shown = text(&report, WIDTH);
        assert_eq!(
            shown,
            "✓ Blender       4.2.23 LTS (managed) /d/bin/python\n\
             ✗ h264_nvenc    the NVIDIA driver is too old for this ffmpeg: it needs NVENC API\n\
             \x20               13.1, driver 610.00 or newer\n\
             \x20               fix: update the driver\n\
             – hevc_nvenc    as h264_nvenc\n\
             \n\
             `broll render … --cpu` works here; without --cpu it needs what is marked ✗"
        );
    }
}
