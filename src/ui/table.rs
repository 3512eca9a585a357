//! Tables for stdout.

use std::collections::BTreeSet;
use std::fmt;
use std::io::IsTerminal;

use console::{Term, measure_text_width, truncate_str};

use super::text::sanitize;

/// Between two columns.
const GAP: usize = 2;
/// No column is made narrower than this, nor than its header.
const NARROWEST: usize = 8;

/// Rows under headers, each column as wide as it must be.
///
/// Displayed on a terminal it fits the terminal's width: the widest columns give way first. Off a terminal nothing is
/// cut off, so that scripts see all of it.
#[derive(Debug, Clone)]
pub struct Table {
    headers: Vec<String>,
    right: BTreeSet<usize>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(headers: &[&str]) -> Self {
        let headers = headers.iter().map(|header| sanitize(header)).collect();
        Self { headers, right: BTreeSet::new(), rows: Vec::new() }
    }

    /// Aligns a column, counted from 0, to the right: for numbers.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right.insert(column);
        self
    }

    /// Adds a row; missing cells are empty, and cells beyond the headers are left out.
    pub fn row(&mut self, cells: Vec<String>) {
        let mut cells: Vec<String> = cells.into_iter().map(|cell| sanitize(&cell)).collect();
        cells.resize(self.headers.len(), String::new());
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table in at most `width` columns, if that is possible, without a line break at the end.
    pub fn render(&self, width: usize) -> String {
        let widths = self.widths(width);
        let lines: Vec<String> =
            std::iter::once(&self.headers).chain(&self.rows).map(|cells| self.line(cells, &widths)).collect();
        lines.join("\n")
    }

    fn widths(&self, width: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = (0..self.headers.len())
            .map(|column| {
                let cells = self.rows.iter().map(|row| &row[column]).chain([&self.headers[column]]);
                cells.map(|cell| measure_text_width(cell)).max().unwrap_or(0)
            })
            .collect();
        let least: Vec<usize> =
            self.headers.iter().map(|header| measure_text_width(header).max(NARROWEST)).collect();
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            // Numbers are worthless in part, so columns at the right edge keep their width.
            let spare = (0..widths.len())
                .filter(|column| widths[*column] > least[*column] && !self.right.contains(column));
            let Some(widest) = spare.max_by_key(|column| widths[*column]) else { break };
            widths[widest] -= 1;
        }
        widths
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let cell = truncate_str(cell, *width, "…");
            let padding = " ".repeat(width.saturating_sub(measure_text_width(&cell)));
            if column > 0 {
                line.push_str(&" ".repeat(GAP));
            }
            let (before, after) =
                if self.right.contains(&column) { (&*padding, "") } else { ("", &*padding) };
            line.extend([before, &*cell, after]);
        }
        line.truncate(line.trim_end().len());
        line
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = if std::io::stdout().is_terminal() { Term::stdout().size().1.into() } else { usize::MAX };
        f.write_str(&self.render(width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Table {
        let mut table = Table::new(&["NAME", "DURATION", "DESCRIPTION"]).right(1);
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        table.row(row(["ai_cpu_activation", "8 s", "A processor wakes up, trace by trace"]));
        table.row(row(["立方体", "12.5 s", "Wide\tcells\nand controls \u{1b}[31m"]));
        table.row(vec!["short".to_owned()]);
        table
    }

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        assert_eq!(
            sample().render(usize::MAX),
            "NAME               DURATION  DESCRIPTION\n\
             ai_cpu_activation       8 s  A processor wakes up, trace by trace\n\
             立方体               12.5 s  Wide\\tcells\\nand controls \\u{1b}[31m\n\
             short"
        );
    }

    #[test]
    fn the_widest_column_gives_way_first() {
        assert_eq!(
            sample().render(50),
            "NAME               DURATION  DESCRIPTION\n\
             ai_cpu_activation       8 s  A processor wakes up…\n\
             立方体               12.5 s  Wide\\tcells\\nand con…\n\
             short"
        );
        assert!(sample().render(0).lines().all(|line| measure_text_width(line) <= 8 + 2 + 8 + 2 + 11));
        assert_eq!(Table::new(&[]).render(80), "");
        assert!(Table::new(&["A"]).is_empty());
    }

    proptest! {
        #[test]
        fn a_table_is_never_wider_than_asked(
            rows in prop::collection::vec(prop::collection::vec(any::<String>(), 0..5), 0..6), width in 40usize..200
        ) {
            let mut table = Table::new(&["A", "B", "C"]);
            rows.into_iter().for_each(|row| table.row(row));
            let text = table.render(width);
            prop_assert_eq!(text.split('\n').count(), table.rows.len() + 1);
            prop_assert!(text.lines().all(|line| measure_text_width(line) <= width), "{}", text);
        }
    }
}
