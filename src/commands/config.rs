//! `broll config`: what is set, and where it came from.

use serde_json::json;

use super::Context;
use crate::config::prices::LIST;
use crate::config::{self, Config, GpuPrice, Origin};
use crate::error::Result;
use crate::paths::display;
use crate::runpod::{ApiKey, Endpoint, KeyOrigin};
use crate::ui::Table;

/// What to do with the configuration.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print every key with its value and where that came from
    Show,
    /// Print the path of config.toml
    Path,
    /// Change one key in config.toml and keep everything else in it
    Set {
        /// The key, such as `encoder`, or `prices.L40S.usd_per_hour` for the price table
        key: String,
        /// Its new value; an empty one removes the key
        value: String,
    },
}

/// Runs `broll config …`.
///
/// # Errors
/// `bad_config`, and those of the file system.
pub fn run(context: &Context, command: Command) -> Result<()> {
    match command {
        Command::Show => show(context),
        Command::Path => {
            let file = context.paths.config_file();
            if context.ui.json {
                return context.ui.answer_json(&json!({"path": file.to_string_lossy()}));
            }
            context.ui.answer(&file.to_string_lossy())
        }
        Command::Set { key, value } => set(context, &key, &value),
    }
}

fn show(context: &Context) -> Result<()> {
    // Read anew: what is wrong with the file is told here too, beside all that can be used.
    let (config, trouble) = Config::load_usable(&context.paths);
    let entries = config.entries();
    let text = |entry: &config::Entry| entry.value.as_ref().map(|value| value.to_string_lossy().into_owned());
    // Of the API key only this is ever told.
    let key = key_origin(context, &config);
    if context.ui.json {
        if let Some(error) = trouble {
            return Err(error);
        }
        let keys: serde_json::Map<_, _> = entries
            .iter()
            .map(|entry| {
                (entry.key.to_owned(), json!({"value": text(entry), "origin": entry.origin.to_string()}))
            })
            .collect();
        let file = context.paths.config_file().to_string_lossy().into_owned();
        let prices = json!({"list": LIST, "gpus": config.prices().gpus()});
        return context
            .ui
            .answer_json(&json!({"file": file, "keys": keys, "prices": prices, "api_key": key.is_some()}));
    }
    let mut table = Table::new(&["KEY", "VALUE", "FROM"]);
    for entry in entries {
        table.row(vec![
            entry.key.to_owned(),
            text(entry).unwrap_or_else(|| "-".to_owned()),
            entry.origin.to_string(),
        ]);
    }
    for (key, value) in config.prices().gpus().iter().flat_map(GpuPrice::configured) {
        table.row(vec![key, value.to_string(), Origin::File.to_string()]);
    }
    table.row(vec!["(prices)".to_owned(), LIST.to_owned(), Origin::Default.to_string()]);
    let (value, from) = match key {
        Some(KeyOrigin::Variable) => ("set", KeyOrigin::Variable.to_string()),
        Some(_) => ("set", "broll login".to_owned()),
        None => ("-", "default".to_owned()),
    };
    table.row(vec!["(API key)".to_owned(), value.to_owned(), from]);
    context.ui.answer(&table.to_string())?;
    trouble.map_or(Ok(()), Err)
}

/// Where the key for the configured API comes from, whatever endpoint is meant.
fn key_origin(context: &Context, config: &Config) -> Option<KeyOrigin> {
    let found = Endpoint::new(config.endpoint_base_url(), "any")
        .and_then(|api| ApiKey::find(&context.paths, config, &api));
    match found {
        Ok(found) => found.map(|(_, origin)| origin),
        // The rest of the configuration is worth showing all the same.
        Err(error) => {
            context.ui.warn(&error.to_string());
            None
        }
    }
}

fn set(context: &Context, key: &str, value: &str) -> Result<()> {
    config::set(&context.paths, key, value)?;
    let file = context.paths.config_file();
    let (config, trouble) = Config::load_usable(&context.paths);
    if let Some(error) = trouble {
        context.ui.warn(&error.to_string());
    }
    if let Some(Origin::Env(variable)) = config.entry(key).map(|entry| entry.origin) {
        context.ui.warn(&format!("{variable} is set, and wins over config.toml"));
    }
    if context.ui.json {
        let value = Some(value).filter(|value| !value.is_empty());
        return context.ui.answer_json(&json!({"key": key, "value": value, "path": file.to_string_lossy()}));
    }
    let what = if value.is_empty() { format!("{key} removed") } else { format!("{key} = {value}") };
    context.ui.answer(&format!("{what} ({})", display(&file)))
}
