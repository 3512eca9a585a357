//! Candidates in the form that each shell's script takes.

use clap_complete::Shell;

use super::Candidate;
use super::line::Line;

/// The line for one candidate; `None` when this shell cannot put it where the cursor is.
///
/// bash gets the text that stands on its line from where it replaces, quoted. The others quote by themselves and get
/// the word and, after a tab, what it is. A word that goes on ends in `=`, `@` or `/`, by which the scripts know it.
pub(super) fn line(shell: Shell, line: &Line, before: &str, candidate: &Candidate) -> Option<String> {
    let value = &candidate.value;
    if value.contains(char::is_control) {
        return None;
    }
    if shell == Shell::Bash {
        let word = format!("{before}{value}");
        return quoted(word.get(line.kept..)?, line.quote, line.kept == 0);
    }
    // fish completes what follows `--set=`.
    let word = if shell == Shell::Fish { value.clone() } else { format!("{before}{value}") };
    let help = candidate.help.replace(|c: char| c.is_control(), " ");
    Some(if help.is_empty() { word } else { format!("{word}\t{help}") })
}

/// Text as it stands on a bash line, after an open quote or by itself.
fn quoted(text: &str, quote: Option<char>, starts_word: bool) -> Option<String> {
    match quote {
        Some('\'') => (!text.contains('\'')).then(|| text.to_owned()),
        Some(_) => Some(escaped(text, |c| "\\\"$`".contains(c))),
        // A `~` at the start of a path is for the shell.
        None => Some(escaped(text, |c| {
            c.is_whitespace()
                || "\\\"'$`!&|;<>()[]{}*?".contains(c)
                || (starts_word && c == '#' && text.starts_with('#'))
        })),
    }
}

fn escaped(text: &str, special: impl Fn(char) -> bool) -> String {
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bash(typed: &str, before: &str, value: &str) -> Option<String> {
        let typed = Line::parse(typed, '\\', " \t\n\"'@><=;|&(:");
        line(Shell::Bash, &typed, before, &Candidate::new(value, "help"))
    }

    #[test]
    fn bash_gets_what_it_replaces_quoted_as_the_line_is() {
        for (typed, before, value, told) in [
            ("broll render a", "", "ai_cpu", "ai_cpu"),
            ("broll render a --set finish=", "", "finish=brushed metal", "brushed\\ metal"),
            ("broll render a --set=finish=", "--set=", "finish=glass", "glass"),
            ("broll render a --set finish=\"bru", "", "finish=brushed metal", "brushed metal"),
            ("broll render a --set 'finish=", "", "finish=brushed metal", "finish=brushed metal"),
            ("broll render a --set logo=@", "", "logo=@my $1.png", "@my\\ \\$1.png"),
            ("broll render a --set \"logo=@", "", "logo=@my $1.png", "logo=@my \\$1.png"),
        ] {
            assert_eq!(bash(typed, before, value).as_deref(), Some(told), "{typed}");
        }
        assert_eq!(bash("broll render 'a", "", "a'b"), None);
        assert_eq!(bash("broll render ", "", "a\nb"), None);
    }

    #[test]
    fn the_others_get_the_word_and_what_it_is() {
        let typed = Line::parse("broll render x --set=a", '\\', "");
        let told = |shell| line(shell, &typed, "--set=", &Candidate::new("a b=", "one\ntwo"));
        assert_eq!(told(Shell::Zsh).as_deref(), Some("--set=a b=\tone two"));
        assert_eq!(told(Shell::Fish).as_deref(), Some("a b=\tone two"));
        assert_eq!(told(Shell::Elvish).as_deref(), Some("--set=a b=\tone two"));
    }
}
