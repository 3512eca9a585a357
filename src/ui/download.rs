//! Progress over bytes: downloads and unpacking.

use console::{Alignment, pad_str};
use indicatif::{ProgressBar, ProgressStyle};

use super::fmt;
use super::layout::fit;
use super::screen::{LiveBar, Screen};
use super::text::sanitize;

/// Progress over a number of bytes; it disappears when finished or dropped.
#[derive(Debug)]
pub struct Bar {
    to: To,
}

#[derive(Debug)]
enum To {
    /// With the columns for the message, so that nothing jumps when it changes.
    Bar(LiveBar, usize),
    Lines(Screen),
    Nowhere,
}

impl Bar {
    /// A bar that is redrawn; a total of 0 stands for an unknown one.
    pub(super) fn drawn(screen: &Screen, total: u64, message: &str) -> Self {
        let columns = (screen.width() / 3).clamp(12, 40);
        let (template, bar) = match total {
            0 => ("{spinner} {msg}  {decimal_bytes}", ProgressBar::no_length()),
            _ => (
                "{msg}  {wide_bar:.cyan/dim}  {decimal_bytes:>9}/{decimal_total_bytes:9}  {decimal_bytes_per_sec:>11}  ETA {eta:>4}",
                ProgressBar::new(total),
            ),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = bar.with_style(style.progress_chars("━╸─")).with_message(short(message, columns));
        let bar = screen.add(bar);
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Self { to: To::Bar(bar, columns) }
    }

    /// A line for each message.
    pub(super) fn lines(screen: &Screen, total: u64, message: &str) -> Self {
        let size = if total > 0 { format!(" ({})", fmt::bytes(total)) } else { String::new() };
        screen.line(&format!("{}{size}", sanitize(message)));
        Self { to: To::Lines(screen.clone()) }
    }

    /// Nothing at all.
    pub(super) fn hidden() -> Self {
        Self { to: To::Nowhere }
    }

    /// Bytes so far.
    pub fn set(&self, bytes: u64) {
        if let To::Bar(bar, _) = &self.to {
            bar.set_position(bytes);
        }
    }

    /// What is being done now.
    pub fn message(&self, message: &str) {
        match &self.to {
            To::Bar(bar, columns) => bar.set_message(short(message, *columns)),
            To::Lines(screen) => screen.line(&sanitize(message)),
            To::Nowhere => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {}
}

/// A message beside a bar, cut or filled up to `columns`.
fn short(message: &str, columns: usize) -> String {
    pad_str(&fit(&sanitize(message), columns), columns, Alignment::Left, None).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    fn seen(width: u16, total: u64) -> String {
        let term = InMemoryTerm::new(8, width);
        let screen = Screen::memory(&term);
        let bar = Bar::drawn(&screen, total, "Blender 4.2.23");
        bar.set(123_456_789);
        bar.message("unpacking\u{1b} into a folder with a long name");
        screen.line("a line above");
        let seen = term.contents();
        bar.finish();
        assert_eq!(term.contents(), "a line above");
        seen
    }

    #[test]
    fn bytes_fit_80_and_120_columns() {
        let rest = "123.46 MB/456.79 MB";
        for (width, start) in [
            (80, "unpacking\\u{1b} into a fo…  ━━╸─────  "),
            (120, "unpacking\\u{1b} into a folder with a lo…  ━━━━━━━━━╸────────────────────────  "),
        ] {
            let seen = seen(width, 456_789_012);
            let expected = format!("a line above\n{start}{rest}");
            assert!(seen.starts_with(&expected), "{seen}\n{expected}");
            assert_eq!(seen.lines().count(), 2, "{seen}");
        }
    }

    #[test]
    fn an_unknown_size_has_no_bar() {
        let seen = seen(80, 0);
        assert!(seen.ends_with(" unpacking\\u{1b} into a fo…  123.46 MB"), "{seen}");
    }
}
