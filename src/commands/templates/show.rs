//! `broll templates show`.

mod example;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::super::Context;
use super::{origin, path, seconds, size, still};
use crate::error::Result;
use crate::paths::display;
use crate::render;
use crate::template::blend_file::{BlendFacts, Compression};
use crate::template::listing::Outline;
use crate::template::{Facts, Library, Parameter, Template, schema};
use crate::ui::{Table, fields, fmt};

/// Arguments of `templates show`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a template in the library, or path of a .blend
    #[arg(value_name = "NAME|FILE.blend")]
    template: OsString,

    /// Search this folder first
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// `no_template`, `bad_manifest`, `bad_value` for the manifest's defaults, and those of a .blend that cannot be read.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let library = Library::new(args.library.as_deref(), context.config.library(), &context.paths);
    let template = library.find(&args.template)?;
    let facts = render::read_blend(&template.file)?;
    let outline = Outline::new(&template.manifest, Some(&Facts::from(&facts)))?;
    let bytes = fs_err::metadata(&template.file)?.len();
    if context.ui.json {
        return context.ui.answer_json(&to_json(&template, &facts, &outline, bytes));
    }
    still::draw(context, &template, &facts)?;
    let mut text = fields(&pairs(&template, &facts, &outline, bytes));
    if !template.manifest.parameters.is_empty() {
        text.push_str("\n\n");
        text.push_str(&parameters(&template).to_string());
    }
    let name = display(template.name.as_ref());
    if let Some(example) = example::example(&name, args.library.as_deref(), &template.manifest.parameters) {
        text.push_str("\n\nexample  ");
        text.push_str(&example);
    }
    context.ui.answer(&text)
}

fn pairs(
    template: &Template,
    facts: &BlendFacts,
    outline: &Outline,
    bytes: u64,
) -> Vec<(&'static str, String)> {
    let manifest = &template.manifest;
    let scene = Facts::from(facts);
    let packed = match facts.compression {
        Compression::None => "not compressed",
        Compression::Gzip => "compressed with gzip",
        Compression::Zstd => "compressed with zstd",
    };
    let (first, last) = (facts.frame_start, facts.frame_end);
    let rate = scene.rate().zip(scene.length());
    let rate = rate.map(|(fps, length)| format!(" at {fps} fps, {}", fmt::seconds(length)));
    let clip = [seconds(outline.duration), size(Some(outline.resolution)), format!("at {} fps", outline.fps)];
    vec![
        ("name", display(template.name.as_ref())),
        ("description", manifest.description.clone()),
        ("author", manifest.author.clone()),
        ("license", manifest.license.clone()),
        (
            "sharing",
            if manifest.redistribute == Some(false) {
                "the file must not be passed on".to_owned()
            } else {
                String::new()
            },
        ),
        ("source", manifest.source.clone()),
        ("tags", manifest.tags.join(", ")),
        ("from", origin(&template.origin)),
        ("file", lasting(template, &template.file).map(display).unwrap_or_default()),
        ("saved by", format!("Blender {}, {packed}, {}", facts.version, fmt::bytes(bytes))),
        ("scene", facts.scene.clone()),
        ("frames", format!("{first}..{last}{}", rate.unwrap_or_default())),
        ("size", size(facts.resolution.map(<[u32; 2]>::from))),
        ("engine", facts.engine.clone().unwrap_or_default()),
        ("clip", clip.join(" ").trim().to_owned()),
        ("defaults", defaults(template)),
    ]
}

/// A file of the template, unless it is gone when this command ends.
fn lasting<'a>(template: &Template, file: &'a Path) -> Option<&'a Path> {
    template.held.is_none().then_some(file)
}

/// The manifest's defaults as `name value`, in the form that the flags take.
fn defaults(template: &Template) -> String {
    let all = serde_json::to_value(&template.manifest.defaults).unwrap_or_default();
    let shown = all.as_object().into_iter().flatten().map(|(name, value)| match (name.as_str(), value) {
        ("resolution", Value::Array(sides)) => format!("{name} {}", joined(sides, "x")),
        ("frames", Value::Array(ends)) => format!("{name} {}", joined(ends, "..")),
        (_, Value::String(text)) => format!("{name} {text}"),
        ("duration", value) => format!("{name} {}", seconds(value.as_f64())),
        (_, value) => format!("{name} {value}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn joined(values: &[Value], between: &str) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(between)
}

fn parameters(template: &Template) -> Table {
    let mut table = Table::new(&["PARAMETER", "TAKES", "DEFAULT", "WHAT IT DOES"]).wrapping();
    for (name, parameter) in &template.manifest.parameters {
        let summary = parameter.summary().to_owned();
        table.row(vec![name.clone(), parameter.describe(), default(parameter), summary]);
    }
    table
}

fn default(parameter: &Parameter) -> String {
    match &parameter.default {
        Value::String(text) if text.is_empty() && parameter.kind.may_be_left() => "the file's".to_owned(),
        Value::String(text) if !text.trim().is_empty() => text.clone(),
        other => other.to_string(),
    }
}

fn to_json(template: &Template, facts: &BlendFacts, outline: &Outline, bytes: u64) -> Value {
    let manifest = &template.manifest;
    json!({
        "name": display(template.name.as_ref()),
        "description": manifest.description,
        "author": manifest.author,
        "license": manifest.license,
        "source": manifest.source,
        "redistribute": manifest.redistribute,
        "tags": manifest.tags,
        "origin": origin(&template.origin),
        "file": path(lasting(template, &template.file)),
        "file_size_bytes": bytes,
        "still": path(still::path_of(template).as_deref().and_then(|still| lasting(template, still))),
        "blender_version": facts.version,
        "compression": facts.compression,
        "scene": facts.scene,
        "frames": [facts.frame_start, facts.frame_end],
        "fps": Facts::from(facts).rate(),
        "scene_resolution": facts.resolution,
        "engine": facts.engine,
        "sequencer": manifest.sequencer,
        "duration": outline.duration,
        "resolution": outline.resolution,
        "clip_fps": outline.fps,
        "defaults": manifest.defaults,
        "parameters": schema(&manifest.parameters),
    })
}
