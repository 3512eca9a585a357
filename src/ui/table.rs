//! Tables for stdout.

use std::collections::BTreeSet;
use std::fmt;
use std::io::IsTerminal;

use console::{Term, measure_text_width, truncate_str};

use super::text::sanitize;
use super::wrap::wrap;

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
    kept: BTreeSet<usize>,
    wraps: bool,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(headers: &[&str]) -> Self {
        let headers = headers.iter().map(|header| sanitize(header)).collect();
        Self { headers, right: BTreeSet::new(), kept: BTreeSet::new(), wraps: false, rows: Vec::new() }
    }

    /// Aligns a column, counted from 0, to the right: for numbers.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right.insert(column);
        self
    }

    /// Cuts a column, counted from 0, only when no other can give way: for names, which somebody wants to type.
    #[must_use]
    pub fn keep(mut self, column: usize) -> Self {
        self.kept.insert(column);
        self
    }

    /// Breaks cells that are too wide into lines instead of cutting them off: for what is read rather than looked over.
    #[must_use]
    pub fn wrapping(mut self) -> Self {
        self.wraps = true;
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
        let rows = std::iter::once(&self.headers).chain(&self.rows);
        let lines: Vec<String> = if self.wraps {
            rows.flat_map(|cells| self.wrapped(cells, &widths)).collect()
        } else {
            rows.map(|cells| self.line(cells, &widths)).collect()
        };
        lines.join("\n")
    }

    /// A row on as many lines as its longest cell takes.
    fn wrapped(&self, cells: &[String], widths: &[usize]) -> Vec<String> {
        let columns: Vec<Vec<String>> =
            cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        let nth = |row: usize| -> Vec<String> {
            columns.iter().map(|lines| lines.get(row).cloned().unwrap_or_default()).collect()
        };
        (0..height).map(|row| self.line(&nth(row), widths)).collect()
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
            let given = spare.max_by_key(|column| (!self.kept.contains(column), widths[*column]));
            let Some(widest) = given else { break };
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
        f.write_str(&self.render(columns()))
    }
}

/// Columns of the terminal that stdout is; without end elsewhere.
pub(super) fn columns() -> usize {
    if std::io::stdout().is_terminal() { Term::stdout().size().1.into() } else { usize::MAX }
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

    #[test]
    fn a_name_is_cut_last() {
        let first = |table: Table, width| table.render(width).lines().nth(1).unwrap_or_default().to_owned();
        assert_eq!(first(sample(), 40), "ai_cpu_activa…       8 s  A processor w…");
        assert_eq!(first(sample().keep(0), 40), "ai_cpu_activation       8 s  A processo…");
        // Where nothing else can give way it does.
        assert_eq!(first(sample().keep(0), 38), "ai_cpu_activat…       8 s  A processo…");
        let mut table = Table::new(&["NAME", "FROM", "WHAT"]).keep(0);
        table.row(
            ["ai_cpu_activation", "/home/me/templates", "A processor wakes up"].map(str::to_owned).to_vec(),
        );
        assert_eq!(first(table, 45), "ai_cpu_activation  /home/me/te…  A processor…");
    }

    #[test]
    fn a_wrapping_table_loses_nothing() {
        let mut table = Table::new(&["NAME", "TAKES", "HELP"]).wrapping();
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        table.row(row(["finish", "one of glass, brushed metal", "What the logo is made of"]));
        table.row(row(["spin", "true or false", ""]));
        assert_eq!(
            table.render(40),
            "NAME    TAKES            HELP\n\
             finish  one of glass,    What the logo\n\
             \x20       brushed metal    is made of\n\
             spin    true or false"
        );
        assert_eq!(table.render(usize::MAX).lines().count(), 3);
    }

    proptest! {
        #[test]
        fn a_table_is_never_wider_than_asked(
            rows in prop::collection::vec(prop::collection::vec(any::<String>(), 0..5), 0..6), width in 40usize..200
        ) {
            let mut table = Table::new(&["A", "B", "C"]);
            rows.into_iter().for_each(|row| table.row(row));
            let wrapped = table.clone().wrapping().render(width);
            prop_assert!(wrapped.lines().all(|line| measure_text_width(line) <= width), "{}", wrapped);
            let text = table.clone().keep(0).render(width);
            prop_assert_eq!(text.split('\n').count(), table.rows.len() + 1);
            prop_assert!(text.lines().all(|line| measure_text_width(line) <= width), "{}", text);
        }
    }
}
