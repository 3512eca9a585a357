//! The last lines of a tool's output, kept for the error message.

use std::collections::VecDeque;

/// Keeps the last lines that were pushed, each cut at a length fit for a screen.
#[derive(Debug, Clone)]
pub struct Tail {
    lines: VecDeque<String>,
    most: usize,
}

/// Characters kept of one line.
const WIDEST: usize = 300;

impl Tail {
    /// Keeps at most `most` lines.
    pub fn new(most: usize) -> Self {
        Self { lines: VecDeque::with_capacity(most), most }
    }

    /// Adds a line; blank ones are left out.
    pub fn push(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        if self.lines.len() == self.most {
            self.lines.pop_front();
        }
        self.lines.push_back(line.trim_end().chars().take(WIDEST).collect());
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// The lines joined by newlines.
    pub fn text(&self) -> String {
        self.lines().collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_stay() {
        let mut tail = Tail::new(2);
        for line in ["one", "", "two", "  ", "three\n"] {
            tail.push(line);
        }
        assert_eq!(tail.text(), "two\nthree");
        tail.push(&"é".repeat(1000));
        assert_eq!(tail.lines().next_back().unwrap().chars().count(), WIDEST);
    }
}
