//! One look at everything a render needs, each thing tried for real, all at the same time.

mod blender;
mod encoders;
mod folders;
mod gpus;

use std::thread;

use serde::Serialize;

use super::{ffmpeg, gpu};
use crate::config::{Config, Origin};
use crate::encode::Encoder;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::paths::{Paths, display, env};
use crate::request::Device;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It works.
    Ok,
    /// A render with the default settings needs it, and it does not work.
    Failed,
    /// Good to know.
    Info,
}

/// One row of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// How it came out.
    pub status: Status,
    /// What was found.
    pub found: String,
    /// What to do; every failed check has it.
    pub fix: Option<String>,
}

impl Check {
    fn ok(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self { name: name.into(), status: Status::Ok, found: found.into(), fix: None }
    }

    fn info(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self { name: name.into(), status: Status::Info, found: found.into(), fix: None }
    }

    fn failed(name: impl Into<String>, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name: name.into(), status: Status::Failed, found: found.into(), fix: Some(fix.into()) }
    }

    fn error(name: &str, error: &Error) -> Self {
        Self::failed(name, error.to_string(), error.hint_text())
    }

    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether `broll render` works here as it is configured.
    pub ok: bool,
    /// Whether it works with `--cpu`.
    pub cpu_ok: bool,
    /// Every check.
    pub checks: Vec<Check>,
}

/// Looks at everything.
///
/// # Errors
/// `interrupted` alone: all else is in the report.
pub fn examine(paths: &Paths) -> Result<Report> {
    let (config, configured) = configuration(paths);
    let defaults = config.render_defaults();
    let device = defaults.device.unwrap_or_default();
    let (encoder, quality) = (defaults.encoder.unwrap_or_default(), defaults.quality.unwrap_or_default());
    let candidates = ffmpeg::candidates(&config, paths);
    let (blender, gpus, encoders) = thread::scope(|scope| {
        let blender = scope.spawn(|| blender::look(&config, paths));
        let gpus = scope.spawn(gpu::list);
        let candidates = &candidates;
        let encoders =
            Encoder::ALL.map(|each| scope.spawn(move || encoders::check(candidates, each, quality, encoder)));
        (joined(blender), joined(gpus), encoders.map(joined))
    });
    interrupt::check()?;
    let folders = folders::checks(paths);
    let base = configured.status != Status::Failed
        && blender.works
        && folders.iter().all(|check| check.status != Status::Failed);
    let encodes = |wanted: Encoder| {
        encoders.iter().any(|check| check.name == wanted.name() && check.status == Status::Ok)
    };
    let backends = blender.backends(device, gpus.as_ref().is_ok_and(|gpus| !gpus.is_empty()));
    let renders = device == Device::Cpu || backends.as_ref().is_some_and(|check| check.status == Status::Ok);
    let report = (base && renders && encodes(encoder), base && encodes(Encoder::Libx264));
    let mut checks = vec![blender.check.clone()];
    checks.extend(backends);
    checks.extend(gpus::checks(&gpus, blender.kernels.as_ref()));
    checks.extend(encoders);
    checks.extend(folders);
    checks.extend([configured, endpoint(&config)]);
    Ok(Report { ok: report.0, cpu_ok: report.1, checks })
}

fn configuration(paths: &Paths) -> (Config, Check) {
    let file = paths.config_file();
    match Config::load_usable(paths) {
        (config, Some(error)) => (config, Check::error("config.toml", &error)),
        (config, None) if file.exists() => (config, Check::ok("config.toml", display(&file))),
        (config, None) => (config, Check::info("config.toml", "no file: the defaults apply")),
    }
}

fn endpoint(config: &Config) -> Check {
    let id = match config.entry("endpoint_id").map(|entry| (entry.value.is_some(), entry.origin)) {
        Some((true, Origin::File)) => "id from config.toml",
        Some((true, _)) => "id from RUNPOD_ENDPOINT_ID",
        _ => "no id",
    };
    let key = if env("RUNPOD_API_KEY").is_some() { "RUNPOD_API_KEY is set" } else { "no RUNPOD_API_KEY" };
    Check::info("endpoint", format!("{id}, {key}"))
}

/// What a thread found; a panic goes on in this one.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
