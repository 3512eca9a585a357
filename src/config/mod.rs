//! Settings and where each came from: built-in defaults < `config.toml` < environment. Flags lie above all.
//!
//! Every value is text in the file, but for the numbers of the price table. An API key is never one of them: it stays in the environment or in its own file.

mod file;
mod keys;
pub mod prices;
mod set;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;

use serde::Serialize;

pub use keys::{KEYS, Key};
pub use prices::{GpuPrice, Prices};
pub use set::set;

use crate::error::{Error, Result};
use crate::paths::{Paths, env};
use crate::request::RenderRequest;

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "from", content = "variable")]
pub enum Origin {
    /// Built in.
    Default,
    /// `config.toml`.
    File,
    /// This environment variable.
    Env(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "config.toml",
            Self::Env(variable) => variable,
        })
    }
}

/// One key as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub key: &'static str,
    /// Its value, if it has any.
    pub value: Option<OsString>,
    /// Where that came from.
    pub origin: Origin,
}

/// All keys, resolved once at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    entries: Vec<Entry>,
    prices: Prices,
}

impl Default for Config {
    /// The built-in values alone.
    fn default() -> Self {
        let entry =
            |key: &Key| Entry { key: key.name, value: key.default.map(Into::into), origin: Origin::Default };
        Self { entries: KEYS.iter().map(entry).collect(), prices: Prices::default() }
    }
}

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// `bad_config`, naming the file with line and column, or the variable, and the key.
    pub fn load(paths: &Paths) -> Result<Self> {
        match Self::load_usable(paths) {
            (config, None) => Ok(config),
            (_, Some(error)) => Err(error),
        }
    }

    /// What of the file and the environment can be used, and the first thing that cannot.
    pub fn load_usable(paths: &Paths) -> (Self, Option<Error>) {
        let file = paths.config_file();
        match file::text(&file) {
            Ok(text) => Self::layered(&text, &file, env),
            Err(error) => (Self::layered("", &file, env).0, Some(error)),
        }
    }

    fn layered(text: &str, file: &Path, env: impl Fn(&str) -> Option<OsString>) -> (Self, Option<Error>) {
        let mut config = Self::default();
        let mut troubles = config.put_file(text, file);
        for key in &KEYS {
            let Some((variable, value)) = key.variable.and_then(|name| Some((name, env(name)?))) else {
                continue;
            };
            match key.check_env(&value) {
                Ok(()) => config.put(key, &value, Origin::Env(variable)),
                Err(why) => troubles.push(
                    Error::bad_input("bad_config", format!("the environment variable {variable} {why}"))
                        .hint(format!("correct {variable}, or unset it")),
                ),
            }
        }
        (config, troubles.into_iter().next())
    }

    /// Puts what the file's text says over the defaults. Gives what is wrong with it.
    fn put_file(&mut self, text: &str, file: &Path) -> Vec<Error> {
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                let error: toml::de::Error = error;
                let offset = error.span().map_or(0, |span| span.start);
                return vec![file::wrong(file, text, Some(offset), error.message(), None)];
            }
        };
        let mut troubles = Vec::new();
        for (name, value) in &table {
            if name == "prices" {
                if let Err(prices::Wrong { place, why }) = self.prices.read(value) {
                    troubles.push(file::wrong(file, text, file::offset(text, &place), &why, None));
                }
                continue;
            }
            let checked = Key::named(name).and_then(|key| {
                let value = value
                    .as_str()
                    .ok_or_else(|| format!("must be text in quotes, not {}", value.type_str()))
                    .and_then(|text| key.check(OsStr::new(text)).map(|()| text));
                value.map(|value| (key, value)).map_err(|why| format!("{name} {why}"))
            });
            match checked {
                Ok((key, value)) => self.put(key, OsStr::new(value), Origin::File),
                Err(why) => {
                    let offset = file::offset(text, std::slice::from_ref(name));
                    troubles.push(file::wrong(file, text, offset, &why, Some(name)));
                }
            }
        }
        troubles
    }

    /// What this text alone gives.
    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Result<Self> {
        match Self::layered(text, Path::new("config.toml"), |_| None) {
            (config, None) => Ok(config),
            (_, Some(error)) => Err(error),
        }
    }

    fn put(&mut self, key: &Key, value: &OsStr, origin: Origin) {
        for entry in self.entries.iter_mut().filter(|entry| entry.key == key.name) {
            entry.value = Some(value.to_owned());
            entry.origin = origin;
        }
    }

    /// Every key with its value and origin, in the order of the documentation.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// One key with its value and origin.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == name)
    }

    fn value(&self, name: &str) -> Option<&OsStr> {
        self.entry(name)?.value.as_deref()
    }

    /// A Blender executable, or a Python that has bpy.
    pub fn blender(&self) -> Option<&Path> {
        self.value("blender").map(Path::new)
    }

    /// An ffmpeg executable.
    pub fn ffmpeg(&self) -> Option<&Path> {
        self.value("ffmpeg").map(Path::new)
    }

    /// A template library that is searched before the others.
    pub fn library(&self) -> Option<&Path> {
        self.value("library").map(Path::new)
    }

    /// The RunPod endpoint.
    pub fn endpoint_id(&self) -> Option<&str> {
        self.value("endpoint_id")?.to_str()
    }

    /// Where the RunPod API answers, without a final slash.
    pub fn endpoint_base_url(&self) -> &str {
        let url = self.value("endpoint_base_url").and_then(OsStr::to_str);
        url.unwrap_or(keys::DEFAULT_BASE_URL).trim_end_matches('/')
    }

    /// What a second of execution at the endpoint costs, in US dollars.
    pub fn rate_per_second(&self) -> Option<f64> {
        self.number("rate_per_second")
    }

    /// The GPU of the endpoint, as the price table names it.
    pub fn endpoint_gpu(&self) -> Option<&str> {
        self.value("endpoint_gpu")?.to_str()
    }

    /// How fast this machine renders, in the unit of the price table's speeds.
    pub fn local_speed(&self) -> Option<f64> {
        self.number("local_speed")
    }

    /// Seconds of a worker's start and of its waiting afterwards, which are paid beside a job.
    pub fn worker_seconds(&self) -> (f64, f64) {
        let seconds = |name| self.number(name).unwrap_or_default();
        (seconds("worker_start_seconds"), seconds("worker_idle_seconds"))
    }

    /// What GPUs cost and how fast they are.
    pub fn prices(&self) -> &Prices {
        &self.prices
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.to_str()?.parse().ok()
    }

    /// Where BlenderKit answers; its API lies below it at `api/v1`.
    pub fn blenderkit_url(&self) -> &str {
        self.value("blenderkit_url").and_then(OsStr::to_str).unwrap_or(keys::DEFAULT_BLENDERKIT_URL)
    }

    /// Device, encoder and quality, as far as the file gives them.
    pub fn render_defaults(&self) -> RenderRequest {
        let given = |name: &str| {
            let entry = self.entry(name).filter(|entry| entry.origin != Origin::Default)?;
            entry.value.as_deref()?.to_str()
        };
        RenderRequest {
            device: given("device").and_then(|text| text.parse().ok()),
            encoder: given("encoder").and_then(|text| text.parse().ok()),
            quality: given("quality").and_then(|text| text.parse().ok()),
            ..RenderRequest::default()
        }
    }
}

#[cfg(test)]
mod tests;
