//! `broll templates search`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use super::super::Context;
use super::kit;
use crate::blender::Version;
use crate::blenderkit::{Asset, Kind, PAGE_SIZE, Page, Query};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::ui::{Table, fmt};

/// Arguments of `templates search`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to search for
    #[arg(value_name = "WORDS", required = true, num_args = 1..)]
    words: Vec<String>,

    /// The page of results, 15 on each
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,

    /// Only what needs no paid plan
    #[arg(long)]
    free: bool,

    /// scene, or model: objects without a camera, which cannot be rendered by themselves
    #[arg(hide_possible_values = true, long = "type", value_name = "TYPE", default_value = "scene", value_parser = PossibleValuesParser::new(Kind::NAMES).try_map(|name| name.parse::<Kind>()))]
    kind: Kind,
}

/// Runs the command.
///
/// # Errors
/// `no_such_page`, and those of a network and a service that fail. Nothing found is none.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let (client, blender) = (kit::client(context)?, kit::blender(context));
    let query = Query { words: args.words.join(" "), kind: args.kind, free: args.free, page: args.page };
    let reporter = kit::Shown::new(&context.ui, "BlenderKit");
    let asked_for = blender.unwrap_or(Version::OLDEST);
    let page = client.search(&query, asked_for, &reporter, &Cancel::default())?;
    let Some(page) = page else {
        return Err(Error::bad_input(
            "no_such_page",
            format!("there is no page {} of these results", args.page),
        )
        .hint("see the first page for their number: leave --page out"));
    };
    if context.ui.json {
        let all: Vec<Value> =
            page.assets.iter().map(|asset| to_json(asset, &client.site().page(&asset.id), blender)).collect();
        return context.ui.answer_json(&json!({
            "count": page.count, "page": args.page, "pages": pages(&page), "more": page.more, "assets": all,
        }));
    }
    if page.assets.is_empty() {
        context.ui.status(&format!("nothing was found for {:?}", query.words));
        context.ui.hint(&advice(args));
        return Ok(());
    }
    context.ui.answer(&table(&page, blender).to_string())?;
    if page.more {
        let (next, last) = (args.page.saturating_add(1), pages(&page));
        context
            .ui
            .status(&format!("page {} of {last}, {} found: --page {next} shows more", args.page, page.count));
    }
    context.ui.hint("`broll templates add blenderkit:ID` adds one to your library");
    if args.kind == Kind::Model {
        context
            .ui
            .hint("a model has no camera and cannot be rendered until it is put into a scene in Blender");
    }
    Ok(())
}

fn pages(page: &Page) -> u64 {
    page.count.div_ceil(u64::from(PAGE_SIZE))
}

fn advice(args: &Args) -> String {
    let mut ways = vec!["try fewer or other English words"];
    if args.free {
        ways.push("leave --free out");
    }
    if args.kind == Kind::Scene {
        ways.push("or look for objects with --type model");
    }
    ways.join(", ")
}

fn table(page: &Page, blender: Option<Version>) -> Table {
    let faces = page.assets.iter().any(|asset| asset.faces.is_some());
    // What is aligned to the right keeps its width: an id is worthless in part. Its header is as wide, and so stands left.
    let widest = page.assets.iter().map(|asset| asset.id.len()).max().unwrap_or(0);
    let id = format!("{:widest$}", "ID");
    let mut headers = vec![id.as_str(), "NAME", "AUTHOR", "LICENSE", "SIZE", "BLENDER", "PLAN"];
    if faces {
        headers.push("FACES");
    }
    let mut table = Table::new(&headers).right(0).right(4).right(7);
    page.assets.iter().for_each(|asset| table.row(row(asset, blender)));
    table
}

fn row(asset: &Asset, blender: Option<Version>) -> Vec<String> {
    let newer = blender.is_some_and(|blender| asset.newer_than(blender));
    vec![
        asset.id.clone(),
        asset.name.clone(),
        asset.author.clone(),
        asset.license.short().to_owned(),
        asset.bytes.map(fmt::bytes).unwrap_or_default(),
        asset
            .blender
            .map(|own| format!("{}.{}{}", own.0, own.1, if newer { " newer" } else { "" }))
            .unwrap_or_default(),
        plan(asset).to_owned(),
        asset.faces.map(|faces| faces.to_string()).unwrap_or_default(),
    ]
}

fn plan(asset: &Asset) -> &'static str {
    match (asset.free, asset.can_download) {
        (Some(true), _) => "free",
        (Some(false), Some(true)) => "yours",
        (Some(false), _) => "full",
        (None, _) => "",
    }
}

fn to_json(asset: &Asset, page: &str, blender: Option<Version>) -> Value {
    json!({
        "id": asset.id,
        "name": asset.name,
        "type": asset.kind,
        "author": asset.author,
        "license": asset.license.text(),
        "redistribute": asset.license.redistribute(),
        "file_size_bytes": asset.bytes,
        "blender_version": asset.blender.map(|own| own.to_string()),
        "newer": blender.map(|blender| asset.newer_than(blender)),
        "free": asset.free,
        "can_download": asset.can_download,
        "faces": asset.faces,
        "resolutions": asset.files.iter().map(|file| file.label()).collect::<Vec<_>>(),
        "url": page,
    })
}
