//! What stands at the cursor, told by the command line's own grammar: a new command with a template or with `--set`
//! is completed without a word here.

use clap::{Arg, Command};

use super::line::Line;

/// What can be offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A template by name or by path.
    TemplateOrFile,
    /// A template by name.
    Template,
    /// `NAME=VALUE` for a parameter of the template.
    Parameter,
    /// A job by its id.
    Job,
}

/// A place that broll completes, and what the line says before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) what: What,
    /// What of the word stands before the value, such as `--set=`.
    pub(super) before: String,
    /// The value as far as it is typed.
    pub(super) typed: String,
    pub(super) template: Option<String>,
    pub(super) library: Option<String>,
    /// Parameters that the line sets already.
    pub(super) set: Vec<String>,
}

impl Asked {
    /// `None` where the script completes by itself: commands, flags, and values that are the same for everybody.
    pub(super) fn at(root: &mut Command, line: &Line) -> Option<Self> {
        root.build();
        let mut asked = Self {
            what: What::Job,
            before: String::new(),
            typed: line.current.clone(),
            template: None,
            library: None,
            set: Vec::new(),
        };
        let mut walk =
            Walk { command: root, path: Vec::new(), waiting: None, position: 0, flags_over: false };
        for word in line.words.iter().skip(1) {
            if let Some((arg, value)) = walk.step(word) {
                asked.note(arg, value);
            }
        }
        let arg = if let Some(waiting) = walk.waiting {
            waiting
        } else if !walk.flags_over && line.current.starts_with('-') {
            let (flag, value) = line.current.strip_prefix("--")?.split_once('=')?;
            asked.before = format!("--{flag}=");
            value.clone_into(&mut asked.typed);
            walk.long(flag)?
        } else {
            walk.positional()?
        };
        asked.what = what(arg, &walk.path)?;
        Some(asked)
    }

    fn note(&mut self, arg: &Arg, value: &str) {
        match arg.get_id().as_str() {
            "template" => self.template = Some(value.to_owned()),
            "library" => self.library = Some(value.to_owned()),
            "set" => self.set.extend(value.split_once('=').map(|(name, _)| name.to_owned())),
            _ => {}
        }
    }
}

fn what(arg: &Arg, path: &[&str]) -> Option<What> {
    let takes_file =
        || arg.get_value_names().into_iter().flatten().any(|name| name.as_str().contains("FILE"));
    match (arg.get_id().as_str(), path) {
        ("template", _) if takes_file() => Some(What::TemplateOrFile),
        ("template", _) => Some(What::Template),
        ("set", _) => Some(What::Parameter),
        ("id", ["jobs", ..]) => Some(What::Job),
        _ => None,
    }
}

/// Where in the grammar a line is.
struct Walk<'a> {
    command: &'a Command,
    path: Vec<&'a str>,
    /// The option whose value comes next.
    waiting: Option<&'a Arg>,
    position: usize,
    flags_over: bool,
}

impl<'a> Walk<'a> {
    /// Goes past a word; what it gives a value to, if it does.
    fn step<'w>(&mut self, word: &'w str) -> Option<(&'a Arg, &'w str)> {
        if let Some(arg) = self.waiting.take() {
            return Some((arg, word));
        }
        if !self.flags_over {
            if word == "--" {
                self.flags_over = true;
                return None;
            }
            if let Some(flag) = word.strip_prefix("--") {
                let (flag, value) = flag.split_once('=').map_or((flag, None), |(flag, v)| (flag, Some(v)));
                let arg = self.long(flag)?;
                self.waiting = value.is_none().then_some(arg);
                return value.map(|value| (arg, value));
            }
            if word.len() > 1 && word.starts_with('-') {
                return self.short(word);
            }
        }
        if self.position == 0
            && let Some(command) = self.command.find_subcommand(word)
        {
            self.command = command;
            self.path.push(command.get_name());
            return None;
        }
        let arg = self.positional();
        self.position += 1;
        arg.map(|arg| (arg, word))
    }

    /// `-f`, `-oFILE`, `-fo FILE`: the first that takes a value takes the rest, or the next word.
    fn short<'w>(&mut self, word: &'w str) -> Option<(&'a Arg, &'w str)> {
        for (at, c) in word.char_indices().skip(1) {
            let fits = |arg: &&Arg| arg.get_short() == Some(c) && takes_value(arg);
            let Some(arg) = self.command.get_arguments().find(fits) else { continue };
            let rest = &word[at + c.len_utf8()..];
            if rest.is_empty() {
                self.waiting = Some(arg);
                return None;
            }
            return Some((arg, rest));
        }
        None
    }

    /// The option of this name, if it takes a value.
    fn long(&self, flag: &str) -> Option<&'a Arg> {
        let named = |arg: &&Arg| {
            arg.get_long() == Some(flag)
                || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&flag))
        };
        self.command.get_arguments().find(named).filter(|arg| takes_value(arg))
    }

    fn positional(&self) -> Option<&'a Arg> {
        self.command.get_positionals().nth(self.position)
    }
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn at(text: &str) -> Option<Asked> {
        Asked::at(&mut Cli::command(), &Line::parse(text, '\\', ""))
    }

    #[test]
    fn templates_jobs_and_parameters_are_asked_for_where_they_stand() {
        for (text, what) in [
            ("broll render ", Some(What::TemplateOrFile)),
            ("broll --json render -o x.mp4 --cpu a", Some(What::TemplateOrFile)),
            ("broll render --duration 3 -- ", Some(What::TemplateOrFile)),
            ("broll submit --samples=4 ", Some(What::TemplateOrFile)),
            ("broll templates show ", Some(What::TemplateOrFile)),
            ("broll templates check ", Some(What::TemplateOrFile)),
            ("broll templates remove ", Some(What::Template)),
            ("broll render a --set ", Some(What::Parameter)),
            ("broll render a --set=", Some(What::Parameter)),
            ("broll jobs watch ", Some(What::Job)),
            ("broll jobs fetch -o x ", Some(What::Job)),
            ("broll jobs cancel ", Some(What::Job)),
            ("broll ", None),
            ("broll ren", None),
            ("broll render a ", None),
            ("broll render --", None),
            ("broll render -o ", None),
            ("broll render --device ", None),
            ("broll templates ", None),
            ("broll templates add ", None),
            ("broll endpoint test --endpoint ", None),
            ("broll nonsense ", None),
            ("", None),
        ] {
            assert_eq!(at(text).map(|asked| asked.what), what, "{text}");
        }
    }

    #[test]
    fn what_the_line_says_before_is_known() {
        let asked = at("broll render -fo x.mp4 --library=lib logo --set a=1 --set=b=2 --set=c=gl").unwrap();
        assert_eq!((asked.template.as_deref(), asked.library.as_deref()), (Some("logo"), Some("lib")));
        assert_eq!((asked.before.as_str(), asked.typed.as_str()), ("--set=", "c=gl"));
        assert_eq!(asked.set, ["a", "b"]);
    }
}
