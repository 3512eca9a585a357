//! A line as it was typed, up to the cursor, taken apart the way a shell does.

/// The words of a line; the last is the one at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Whole words without their quotes, the program's name first.
    pub(super) words: Vec<String>,
    /// The word at the cursor without its quotes; empty after a space.
    pub(super) current: String,
    /// The quote that is open at the cursor.
    pub(super) quote: Option<char>,
    /// Bytes of `current` before the part that the shell puts a candidate in place of.
    pub(super) kept: usize,
}

/// Where readline breaks a word, but leaves the character to the part that it replaces (rl_special_prefixes).
const KEPT: &str = "$@";

impl Line {
    /// Takes a line apart: blanks outside quotes separate, `escape` frees the next character of its meaning, and at an
    /// unquoted one of `breaks` the shell begins the part that it replaces.
    pub(super) fn parse(text: &str, escape: char, breaks: &str) -> Self {
        let mut line = Self::default();
        let mut begun = false;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match line.quote {
                Some(quote) if c == quote => line.quote = None,
                // Between single quotes nothing has a meaning.
                Some('\'') => line.current.push(c),
                _ if c == escape => {
                    begun = true;
                    line.current.extend(chars.next());
                }
                Some(_) => line.current.push(c),
                None if c.is_whitespace() => {
                    if begun {
                        line.end();
                    }
                    begun = false;
                }
                None => {
                    begun = true;
                    if matches!(c, '\'' | '"') {
                        line.quote = Some(c);
                        line.kept = line.current.len();
                    } else {
                        if breaks.contains(c) && KEPT.contains(c) {
                            line.kept = line.current.len();
                        }
                        line.current.push(c);
                        if breaks.contains(c) && !KEPT.contains(c) {
                            line.kept = line.current.len();
                        }
                    }
                }
            }
        }
        line.without_variables()
    }

    /// Words that the shell has taken apart itself.
    pub(super) fn of_words(words: impl Iterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.collect();
        let current = words.pop().unwrap_or_default();
        Self { words, current, ..Self::default() }
    }

    fn end(&mut self) {
        self.words.push(std::mem::take(&mut self.current));
        self.kept = 0;
    }

    /// Variables set for the one command stand before the program.
    fn without_variables(mut self) -> Self {
        let is_variable = |word: &&String| word.contains('=') && !word.starts_with(['=', '/', '.']);
        let count = self.words.iter().take_while(is_variable).count();
        self.words.drain(..count);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bash(text: &str) -> Line {
        Line::parse(text, '\\', " \t\n\"'@><=;|&(:")
    }

    #[test]
    fn quotes_and_escapes_are_undone() {
        let line = bash(r#"X=1 broll  render "my clip" a\ b 'c"d' --set na"#);
        assert_eq!(line.words, ["broll", "render", "my clip", "a b", "c\"d", "--set"]);
        assert_eq!((line.current.as_str(), line.quote, line.kept), ("na", None, 0));
        let line = bash("broll render '' ");
        assert_eq!((line.words.len(), line.current.as_str()), (3, ""));
    }

    #[test]
    fn what_the_shell_replaces_begins_after_a_break_or_at_the_open_quote() {
        for (text, current, kept, quote) in [
            ("broll --set a=b", "a=b", 2, None),
            ("broll --set a=@f", "a=@f", 2, None),
            ("broll --set a=@", "a=@", 2, None),
            ("broll --set a=f@g", "a=f@g", 3, None),
            ("broll --set a\\=b", "a=b", 0, None),
            ("broll --set a=\"b c", "a=b c", 2, Some('"')),
            ("broll --set \"a=b c", "a=b c", 0, Some('"')),
            ("broll --set 'a=b'", "a=b", 0, None),
        ] {
            let line = bash(text);
            assert_eq!((line.current.as_str(), line.kept, line.quote), (current, kept, quote), "{text}");
        }
        assert_eq!(Line::parse("broll a=b", '\\', "").kept, 0);
        assert_eq!(Line::parse("broll a` b", '`', "").current, "a b");
    }

    proptest! {
        #[test]
        fn any_line_is_taken_apart(text: String, breaks: String) {
            let line = Line::parse(&text, '\\', &breaks);
            prop_assert!(line.current.is_char_boundary(line.kept));
        }
    }
}
