//! What a worker tries before it takes its first job, so that a machine that cannot render says so instead of failing
//! jobs.

use std::path::Path;
use std::thread;

use super::shop::{Env, Terms};
use crate::config::Config;
use crate::deliver::Ways;
use crate::encode::{ClipFormat, Encoder};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::paths::{Paths, display};
use crate::render::{Resident, Warmth};
use crate::request::{Device, RenderRequest, Settings};
use crate::template::{Library, listing};
use crate::toolchain::{ffmpeg, free_space};
use crate::ui::fmt;

/// Less than this and the frames of a short clip in full HD do not fit.
const LEAST_SPACE: u64 = 1_000_000_000;

/// One check that failed: its name, and why in one sentence.
type Problem = (&'static str, String);

/// Tries Blender and its devices, the encoder, the library, the disk and where `env` wants clips, all at once. Blender is
/// left in `resident`. Gives whether there is a GPU.
///
/// # Errors
/// The name of the first check that failed, and what is wrong with all that did.
pub(super) fn preflight(
    config: &Config,
    paths: &Paths,
    terms: &Terms,
    env: &Env,
    library: &Library,
    resident: &Resident,
) -> Result<bool, Problem> {
    let disk = disk(&paths.cache, free_space);
    let (gpu, encoder) = thread::scope(|scope| {
        let encoder = scope.spawn(|| encoder(config, paths, terms));
        let gpu = gpu(config, paths, terms, resident);
        (gpu, encoder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let library = templates(config, library, paths);
    let has_gpu = gpu.as_ref().is_ok_and(|has| *has);
    let problems: Vec<Problem> =
        [gpu.err(), encoder.err(), library.err(), disk.err(), delivery(terms, env).err()]
            .into_iter()
            .flatten()
            .collect();
    match problems.first() {
        None => Ok(has_gpu),
        Some((check, _)) => {
            let reasons: Vec<&str> = problems.iter().map(|(_, reason)| reason.as_str()).collect();
            Err((check, reasons.join(" ")))
        }
    }
}

fn gpu(config: &Config, paths: &Paths, terms: &Terms, resident: &Resident) -> Result<bool, Problem> {
    let wanted = config.render_defaults().device.unwrap_or_default();
    let (stall_timeout, cancel) = (terms.stall_timeout, &Cancel::when_draining());
    let warm = |device| {
        let warmth = Warmth { config, paths, device, stall_timeout, cancel, resident };
        warmth.hello().map(|backend| backend.is_some())
    };
    let found = match warm(wanted) {
        Err(error) if error.code() == "no_gpu" && terms.allow_cpu => warm(Device::Cpu),
        Ok(false) if !terms.allow_cpu => {
            let text = "the default device is cpu, and BROLL_ALLOW_CPU=1 is not set".to_owned();
            return Err(("gpu", told(&Error::environment("cpu_refused", text))));
        }
        other => other,
    };
    found.map_err(|error| (if error.code() == "no_gpu" { "gpu" } else { "blender" }, told(&error)))
}

fn encoder(config: &Config, paths: &Paths, terms: &Terms) -> Result<(), Problem> {
    let defaults = config.render_defaults();
    let wanted = defaults.encoder.unwrap_or_default();
    let tried = encodes(config, paths, &defaults, wanted);
    let tried = match tried {
        // Whoever may ask for the processor encodes there too.
        Err(_) if terms.allow_cpu && wanted.is_nvenc() => encodes(config, paths, &defaults, Encoder::Libx264),
        other => other,
    };
    tried.map_err(|error| ("encoder", told(&error)))
}

fn encodes(config: &Config, paths: &Paths, defaults: &RenderRequest, encoder: Encoder) -> Result<()> {
    let settings = Settings::new(&RenderRequest { encoder: Some(encoder), ..defaults.clone() })?;
    let format = ClipFormat {
        encoder,
        quality: settings.quality,
        fps: settings.fps,
        resolution: settings.resolution,
        transparent: false,
    };
    ffmpeg::choose(config, paths, &format, &Cancel::when_draining()).map(drop)
}

/// The library that was named is there, and at least one template can be read. One that cannot is told by the job that asks for it.
fn templates(config: &Config, library: &Library, paths: &Paths) -> Result<(), Problem> {
    if let Some(folder) = config.library()
        && let Err(error) = fs_err::read_dir(folder)
    {
        return Err(("library", format!("the library cannot be read: {error}.")));
    }
    let entries = listing::list(library, paths, listing::Detail::Clip);
    if entries.iter().any(|entry| entry.error.is_none()) {
        return Ok(());
    }
    let error = Error::bad_input("no_template", "no template of the library can be read");
    let first = entries.into_iter().find_map(|entry| entry.error);
    Err(("library", told(&first.into_iter().fold(error, Error::because))))
}

/// Jobs write frames, clips and templates here.
fn disk(cache: &Path, free: impl Fn(&Path) -> Option<u64>) -> Result<(), Problem> {
    let shown = display(cache);
    let written = fs_err::create_dir_all(cache).and_then(|()| tempfile::tempfile_in(cache).map(drop));
    if let Err(error) = written {
        return Err(("disk", format!("{shown} cannot be written to: {error}.")));
    }
    match free(cache) {
        Some(free) if free < LEAST_SPACE => {
            let (free, least) = (fmt::bytes(free), fmt::bytes(LEAST_SPACE));
            Err(("disk", format!("{shown} has {free} of free space, and jobs need {least}.")))
        }
        _ => Ok(()),
    }
}

/// The bucket of the environment, if there is one, is all set up: each job would fail over one that is not.
fn delivery(terms: &Terms, env: &Env) -> Result<(), Problem> {
    let ways = Ways::new(terms.inline_limit, None, None, env, terms.volume.clone());
    ways.map(drop).map_err(|error| ("delivery", told(&error)))
}

/// What failed and why, on one line.
pub(super) fn told(error: &Error) -> String {
    let text = error.to_string();
    format!("{}.", text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_room_names_both_numbers() {
        let root = tempfile::tempdir().unwrap();
        assert!(disk(root.path(), |_| Some(LEAST_SPACE)).is_ok() && disk(root.path(), |_| None).is_ok());
        let (check, reason) = disk(root.path(), |_| Some(700_000_000)).unwrap_err();
        assert!(
            check == "disk" && reason.contains("has 700 MB of free space, and jobs need 1.0 GB"),
            "{reason}"
        );
    }

    #[test]
    fn a_bucket_that_is_half_set_up_is_told_before_the_first_job() {
        let with = |name: &'static str, value: &'static str| {
            delivery(&Terms::default(), &move |own: &str| (own == name).then(|| value.to_owned()))
        };
        let (check, reason) =
            with("BUCKET_ENDPOINT_URL", "https://clips.s3.eu-west-1.amazonaws.com").unwrap_err();
        assert!(check == "delivery" && reason.contains("BUCKET_ACCESS_KEY_ID is missing"), "{reason}");
        let (_, reason) = with("BUCKET_SECRET_ACCESS_KEY", "hush").unwrap_err();
        assert!(reason.contains("BUCKET_ENDPOINT_URL is missing") && !reason.contains("hush"), "{reason}");
        // Nothing set up is no fault: clips may all fit into answers, and requests bring their own places.
        assert!(with("BUCKET_NAME", "clips").is_ok() && with("", "").is_ok());
    }

    #[test]
    fn reasons_are_one_line_that_ends_once() {
        let error = Error::environment("x", "Blender does not come up").because("line one\nline  two.");
        assert_eq!(told(&error), "Blender does not come up: line one line two.");
    }
}
