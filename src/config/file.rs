//! `config.toml` as text: reading it, and saying where in it something is wrong and what to do about that.

use std::io::ErrorKind;
use std::path::Path;

use toml_edit::{Document, TableLike};

use crate::error::{Error, Result};
use crate::paths::{display, is_absent};

/// What the file holds; one that is not there holds nothing.
///
/// # Errors
/// `bad_config` for what cannot be read as text.
pub(super) fn text(file: &Path) -> Result<String> {
    let bytes = match fs_err::read(file) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) && file.parent().is_none_or(|folder| !folder.is_file()) => {
            return Ok(String::new());
        }
        Err(error) => {
            let shown = display(file);
            let hint = match error.kind() {
                ErrorKind::IsADirectory => {
                    format!("{shown} must be a file: move the folder that has its name away")
                }
                ErrorKind::NotADirectory => format!(
                    "{} must be a folder: move the file that has its name away, or set BROLL_CONFIG_DIR to another",
                    file.parent().map_or_else(|| shown.clone(), display)
                ),
                _ => format!("make {shown} readable, or set BROLL_CONFIG_DIR to another folder"),
            };
            return Err(cannot(file).because(error).hint(hint));
        }
    };
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let start = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
        wrong(file, &start, Some(start.len()), "the file is not UTF-8 from here on", None)
    })
}

/// What is wrong at this byte of the text. `key` is one that can be removed to mend it.
pub(super) fn wrong(file: &Path, text: &str, offset: Option<usize>, why: &str, key: Option<&str>) -> Error {
    let shown = display(file);
    let before = offset.map(|offset| text.get(..offset).unwrap_or(text));
    let line = before.map(|before| before.matches('\n').count() + 1);
    let column = before.map(|before| before.chars().rev().take_while(|c| *c != '\n').count() + 1);
    let place = match (line, column) {
        (Some(line), Some(column)) => format!("line {line}, column {column}: "),
        _ => String::new(),
    };
    let correct =
        line.map_or_else(|| format!("correct {shown}"), |line| format!("correct line {line} of {shown}"));
    let plain = |key: &&str| key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let hint = match key.filter(plain) {
        Some(key) => format!("{correct}, or remove the key with `broll config set {key} ''`"),
        None => format!("{correct}, or move the file away: without it the defaults apply"),
    };
    cannot(file).because(format!("{place}{}", why.replace('\n', " "))).hint(hint)
}

/// Byte at which this key, given with the tables around it, is written.
pub(super) fn offset(text: &str, place: &[String]) -> Option<usize> {
    let document = Document::parse(text).ok()?;
    let mut table: &dyn TableLike = document.as_table();
    let mut found = None;
    for name in place {
        let Some((key, item)) = table.get_key_value(name) else { break };
        // A table that others imply is written nowhere itself.
        found = key.span().or_else(|| item.span()).or(found);
        let Some(inner) = item.as_table_like() else { break };
        table = inner;
    }
    found.map(|span| span.start)
}

fn cannot(file: &Path) -> Error {
    Error::bad_input("bad_config", format!("{} cannot be used", display(file)))
}
