//! Transcripts: what a person would see, command by command, in `transcripts/*.txt`.
//!
//! A line `$ broll …` is run; what follows up to the next one is its stdout, then its stderr with every line marked
//! `! `, then `exit N` unless it is 0. `$ file NAME` writes the following lines to a file, `$ blend NAME FIXTURE`
//! puts a fixture there, `$ program NAME TEXT` a program on the PATH that prints TEXT. With `UPDATE_TRANSCRIPTS=1` the files are written anew, to be read before they are
//! committed.

use std::fmt::Write as _;

use crate::env::Env;

#[test]
fn transcripts_are_as_written() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/transcripts");
    let update = std::env::var_os("UPDATE_TRANSCRIPTS").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs_err::read_dir(folder).expect("the transcripts") {
        let path = entry.expect("a transcript").path();
        let wanted = fs_err::read_to_string(&path).expect("a transcript");
        let seen = replay(&wanted);
        count += 1;
        if seen != wanted {
            if update {
                fs_err::write(&path, &seen).expect("the transcript");
            }
            wrong.push(format!("--- {}\n{}", path.display(), difference(&wanted, &seen)));
        }
    }
    assert!(count >= 5, "only {count} transcripts were found");
    assert!(wrong.is_empty() || update, "{}\n(UPDATE_TRANSCRIPTS=1 writes them anew)", wrong.join("\n"));
}

fn replay(wanted: &str) -> String {
    let env = Env::new();
    let mut seen = String::new();
    let mut lines = wanted.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            if line.starts_with('#') || line.is_empty() {
                writeln!(seen, "{line}").expect("text");
            }
            continue;
        };
        writeln!(seen, "{line}").expect("text");
        let mut block = Vec::new();
        while let Some(next) = lines.next_if(|next| !next.starts_with("$ ") && !next.starts_with('#')) {
            block.push(next);
        }
        let words: Vec<&str> = command.split(' ').collect();
        match words[0] {
            "broll" => seen += &told(&env, command),
            "file" => {
                let text = block.join("\n");
                fs_err::write(env.path("here").join(words[1]), &text).expect("a file");
                writeln!(seen, "{text}").expect("text");
                continue;
            }
            "blend" => {
                let fixture = format!("{}/tests/fixtures/blend/{}", env!("CARGO_MANIFEST_DIR"), words[2]);
                fs_err::copy(fixture, env.path("here").join(words[1])).expect("a fixture");
            }
            "program" => env.program(words[1], &format!("echo '{}'", words[2..].join(" "))),
            other => panic!("a transcript cannot run {other}"),
        }
        // The blank line before the next command belongs to the layout.
        if block.last() == Some(&"") {
            seen.push('\n');
        }
    }
    seen
}

fn told(env: &Env, command: &str) -> String {
    let args = shell_words(command);
    let args: Vec<&str> = args.iter().skip(1).map(String::as_str).collect();
    let output = env.run(&args);
    let clean = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).replace(&*env.root().to_string_lossy(), "[TMP]");
        text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
    };
    let mut text = clean(&output.stdout);
    for line in clean(&output.stderr).lines() {
        writeln!(text, "{}", format!("! {line}").trim_end()).expect("text");
    }
    if output.status.code() != Some(0) {
        writeln!(text, "exit {}", output.status.code().unwrap_or(-1)).expect("text");
    }
    text
}

/// Splits at spaces outside single quotes.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("a word").push(c),
        }
    }
    words
}

fn difference(wanted: &str, seen: &str) -> String {
    let mut text = String::new();
    let (wanted, seen): (Vec<_>, Vec<_>) = (wanted.lines().collect(), seen.lines().collect());
    for at in 0..wanted.len().max(seen.len()) {
        let (was, is) = (wanted.get(at), seen.get(at));
        if was != is {
            writeln!(
                text,
                "line {}:\n  wanted: {}\n  seen:   {}",
                at + 1,
                was.unwrap_or(&"nothing"),
                is.unwrap_or(&"nothing")
            )
            .expect("text");
        }
    }
    text
}
