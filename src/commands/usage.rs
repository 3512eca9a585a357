//! What clap finds wrong, in the form of every other error.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::Cli;
use crate::error::{Error, Kind};
use crate::ui::{ProgressMode, Ui};

/// Prints help, version or the usage error; gives the exit code.
pub(super) fn answer(error: &clap::Error, args: &[OsString]) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Help that nobody reads to the end is not a failure.
        let _ = error.print();
        return 0;
    }
    let json = args.iter().any(|arg| arg == "--json");
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json {
        let _ = error.print();
        return Kind::Usage.exit_code();
    }
    let error = explain(error, &named(args));
    Ui::new(json, ProgressMode::Off).error(&error);
    error.kind().exit_code()
}

/// `command` is what to ask for help, such as `broll config`.
fn explain(error: &clap::Error, command: &str) -> Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        Some(ContextValue::StyledStrs(texts)) => {
            Some(texts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        }
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let rendered = error.render().to_string();
    let usage = format!("`{command} --help` shows how it is used");
    match error.kind() {
        // A value that cannot be used is bad input, wherever it was given.
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = text(ContextKind::InvalidValue).unwrap_or_default();
            let flag = argument.split_whitespace().next().unwrap_or_default().to_owned();
            let valid = text(ContextKind::ValidValue).filter(|valid| !valid.is_empty());
            if value.is_empty() && valid.is_none() && std::error::Error::source(error).is_none() {
                return Error::bad_input("bad_value", format!("{flag} has no value"))
                    .hint(format!("give {flag} one: `{command} --help` says what it takes"));
            }
            let mut told = Error::bad_input("bad_value", format!("{flag} cannot be {value:?}"));
            if let Some(source) = std::error::Error::source(error) {
                told = told.because(source);
            }
            match (valid, text(ContextKind::SuggestedValue)) {
                (_, Some(meant)) => told.hint(format!("did you mean {meant}?")),
                (Some(valid), None) => {
                    told.because(format!("it takes {valid}")).hint(format!("give {flag} one of these"))
                }
                (None, None) => told.hint(format!("`{command} --help` says what {flag} takes")),
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            Error::new(Kind::Usage, "usage", "a command is missing").hint(usage)
        }
        ErrorKind::MissingRequiredArgument => {
            Error::new(Kind::Usage, "usage", format!("{argument} is missing")).hint(usage)
        }
        ErrorKind::UnknownArgument => {
            let told = Error::new(Kind::Usage, "usage", format!("there is no {argument}"));
            match text(ContextKind::SuggestedArg) {
                Some(meant) => told.hint(format!("did you mean {meant}?")),
                None => told.hint(usage),
            }
        }
        ErrorKind::InvalidSubcommand => {
            let wanted = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            let told = Error::new(Kind::Usage, "usage", format!("there is no command {wanted:?}"));
            match text(ContextKind::SuggestedSubcommand) {
                Some(meant) => told.hint(format!("did you mean {meant}?")),
                None => told.hint(format!("`{command} --help` lists the commands")),
            }
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg).unwrap_or_default();
            Error::new(Kind::Usage, "usage", format!("{argument} cannot be used with {other}"))
                .hint("keep one of the two")
        }
        _ => {
            let line = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Error::new(Kind::Usage, "usage", line).hint(usage)
        }
    }
}

/// The command that these arguments begin with, and the one below it.
fn named(args: &[OsString]) -> String {
    let (mut command, mut name) = (Cli::command(), "broll".to_owned());
    for arg in args.iter().skip(1).filter(|arg| !arg.as_encoded_bytes().starts_with(b"-")) {
        let Some(below) = command.find_subcommand(arg).cloned() else { break };
        name = format!("{name} {}", below.get_name());
        command = below;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_name_their_command() {
        let named = |line: &str| named(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(named("broll --json config"), "broll config");
        assert_eq!(named("broll templates show --json render"), "broll templates show");
        assert_eq!((named("broll"), named("broll bogus render")), ("broll".to_owned(), "broll".to_owned()));
    }
}
