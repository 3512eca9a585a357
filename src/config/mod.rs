//! Settings and where each came from: built-in defaults < `config.toml` < environment. Flags lie above all.
//!
//! Every value is text in the file, but for the numbers of the price table. An API key is never one of them: it stays in the environment or in its own file.

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
use crate::paths::{Paths, display, env, is_absent};
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
    /// `bad_config`, naming the file or the variable and the key.
    pub fn load(paths: &Paths) -> Result<Self> {
        let file = paths.config_file();
        let text = match fs_err::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if is_absent(&error) => String::new(),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                let hint = "make it readable, or name another folder in BROLL_CONFIG_DIR or in HOME";
                return Err(bad_file(&file).because(error).hint(hint));
            }
            Err(error) => return Err(bad_file(&file).because(error)),
        };
        Self::layered(&text, &file, env)
    }

    fn layered(text: &str, file: &Path, env: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            bad_file(file).because(format!("line {line}: {}", error.message().replace('\n', " ")))
        })?;
        let mut config = Self::default();
        for (name, value) in &table {
            if name == "prices" {
                config.prices.read(value).map_err(|why| bad_file(file).because(why))?;
                continue;
            }
            let key = Key::named(name).map_err(|why| bad_file(file).because(why))?;
            let value = value
                .as_str()
                .ok_or_else(|| format!("must be text in quotes, not {}", value.type_str()))
                .and_then(|text| key.check(OsStr::new(text)).map(|()| text))
                .map_err(|why| bad_file(file).because(format!("{name} {why}")))?;
            config.put(key, OsStr::new(value), Origin::File);
        }
        for key in &KEYS {
            let Some((variable, value)) = key.variable.and_then(|name| Some((name, env(name)?))) else {
                continue;
            };
            key.check_env(&value).map_err(|why| {
                Error::bad_input("bad_config", format!("the environment variable {variable} {why}"))
                    .hint(format!("correct {variable}, or unset it"))
            })?;
            config.put(key, &value, Origin::Env(variable));
        }
        Ok(config)
    }

    /// What this text alone gives.
    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Result<Self> {
        Self::layered(text, Path::new("config.toml"), |_| None)
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

fn bad_file(file: &Path) -> Error {
    let shown = display(file);
    Error::bad_input("bad_config", format!("{shown} cannot be used"))
        .hint(format!("correct {shown}; `broll config show` prints the keys"))
}

#[cfg(test)]
mod tests;
