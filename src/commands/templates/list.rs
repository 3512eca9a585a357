//! `broll templates list`.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::Context;
use super::{origin, path, seconds, size};
use crate::error::{Error, Result};
use crate::paths::display;
use crate::template::listing::{self, Detail, Entry};
use crate::template::{Facts, Library};
use crate::ui::Table;

/// Arguments of `templates list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Search this folder first
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// `no_library` for a folder that is not there; a broken template is listed with its error.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    if let Some(folder) = args.library.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(Error::bad_input("no_library", format!("there is no folder {}", display(folder)))
            .hint("check --library; `broll templates add` makes the folder"));
    }
    let library = Library::new(args.library.as_deref(), context.config.library(), &context.paths);
    let detail = if context.ui.json { Detail::Scene } else { Detail::Clip };
    let entries = listing::list(&library, &context.paths, detail);
    if context.ui.json {
        let all: Vec<Value> = entries.iter().map(to_json).collect();
        return context.ui.answer_json(&json!({ "templates": all }));
    }
    let mut table = Table::new(&["NAME", "DURATION", "SIZE", "PARAMETERS", "FROM", "DESCRIPTION"])
        .keep(0)
        .right(1)
        .right(2)
        .right(3);
    entries.iter().for_each(|entry| table.row(row(entry)));
    context.ui.answer(&table.to_string())?;
    if let Some(broken) = entries.iter().find(|entry| entry.error.is_some()) {
        context.ui.hint(&format!("`broll templates show {}` says all that is wrong with it", broken.name));
    }
    Ok(())
}

fn row(entry: &Entry) -> Vec<String> {
    let outline = entry.outline;
    let parameters = match entry.manifest.parameters.len() {
        0 => String::new(),
        count => count.to_string(),
    };
    let description = entry.error.as_ref().map_or_else(|| entry.manifest.description.clone(), brief);
    vec![
        entry.name.clone(),
        seconds(outline.and_then(|clip| clip.duration)),
        size(outline.map(|clip| clip.resolution)),
        parameters,
        origin(&entry.origin),
        description,
    ]
}

/// An error on one line: its nearest cause, since the rest of the row says where. For a manifest that has several
/// lines, the place on the first and the reason on the last.
fn brief(error: &Error) -> String {
    let mut lines = error.causes().first().map_or(error.message(), String::as_str).lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    match lines.next_back() {
        Some(last) => {
            format!("error: manifest: {last} ({})", first.trim_start_matches("TOML parse error at "))
        }
        None => format!("error: {first}"),
    }
}

fn to_json(entry: &Entry) -> Value {
    let (clip, facts) = (entry.outline, entry.facts);
    let mut object = json!({
        "name": entry.name,
        "description": entry.manifest.description,
        "duration": clip.and_then(|clip| clip.duration),
        "resolution": clip.map(|clip| clip.resolution),
        "clip_fps": clip.map(|clip| clip.fps),
        "frames": facts.map(|facts| facts.frames),
        "fps": facts.as_ref().and_then(Facts::rate),
        "scene_resolution": facts.and_then(|facts| facts.resolution),
        "parameters": entry.manifest.parameters.keys().collect::<Vec<_>>(),
        "origin": origin(&entry.origin),
        "file": path(entry.file.as_deref()),
        "blender_version": facts.map(|facts| facts.version().to_string()),
    });
    if let Some(error) = &entry.error {
        object["error"] = json!({"code": error.code(), "message": error.message(), "causes": error.causes(), "hint": error.hint_text()});
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::listing::Outline;
    use crate::template::{Manifest, Origin};

    fn entry(manifest: &str, error: Option<Error>) -> Entry {
        let manifest = Manifest::parse(manifest, "a").unwrap();
        Entry {
            name: "a".to_owned(),
            origin: Origin::Folder("library".into()),
            file: Some("library/a.blend".into()),
            outline: error.is_none().then(|| Outline::new(&manifest, None).unwrap()),
            manifest,
            facts: None,
            error,
        }
    }

    #[test]
    fn a_row_shows_the_clip_that_the_template_makes() {
        let manifest = "description = 'A cube'\n[defaults]\nduration = 12.5\nresolution = [640, 360]\n\
                        [parameters.glow]\ntype = 'number'\ndefault = 1\ntarget = 'a.b'\n";
        assert_eq!(row(&entry(manifest, None)), ["a", "13 s", "640x360", "1", "library", "A cube"]);
        assert_eq!(row(&entry("", None)), ["a", "8.0 s", "1920x1080", "", "library", ""]);
        let json = to_json(&entry(manifest, None));
        assert_eq!((&json["duration"], &json["parameters"][0]), (&json!(12.5), &json!("glow")));
        assert!(json.get("error").is_none() && json["frames"].is_null());
    }

    #[test]
    fn an_error_takes_the_place_of_the_description() {
        let cut = Error::bad_input("truncated_blend", "a.blend cannot be rendered")
            .because("the .blend file is cut short");
        let shown = row(&entry("", Some(cut)));
        assert_eq!(shown, ["a", "", "", "", "library", "error: the .blend file is cut short"]);
        let manifest = Manifest::parse("licence = 'x'\n", "library/a.toml").unwrap_err();
        let shown = &row(&entry("", Some(manifest)))[5];
        assert!(shown.contains("line 1") && shown.contains("licence") && !shown.contains('\n'), "{shown}");
    }
}
