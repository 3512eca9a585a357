//! The keys of `config.toml`: their names, what may stand in them, and the variables that override them.

use std::ffi::OsStr;
use std::path::Path;

use super::prices::Field;
use crate::encode::Encoder;
use crate::request::{Device, Quality};

/// Where the RunPod API answers, as in the official SDK.
pub(super) const DEFAULT_BASE_URL: &str = "https://api.runpod.ai/v2";

/// Seconds that a worker takes to come up, which are paid: the container's own start, and a few seconds of broll's checks
/// with a Blender and an encode. An endpoint's own value is the delay of a job that found no worker waiting.
pub(super) const DEFAULT_START: &str = "10";
/// Seconds that a worker waits for another job before it goes, which are paid: the default of RunPod's endpoints.
pub(super) const DEFAULT_IDLE: &str = "5";
/// Where BlenderKit answers, since June 2026; the old domain, blenderkit.com, leads there.
pub(super) const DEFAULT_BLENDERKIT_URL: &str = "https://www.blendkit.com";

/// What may stand in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// An absolute path, or a bare name that is looked up on the PATH.
    Program,
    /// An absolute path.
    Folder,
    Device,
    Encoder,
    Quality,
    Id,
    Url,
    /// US dollars for a second, more than 0.
    Rate,
    /// A GPU as the price table names it.
    Gpu,
    /// How fast something renders, more than 0.
    Speed,
    /// Seconds, 0 to an hour.
    Seconds,
}

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name in the file.
    pub name: &'static str,
    /// The environment variable above it.
    pub variable: Option<&'static str>,
    /// Its built-in value.
    pub default: Option<&'static str>,
    form: Form,
}

const fn key(
    name: &'static str,
    variable: Option<&'static str>,
    default: Option<&'static str>,
    form: Form,
) -> Key {
    Key { name, variable, default, form }
}

/// Every key, in the order of the documentation.
pub const KEYS: [Key; 14] = [
    key("blender", Some("BROLL_BLENDER"), None, Form::Program),
    key("ffmpeg", Some("BROLL_FFMPEG"), None, Form::Program),
    key("library", Some("BROLL_LIBRARY"), None, Form::Folder),
    key("device", Some("BROLL_DEVICE"), Some("auto"), Form::Device),
    key("encoder", Some("BROLL_ENCODER"), Some("h264_nvenc"), Form::Encoder),
    key("quality", None, Some("good"), Form::Quality),
    key("endpoint_id", Some("RUNPOD_ENDPOINT_ID"), None, Form::Id),
    key("endpoint_base_url", Some("RUNPOD_ENDPOINT_BASE_URL"), Some(DEFAULT_BASE_URL), Form::Url),
    key("rate_per_second", None, None, Form::Rate),
    key("endpoint_gpu", None, None, Form::Gpu),
    key("local_speed", None, None, Form::Speed),
    key("worker_start_seconds", None, Some(DEFAULT_START), Form::Seconds),
    key("worker_idle_seconds", None, Some(DEFAULT_IDLE), Form::Seconds),
    key("blenderkit_url", Some("BROLL_BLENDERKIT_URL"), Some(DEFAULT_BLENDERKIT_URL), Form::Url),
];

impl Key {
    /// The key of that name, or why there is none.
    pub(super) fn named(name: &str) -> Result<&'static Self, String> {
        KEYS.iter().find(|key| key.name == name).ok_or_else(|| {
            let plain = name.to_lowercase().replace('-', "_");
            if plain.contains("api_key") {
                let variable = if plain.contains("blend") { "BLENDERKIT_API_KEY" } else { "RUNPOD_API_KEY" };
                format!("{name} is not a key: an API key belongs into the environment variable {variable}, never into this file")
            } else {
                let keys = KEYS.map(|key| key.name).join(", ");
                format!("unknown key {name}; the keys are {keys}, and prices.GPU.usd_per_hour and prices.GPU.speed")
            }
        })
    }

    /// Why the value cannot stand in the file; the reason continues a sentence that begins with the key.
    pub(super) fn check(&self, value: &OsStr) -> Result<(), String> {
        let path = Path::new(value);
        match self.form {
            Form::Program if path.components().count() > 1 && !path.is_absolute() => Err(not_absolute(path)),
            Form::Folder if !path.is_absolute() => Err(not_absolute(path)),
            _ => self.check_env(value),
        }
    }

    /// The same for the environment, where a path may be relative: whoever sets it knows the working folder.
    pub(super) fn check_env(&self, value: &OsStr) -> Result<(), String> {
        let path_like = matches!(self.form, Form::Program | Form::Folder);
        if value.is_empty() {
            return Err("is empty".to_owned());
        }
        if path_like {
            return Ok(());
        }
        let text = value.to_str().ok_or("is not UTF-8")?;
        let cannot = |why: &str| format!("cannot be {text:?}: {why}");
        // These reasons begin with the key already.
        let named = |why: String| why.trim_start_matches(self.name).trim_start().to_owned();
        match self.form {
            Form::Device => text.parse::<Device>().map(drop).map_err(named),
            Form::Encoder => text.parse::<Encoder>().map(drop).map_err(named),
            Form::Quality => text.parse::<Quality>().map(drop).map_err(named),
            Form::Id if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) => {
                Err(cannot("an endpoint's id has letters, digits, - and _ alone"))
            }
            Form::Url if !text.starts_with("https://") && !text.starts_with("http://") => {
                Err(cannot("a URL starts with https:// or http://"))
            }
            Form::Rate if !text.parse::<f64>().is_ok_and(|rate| rate > 0.0 && rate <= 1000.0) => {
                Err(cannot("a rate is a number of US dollars for a second, more than 0, such as 0.00031"))
            }
            Form::Gpu if !text.chars().any(char::is_alphanumeric) => {
                Err(cannot("a GPU is named as in the price table, such as RTX 4090"))
            }
            Form::Speed => Field::Speed.check(text.parse().map_err(|_| cannot("it is a number"))?).map(drop),
            Form::Seconds if !text.parse::<f64>().is_ok_and(|time| (0.0..=3600.0).contains(&time)) => {
                Err(cannot("it is a number of seconds, 0 to 3600"))
            }
            _ => Ok(()),
        }
    }

    /// A path relative to the working folder, made absolute for the file; anything else as it is.
    pub(super) fn absolute(&self, value: &str) -> String {
        let path = Path::new(value);
        let relative = match self.form {
            Form::Program => path.components().count() > 1,
            Form::Folder => !value.is_empty(),
            _ => false,
        };
        let absolute = relative.then(|| std::path::absolute(path).ok()).flatten();
        absolute.and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_else(|| value.to_owned())
    }
}

fn not_absolute(path: &Path) -> String {
    format!("cannot be {}: the path must be absolute", crate::paths::display(path))
}
