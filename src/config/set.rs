//! Changing the file: one key, and nothing else in it.

use std::ffi::OsStr;

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::prices;
use super::{Key, file};
use crate::error::{Error, Result};
use crate::paths::{Paths, write_atomic};

/// Changes one key in the file and leaves comments and everything else as they are; an empty value removes it.
///
/// # Errors
/// `bad_config`, and those of the file system.
pub fn set(paths: &Paths, name: &str, value: &str) -> Result<()> {
    let refused =
        |why: String| Error::bad_input("bad_config", why).hint("see `broll config show` for the keys");
    let change_to = match prices::place(name) {
        Some(price) => price.and_then(|price| priced(price, name, value)),
        None => plain(name, value),
    };
    let path = paths.config_file();
    // A link, as dotfile managers make them, stays a link.
    let path = fs_err::canonicalize(&path).unwrap_or(path);
    let text = file::text(&path)?;
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        file::wrong(&path, &text, error.span().map(|span| span.start), error.message(), None)
    })?;
    // What no version of broll knows may stand in the file, and must be removable.
    let (place, value) = match change_to {
        Err(_) if value.is_empty() && document.contains_key(name) => (vec![name.to_owned()], None),
        change_to => change_to.map_err(refused)?,
    };
    // What is removed is removed in every spelling.
    let places = spelled(&document, place);
    let places = if value.is_some() { &places[places.len() - 1..] } else { &places[..] };
    for place in places {
        let (key, tables) = place.split_last().map_or(("", &[][..]), |(key, tables)| (&**key, tables));
        change(document.as_table_mut(), tables, key, value.clone()).map_err(|table| {
            let why = format!("{table} is no table");
            file::wrong(&path, &text, file::offset(&text, std::slice::from_ref(&table)), &why, Some(&table))
        })?;
    }
    fs_err::create_dir_all(path.parent().unwrap_or(&paths.config))?;
    write_atomic(&path, document.to_string().as_bytes())
}

/// Where something goes, and what: `None` removes it.
type Change = (Vec<String>, Option<Value>);

fn plain(name: &str, value: &str) -> Result<Change, String> {
    let key = Key::named(name)?;
    let value = key.absolute(value);
    if value.is_empty() {
        return Ok((vec![name.to_owned()], None));
    }
    key.check(OsStr::new(&value)).map_err(|why| format!("{name} {why}"))?;
    Ok((vec![name.to_owned()], Some(value.into())))
}

fn priced((gpu, field): (String, prices::Field), name: &str, value: &str) -> Result<Change, String> {
    let place = vec!["prices".to_owned(), gpu, field.name().to_owned()];
    if value.is_empty() {
        return Ok((place, None));
    }
    let number = value.trim().parse().map_err(|_| format!("{name} must be a number, not {value:?}"))?;
    let number = field.check(number).map_err(|why| format!("{name} {why}"))?;
    Ok((place, Some(number.into())))
}

/// The place as the file spells it, or as it is given: a GPU's name may be written in several ways, of which the last in
/// order counts.
fn spelled(document: &DocumentMut, place: Vec<String>) -> Vec<Vec<String>> {
    let [prices, gpu, field] = &*place else { return vec![place] };
    let there = document.get(prices).and_then(Item::as_table_like);
    let names = there.into_iter().flat_map(TableLike::iter).map(|(name, _)| name);
    let mut names: Vec<&str> = names.filter(|name| prices::same(name, gpu)).collect();
    names.sort_unstable();
    if names.is_empty() {
        return vec![place];
    }
    names.into_iter().map(|name| vec![prices.clone(), name.to_owned(), field.clone()]).collect()
}

/// Puts the value where it belongs, or the name of what stands in its way. Tables that are empty then go.
fn change(
    table: &mut dyn TableLike,
    tables: &[String],
    key: &str,
    value: Option<Value>,
) -> Result<(), String> {
    let Some((next, rest)) = tables.split_first() else {
        match (value, table.get_mut(key).and_then(Item::as_value_mut)) {
            (None, _) => {
                table.remove(key);
            }
            (Some(value), Some(old)) => {
                // The comment behind a value belongs to it.
                let decor = old.decor().clone();
                *old = value;
                *old.decor_mut() = decor;
            }
            (Some(value), None) => {
                table.insert(key, Item::Value(value));
            }
        }
        return Ok(());
    };
    if table.get(next).is_none() {
        if value.is_none() {
            return Ok(());
        }
        let mut made = toml_edit::Table::new();
        made.set_implicit(!rest.is_empty());
        table.insert(next, Item::Table(made));
    }
    let inner = table.get_mut(next).and_then(Item::as_table_like_mut).ok_or_else(|| next.clone())?;
    change(inner, rest, key, value)?;
    if inner.is_empty() {
        table.remove(next);
    }
    Ok(())
}
