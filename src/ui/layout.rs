//! Progress lines laid out for a width. Pure.

use std::time::Duration;

use console::{measure_text_width, style, truncate_str};

use super::fmt;
use super::text::{bold, dim};

/// A bar narrower than this says nothing, so other things give way first.
const NARROWEST_BAR: usize = 12;
/// A bar wider than this says no more.
const WIDEST_BAR: usize = 40;
/// Columns for the template's name.
const WIDEST_NAME: usize = 24;

/// What the line of the whole clip shows.
#[derive(Debug, Clone)]
pub(super) struct Clip<'a> {
    /// The template.
    pub(super) name: &'a str,
    /// Whole frames.
    pub(super) done: u32,
    /// Frames in the clip.
    pub(super) total: u32,
    /// Frames with a part of the one in work.
    pub(super) position: f64,
    /// Since the command began.
    pub(super) elapsed: Duration,
    /// To the last frame.
    pub(super) eta: Option<Duration>,
}

impl Clip<'_> {
    /// How much is done, 0 to 1.
    fn share(&self) -> f64 {
        if self.total == 0 { 1.0 } else { (self.position / f64::from(self.total)).clamp(0.0, 1.0) }
    }

    /// `NAME  ━━━━━╸────  97/240 frames   40%  00:03:12 elapsed  ETA 00:04:48` in at most `width` columns.
    pub(super) fn line(&self, width: usize) -> String {
        let total = self.total.to_string();
        let count = format!("{:>1$}/{total}", self.done, total.len());
        let percent = format!("{:>3}%", (self.share() * 100.0) as u32);
        let elapsed = fmt::clock(self.elapsed);
        let eta = format!("ETA {}", self.eta.map_or_else(|| "--:--:--".to_owned(), fmt::clock));
        let noun = if self.total == 1 { "frame" } else { "frames" };
        let name = truncate_str(self.name, WIDEST_NAME, "…");
        let room =
            |tail: &str| width.saturating_sub(measure_text_width(&name) + measure_text_width(tail) + 4);
        let tails = [
            format!("{count} {noun}  {percent}  {elapsed} elapsed  {eta}"),
            format!("{count} {noun}  {percent}  {elapsed}  {eta}"),
            format!("{count} {noun}  {percent}  {eta}"),
            format!("{count} {noun}  {percent}"),
        ];
        match tails.iter().find(|tail| room(tail) >= NARROWEST_BAR) {
            Some(tail) => {
                format!("{}  {}  {tail}", bold(&name), bar(self.share(), room(tail).min(WIDEST_BAR)))
            }
            None => fit(&format!("{count} {noun}  {percent}  {name}"), width),
        }
    }
}

/// A line cut to the width with a mark where it was cut.
pub(super) fn fit(line: &str, width: usize) -> String {
    truncate_str(line, width, "…").into_owned()
}

/// A text broken between words into at most `most` lines of `width` columns; what is left over is cut.
pub(crate) fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines.len() >= most;
        if let Some(line) = lines.last_mut() {
            let fits = measure_text_width(line) + 1 + measure_text_width(word) <= width;
            if line.is_empty() {
                line.push_str(word);
            } else if fits || full {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines.iter().map(|line| fit(line, width)).collect()
}

/// A spinner's picture at this moment.
pub(super) fn spinner(elapsed: Duration) -> &'static str {
    const PICTURES: [&str; 8] = ["⠋", "⠙", "⠸", "⢰", "⣠", "⣄", "⡆", "⠇"];
    PICTURES[(elapsed.as_millis() / 100 % 8) as usize]
}

/// Characters of half-column resolution; the shapes differ, so that it is legible without colours.
fn bar(share: f64, width: usize) -> String {
    let halves = (share * (width * 2) as f64) as usize;
    let (full, half) = (halves / 2, halves % 2);
    let mut filled = "━".repeat(full);
    filled.push_str(if half == 1 { "╸" } else { "" });
    let rest = "─".repeat(width.saturating_sub(full + half));
    format!("{}{}", style(filled).cyan().for_stderr(), dim(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::strip_ansi_codes;
    use proptest::prelude::*;

    fn clip(name: &str) -> Clip<'_> {
        let (elapsed, eta) = (Duration::from_secs(192), Some(Duration::from_secs(288)));
        Clip { name, done: 97, total: 240, position: 97.5, elapsed, eta }
    }

    #[test]
    fn things_give_way_one_by_one() {
        let at = |width| strip_ansi_codes(&clip("ai_cpu_activation").line(width)).into_owned();
        let full = " 97/240 frames   40%  00:03:12 elapsed  ETA 00:04:48";
        let bar = "━━━━━━━━━━━━━━━━────────────────────────";
        assert_eq!(at(200), format!("ai_cpu_activation  {bar}  {full}"));
        assert_eq!(
            at(80),
            "ai_cpu_activation  ━━━━━━─────────   97/240 frames   40%  00:03:12  ETA 00:04:48"
        );
        assert_eq!(at(70), "ai_cpu_activation  ━━━━━━─────────   97/240 frames   40%  ETA 00:04:48");
        assert_eq!(at(55), "ai_cpu_activation  ━━━━━╸────────   97/240 frames   40%");
        assert_eq!(at(30), " 97/240 frames   40%  ai_cpu_…");
        let long = clip("a_template_with_a_very_long_name_indeed").line(120);
        assert!(strip_ansi_codes(&long).starts_with("a_template_with_a_very_…  ━"), "{long}");
    }

    proptest! {
        #[test]
        fn a_line_never_wraps(
            name: String, done: u32, total: u32, position: f64, secs in 0u64..400_000, eta: Option<u32>, width in 0usize..300
        ) {
            let eta = eta.map(|eta| Duration::from_secs(eta.into()));
            let name = crate::ui::sanitize(&name);
            let line = Clip { name: &name, done, total, position, elapsed: Duration::from_secs(secs), eta }.line(width);
            prop_assert!(measure_text_width(&line) <= width.max(1), "{line}");
        }
    }
}
