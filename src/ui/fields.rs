//! Names and values, one a line.

use console::measure_text_width;

use super::table::columns;
use super::text::sanitize;
use super::wrap::wrap;

/// Narrower than this a value is not broken into lines.
const NARROWEST: usize = 24;

/// `name  value` lines with the values under each other; empty values are left out. On a terminal long values are broken
/// between words.
pub fn fields(pairs: &[(&str, String)]) -> String {
    lines(pairs, columns())
}

fn lines(pairs: &[(&str, String)], columns: usize) -> String {
    let shown: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    let width = shown.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let room = columns.saturating_sub(width + 2);
    let lines = shown.iter().map(|(name, value)| {
        let value = sanitize(value);
        // A path that is torn apart cannot be copied.
        let breaks = room >= NARROWEST && value.split(' ').all(|word| measure_text_width(word) <= room);
        let parts = if breaks { wrap(&value, room) } else { vec![value] };
        format!("{name:width$}  {}", parts.join(&format!("\n{:width$}  ", "")))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_under_each_other_and_paths_stay_whole() {
        let pairs = [
            ("name", "logo".to_owned()),
            ("description", "A logo that is cut out of glass".to_owned()),
            ("author", String::new()),
            ("file", "/a/very/long/path/to/a/file.blend".to_owned()),
        ];
        assert_eq!(
            lines(&pairs, 38),
            "name         logo\n\
             description  A logo that is cut out of\n\
             \x20            glass\n\
             file         /a/very/long/path/to/a/file.blend"
        );
        assert!(lines(&pairs, usize::MAX).lines().count() == 3 && lines(&pairs, 5).lines().count() == 3);
    }
}
