//! An error as the `error` of a job: one text that a person can act on.

use std::path::PathBuf;

use super::advice::advice;
use super::places::Places;
use crate::error::Error;
use crate::paths::display;

/// Who an error is told to.
#[derive(Debug, Default)]
pub(super) struct Audience {
    /// Whether the processor may be asked for here.
    pub(super) allow_cpu: bool,
    /// The request's own file, which has a name here that says nothing to its sender, and what to call it.
    pub(super) file: Option<(PathBuf, String)>,
    /// The worker's own folders, which are nobody's business.
    pub(super) places: Places,
}

/// Bytes of the longest text; a job's state is read many times.
const MOST: usize = 4000;
/// Bytes of its first sentence and of its advice, at most.
const MOST_OF_ONE: usize = 1200;

/// What failed, why, and what to do.
pub(super) fn sentence(error: &Error, audience: &Audience) -> String {
    let named = |text: &str| match &audience.file {
        Some((path, name)) => audience.places.hide(&text.replace(&display(path), name)),
        None => audience.places.hide(text),
    };
    let mut text = cut(&named(error.message()), MOST_OF_ONE);
    let advice = cut(&named(&advice(error, audience.allow_cpu)), MOST_OF_ONE);
    // A log on the worker is out of the sender's reach.
    let causes = error.causes().iter().filter(|cause| !cause.starts_with("its whole log is "));
    let causes: Vec<String> = causes.map(|cause| named(cause)).collect();
    if !causes.is_empty() {
        let room = MOST - text.len() - advice.len();
        text.push_str(": ");
        text.push_str(&cut(&causes.join("; "), room));
    }
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    let text = format!("{text}{end} Hint: {advice}");
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// The beginning and the end of a text that is too long.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let half = most / 2;
    let boundary = |at: &usize| text.is_char_boundary(*at);
    let head = (0..=half).rfind(boundary).unwrap_or(0);
    let tail = (text.len() - half..=text.len()).find(boundary).unwrap_or(text.len());
    format!("{} … {}", &text[..head], &text[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_causes_and_hint_make_one_text() {
        let error = Error::bad_input("bad_value", "samples cannot be 0")
            .because("samples must be a whole number from 1 to 65536")
            .hint("give samples a value in that range");
        assert_eq!(
            sentence(&error, &Audience::default()),
            "samples cannot be 0: samples must be a whole number from 1 to 65536. Hint: give samples a value in that range"
        );
    }

    #[test]
    fn places_on_the_worker_are_not_told() {
        let folder = |name: &str| std::path::Path::new("/k").join(name);
        let paths = crate::paths::Paths {
            config: folder("config"),
            data: folder("data"),
            cache: "/k".into(),
            state: folder("state"),
        };
        let audience = Audience {
            allow_cpu: false,
            file: Some(("/k/ab.blend".into(), "the file in blend_base64".into())),
            places: Places::of(&paths),
        };
        let error = Error::bad_input("not_a_blend", "/k/ab.blend cannot be rendered")
            .because("its whole log is /s/logs/a.log");
        let told = sentence(&error, &audience);
        assert!(told.starts_with("the file in blend_base64 cannot be rendered. Hint: "), "{told}");
        let error = Error::environment("disk_full", "cannot write /k/frames/ab/0001.png: no space left")
            .because("/k/data/toolchain/blender said \"/k/state/logs\"")
            .hint(format!("empty /k, or {}", display(&std::env::temp_dir())));
        let told = sentence(&error, &audience);
        assert!(told.contains("cannot write the worker's cache/frames/ab/0001.png: no space left"), "{told}");
        assert!(
            told.contains("the worker's data/toolchain/blender said \"the worker's state/logs\""),
            "{told}"
        );
        assert!(!told.contains("/k") && !told.contains(&display(&std::env::temp_dir())), "{told}");
    }

    #[test]
    fn a_long_story_keeps_its_beginning_its_end_and_its_hint() {
        let long = "é".repeat(9000);
        let error = Error::tool("blender_failed", format!("a{long}"))
            .because(format!("b{long}"))
            .because(format!("{long}\u{1b}\nz"))
            .hint(format!("do{long}"));
        let told = sentence(&error, &Audience::default());
        assert!(told.len() < MOST + 100, "{}", told.len());
        assert!(told.starts_with('a') && told.contains(": b") && told.contains("\nz. Hint: do"), "{told}");
        assert!(!told.contains('\u{1b}'));
    }
}
