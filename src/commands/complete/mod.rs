//! `broll complete`: what the completion scripts ask for what only broll knows, such as the names of templates.
//!
//! clap_complete has an engine of its own for this, behind an unstable feature. It tells a completer one argument and
//! nothing else of the line, and bash hands it words already torn apart at `=`; the values of a parameter depend on the
//! template that stands on the same line, and `NAME=VALUE` must stay whole. So the scripts hand over the line as it is.
//!
//! Nothing here starts a tool or opens a connection, and nothing is ever said on stderr: a person is typing.

mod answer;
mod asked;
mod files;
mod line;
mod offer;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::config::Config;
use crate::paths::Paths;
use crate::runpod::Journal;
use crate::template::Library;
use crate::ui::{ProgressMode, Ui};
use asked::Asked;
use line::Line;

/// What the scripts call. It is no part of the command line that people are shown, and the scripts do not offer it.
pub const VERB: &str = "complete";

/// Exit code for a place of the line that the script itself has to complete.
const NOT_MINE: u8 = 1;

#[derive(Debug, clap::Parser)]
struct Args {
    /// The shell that asks
    #[arg(value_enum)]
    shell: Shell,

    /// Characters at which the shell begins a new word within a word
    #[arg(long, value_name = "CHARS", default_value = "", allow_hyphen_values = true)]
    breaks: String,

    /// The line up to the cursor as it was typed; for elvish its words
    #[arg(last = true, value_name = "LINE")]
    line: Vec<OsString>,
}

/// Prints the candidates, one a line; the exit code says whether this place is broll's to complete. The arguments begin
/// with the verb.
pub fn run(args: &[OsString]) -> u8 {
    let Ok(args) = Args::try_parse_from(args) else { return NOT_MINE };
    let line = match args.shell {
        Shell::Elvish => Line::of_words(args.line.iter().map(|word| word.to_string_lossy().into_owned())),
        Shell::PowerShell => Line::parse(&typed(&args), '`', &args.breaks),
        _ => Line::parse(&typed(&args), '\\', &args.breaks),
    };
    let Some(asked) = Asked::at(&mut Cli::command(), &line) else { return NOT_MINE };
    let Ok(paths) = Paths::from_env() else { return 0 };
    let config = Config::load(&paths).unwrap_or_default();
    let named = asked.library.as_deref().map(files::expanded);
    let library = Library::new(named.as_deref(), config.library(), &paths);
    let found = offer::candidates(&asked, &library, || ids(&paths));
    let lines: Vec<String> =
        found.iter().filter_map(|found| answer::line(args.shell, &line, &asked.before, found)).collect();
    if lines.is_empty() {
        return 0;
    }
    // A shell that has gone away needs no answer.
    let _ = Ui::new(false, ProgressMode::Off).answer_styled(&lines.join("\n"));
    0
}

fn typed(args: &Args) -> String {
    args.line.first().map(|line| line.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The jobs in the journal, newest first: id, and what it was asked for.
fn ids(paths: &Paths) -> Vec<(String, String)> {
    let jobs = Journal::open(paths).list().unwrap_or_default().entries;
    jobs.iter().map(|job| (job.id().to_owned(), job.template().to_owned())).collect()
}

/// Something that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    /// The whole word, without quotes.
    value: String,
    /// What it is, for shells that show that.
    help: String,
    /// Whether the word goes on after it.
    open: bool,
}

impl Candidate {
    fn new(value: impl Into<String>, help: impl Into<String>) -> Self {
        Self { value: value.into(), help: help.into(), open: false }
    }

    fn open(self) -> Self {
        Self { open: true, ..self }
    }
}
