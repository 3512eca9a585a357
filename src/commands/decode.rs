//! `broll decode`: what the API answered becomes a file.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::Context;
use crate::error::{Error, Kind, Result};
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::receive::{self, Arrived, Order, ReadAhead};
use crate::ui::fmt;

/// Take the clip out of an answer of the API.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File that holds the answer, or - for stdin
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,

    /// Where the clip goes [default: FILE's name with .mp4 or .mov, in the current folder]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Replace the clip if it exists
    #[arg(short, long)]
    pub force: bool,
}

/// Runs the command.
///
/// # Errors
/// See [`receive::take_in`]; `no_input` for a terminal or a folder.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let cancel = Cancel::default();
    let source = open(&args.file)?;
    let reporter = context.ui.reporter();
    let order = Order {
        target: args.output.as_deref(),
        fallback_name: &stem(&args.file),
        force: args.force,
        paths: &context.paths,
        config: &context.config,
        cancel: &cancel,
        reporter: reporter.as_ref(),
    };
    let arrived = receive::take_in(&mut ReadAhead::new(source, cancel.clone()), &order);
    // Whatever it shows is over before anything else is printed.
    drop(reporter);
    let arrived = arrived.map_err(|error| match error.kind() {
        Kind::Interrupted => error.hint("nothing is left of it: run the same command again"),
        _ => error,
    })?;
    for note in &arrived.notes {
        context.ui.status(&format!("note: {}", note.message));
    }
    let ui = &context.ui;
    if ui.json {
        return ui.answer_json(&answer(&arrived));
    }
    ui.status(&summary(&arrived));
    ui.answer(&display(&arrived.output))
}

fn open(file: &Path) -> Result<Box<dyn Read + Send>> {
    if file == Path::new("-") {
        if io::stdin().is_terminal() {
            return Err(Error::bad_input(
                "no_input",
                "there is nothing to decode on stdin: it is a terminal",
            )
            .hint("name a file, or pipe an answer in: curl … | broll decode -"));
        }
        return Ok(Box::new(io::stdin()));
    }
    if file.is_dir() {
        return Err(Error::bad_input("no_input", format!("{} is a folder", display(file)))
            .hint("name the file that holds the answer"));
    }
    if !file.exists() {
        return Err(Error::bad_input("not_found", format!("there is no file {}", display(file)))
            .hint("check the path; - reads stdin"));
    }
    Ok(Box::new(fs_err::File::open(file)?))
}

/// The clip's name after the input's: `answer` of `answer.json`, `clip` of `clip.mp4.b64`; none for stdin.
fn stem(file: &Path) -> OsString {
    if file == Path::new("-") {
        return OsString::new();
    }
    let stem = Path::new(file.file_stem().unwrap_or_default());
    let is_clip =
        stem.extension().is_some_and(|end| ["mp4", "mov"].iter().any(|clip| end.eq_ignore_ascii_case(clip)));
    let stem = if is_clip { stem.file_stem() } else { Some(stem.as_os_str()) };
    stem.filter(|stem| !stem.is_empty()).unwrap_or(OsStr::new("clip")).to_owned()
}

/// `decoded clip.mp4 (1.2 MB, 8.0 s, 240 frames)`.
fn summary(arrived: &Arrived) -> String {
    let name = display(Path::new(arrived.output.file_name().unwrap_or_default()));
    let mut facts = vec![fmt::bytes(arrived.file_size_bytes)];
    if arrived.duration > 0.0 {
        facts.push(fmt::seconds(arrived.duration));
    }
    facts.extend(arrived.frames.map(|frames| fmt::count(frames, "frame")));
    format!("decoded {name} ({})", facts.join(", "))
}

/// What is known of the clip itself, then what else the response says.
fn answer(arrived: &Arrived) -> Value {
    let own = json!({
        "output": display(&arrived.output),
        "file_size_bytes": arrived.file_size_bytes,
        "duration": arrived.duration,
        "frames": arrived.frames,
        "sha256": arrived.sha256,
        "checked": if arrived.decoded { "decoded" } else { "structure" },
    });
    let (mut fields, response) = (Map::new(), arrived.response.as_object());
    let both = own.as_object().into_iter().chain(response).flatten();
    both.for_each(|(key, value)| {
        fields.entry(key).or_insert_with(|| value.clone());
    });
    fields.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Held;

    #[test]
    fn the_clip_is_named_after_the_input() {
        for (file, wanted) in [
            ("a/answer.json", "answer"),
            ("clip.mp4.b64", "clip"),
            ("x.MOV.txt", "x"),
            ("clip.mp4", "clip"),
            ("body", "body"),
            (".hidden", ".hidden"),
            ("-", ""),
        ] {
            assert_eq!(stem(Path::new(file)), OsStr::new(wanted), "{file}");
        }
    }

    #[test]
    fn what_is_known_of_the_clip_comes_before_what_the_response_says() {
        let arrived = Arrived {
            output: "/x/clip.mp4".into(),
            file_size_bytes: 1_234_567,
            duration: 8.0,
            frames: Some(240),
            sha256: "ab".to_owned(),
            decoded: false,
            response: json!({"duration": 7.9, "template": "t", "output": "/worker/clip.mp4"}),
            notes: Vec::new(),
            held: Held::default(),
        };
        let wanted = r#"{"output":"/x/clip.mp4","file_size_bytes":1234567,"duration":8.0,"frames":240,"sha256":"ab","checked":"structure","template":"t"}"#;
        assert_eq!(answer(&arrived).to_string(), wanted);
        assert_eq!(summary(&arrived), "decoded clip.mp4 (1.2 MB, 8.0 s, 240 frames)");
        let unknown = Arrived { duration: 0.0, frames: None, ..arrived };
        assert_eq!(summary(&unknown), "decoded clip.mp4 (1.2 MB)");
    }
}
