//! `broll login`: the API key, kept where only its owner can read it.

use std::io::{IsTerminal, Read};

use serde_json::json;

use super::Context;
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::paths::{display, env};
use crate::runpod::{ApiKey, Asking, Client, Endpoint, KeyOrigin, Pace};

/// More than any key has.
const LONGEST: u64 = 64 * 1024;

/// Arguments of `login`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Forget the key instead
    #[arg(long)]
    remove: bool,

    /// Check the key with this endpoint [default: the configured one]
    #[arg(long, value_name = "ID", conflicts_with = "remove")]
    endpoint: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// `bad_key`, `key_refused`, `key_exposed`, and those of the file system.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let named = args.endpoint.as_deref().or_else(|| context.config.endpoint_id());
    // A key is for an API, not for one of its endpoints.
    let api = Endpoint::new(context.config.endpoint_base_url(), named.unwrap_or("any"))?;
    if args.remove {
        return remove(context, &api);
    }
    let key = ApiKey::parse(&ask(context, &api)?, &KeyOrigin::Given)?;
    let unchecked = match named {
        Some(_) => check(context, &api, &key)?,
        None => Some("no endpoint is configured that it could be tried with".to_owned()),
    };
    let file = key.keep(&context.paths, &api)?;
    if env("RUNPOD_API_KEY").is_some() {
        context.ui.warn("RUNPOD_API_KEY is set, and wins over the key that was kept now");
    }
    if context.ui.json {
        let (file, checked) = (file.to_string_lossy(), unchecked.is_none());
        return context
            .ui
            .answer_json(&json!({"file": file, "api": api.base(), "checked": checked, "note": unchecked}));
    }
    let how = unchecked
        .map_or_else(|| format!("checked with endpoint {}", api.id()), |why| format!("not checked: {why}"));
    context.ui.answer(&format!("the key for {} is kept in {} ({how})", api.base(), display(&file)))
}

fn remove(context: &Context, api: &Endpoint) -> Result<()> {
    let removed = ApiKey::forget(&context.paths, api)?;
    if context.ui.json {
        return context.ui.answer_json(&json!({"api": api.base(), "removed": removed}));
    }
    let what = if removed { "was removed" } else { "was not there" };
    context.ui.answer(&format!("the key for {} {what}", api.base()))
}

fn ask(context: &Context, api: &Endpoint) -> Result<String> {
    if std::io::stdin().is_terminal() {
        return context.ui.ask_secret(&format!("API key for {} (not shown)", api.base()));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(LONGEST).read_to_end(&mut bytes)?;
    // What is no text is no key: it is refused as one.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Tries the key; gives the reason when that says nothing about it.
fn check(context: &Context, api: &Endpoint, key: &ApiKey) -> Result<Option<String>> {
    let client = Client::new(api.clone(), Some((key.clone(), KeyOrigin::Given)), Pace::default())?;
    let (cancel, reporter) = (Cancel::default(), context.ui.reporter());
    let asking =
        Asking { patience: std::time::Duration::from_secs(10), reporter: reporter.as_ref(), cancel: &cancel };
    match client.health(&asking) {
        Ok(_) => Ok(None),
        Err(error) if matches!(error.code(), "key_refused" | "interrupted") => Err(error),
        Err(error) => Ok(Some(error.to_string())),
    }
}
