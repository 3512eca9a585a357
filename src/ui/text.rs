//! Text that may come from files, made safe for a terminal, and the blocks that errors are shown in.

use console::{Style, style};

use crate::error::Error;

/// One line of any text: control characters, which could rewrite a terminal, and marks that reverse the
/// direction of writing are escaped; so are line breaks.
pub fn sanitize(text: &str) -> String {
    text.chars().flat_map(|c| escape(c, is_unsafe(c))).collect()
}

/// The same for text of several lines: line breaks and tabs stay.
pub fn sanitize_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .flat_map(|c| escape(c, is_unsafe(c) && c != '\n' && c != '\t'))
        .collect()
}

/// Whether a character could rewrite a terminal, or turn the direction of writing.
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escape(c: char, wanted: bool) -> impl Iterator<Item = char> {
    let (escaped, plain) = if wanted { (Some(c.escape_default()), None) } else { (None, Some(c)) };
    escaped.into_iter().flatten().chain(plain)
}

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Error,
    CausedBy,
    Warning,
    Hint,
}

/// `label: text`; further lines of the text are indented beneath the first.
pub(super) fn labelled(label: Label, text: &str) -> String {
    let (word, colour, indent) = match label {
        Label::Error => ("error:", Style::new().red().bold(), "  "),
        Label::CausedBy => ("caused by:", Style::new().bold(), "    "),
        Label::Warning => ("warning:", Style::new().yellow().bold(), "  "),
        Label::Hint => ("hint:", Style::new().cyan(), "  "),
    };
    let text = sanitize_lines(text);
    let mut lines = text.trim_end().lines();
    let mut block = format!("{} {}", colour.for_stderr().apply_to(word), lines.next().unwrap_or_default());
    for line in lines.filter(|line| !line.trim().is_empty()) {
        block.push('\n');
        block.push_str(indent);
        block.push_str(line);
    }
    if label == Label::CausedBy { format!("  {block}") } else { block }
}

/// An error with its causes and its hint, without a line break at the end.
pub(super) fn error_block(error: &Error) -> String {
    let mut blocks = vec![labelled(Label::Error, error.message())];
    blocks.extend(error.causes().iter().map(|cause| labelled(Label::CausedBy, cause)));
    blocks.push(labelled(Label::Hint, error.hint_text()));
    blocks.join("\n")
}

/// Compact JSON on one line. What JSON itself lets through but a terminal may obey (DEL and the C1 controls) is
/// escaped, which is the same JSON.
pub(super) fn json_line(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned());
    if !text.contains(is_unsafe) {
        return text;
    }
    text.chars()
        .map(|c| if is_unsafe(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() })
        .collect()
}

/// Bold on a stderr that shows colours.
pub(super) fn bold(text: &str) -> String {
    style(text).bold().for_stderr().to_string()
}

/// Faint on a stderr that shows colours.
pub(super) fn dim(text: &str) -> String {
    style(text).dim().for_stderr().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::strip_ansi_codes;
    use proptest::prelude::*;

    #[test]
    fn an_error_says_what_why_and_what_to_do() {
        let error = Error::environment(
            "blender_old",
            "the template was made by Blender 5.1, and this Blender is 4.2.23",
        )
        .because("its header says 501")
        .because("Traceback:\n\n  line 1\r\nRuntimeError: \u{1b}[2Jgone\n")
        .hint("install a newer one:\nbroll setup");
        assert_eq!(
            strip_ansi_codes(&error_block(&error)),
            "error: the template was made by Blender 5.1, and this Blender is 4.2.23\n\
             \x20 caused by: its header says 501\n\
             \x20 caused by: Traceback:\n\
             \x20     line 1\n\
             \x20   RuntimeError: \\u{1b}[2Jgone\n\
             hint: install a newer one:\n\
             \x20 broll setup"
        );
    }

    #[test]
    fn an_empty_text_is_still_one_line() {
        assert_eq!(strip_ansi_codes(&labelled(Label::Warning, "")), "warning: ");
    }

    #[test]
    fn controls_are_shown_and_not_obeyed() {
        assert_eq!(
            sanitize("a\nb\t\u{1b}[31m\u{9b}2J\u{7f}\u{202e}gpj.exe"),
            r"a\nb\t\u{1b}[31m\u{9b}2J\u{7f}\u{202e}gpj.exe"
        );
        assert_eq!(sanitize_lines("a\r\nb\rc\td"), "a\nb\\rc\td");
        assert_eq!(sanitize("Würfel 立方体 🎬"), "Würfel 立方体 🎬");
    }

    proptest! {
        #[test]
        fn no_control_survives(text: String) {
            prop_assert!(!sanitize(&text).contains(is_unsafe));
            let line = json_line(&text);
            prop_assert!(!line.contains(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
        }
    }
}
