//! Finding an ffmpeg that really encodes: the newest is the wrong one on many GPU hosts, so each is tried.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Serialize;

use super::gpu::{self, Gpu};
use super::{Origin, managed, named, on_path};
use crate::config::Config;
use crate::encode::ClipFormat;
use crate::encode::probe::{Refusal, probe, unusable};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::paths::{Paths, display};
use crate::process;

/// An ffmpeg that may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The executable.
    pub path: PathBuf,
    /// Who named it.
    pub origin: Origin,
}

/// The one that is named explicitly, else every one on the PATH and then the managed one.
pub fn candidates(config: &Config, paths: &Paths) -> Vec<Candidate> {
    if let Some((path, origin)) = named(config, "ffmpeg") {
        return vec![Candidate { path, origin }];
    }
    let on_path =
        on_path(Path::new("ffmpeg")).into_iter().map(|path| Candidate { path, origin: Origin::Path });
    let managed = managed::managed_ffmpeg(paths).map(|path| Candidate { path, origin: Origin::Managed });
    on_path.chain(managed).collect()
}

/// The first that encodes one frame of this format here.
///
/// # Errors
/// See [`unusable`].
pub fn choose(config: &Config, paths: &Paths, format: &ClipFormat, cancel: &Cancel) -> Result<PathBuf> {
    try_all(&candidates(config, paths), format, cancel).map_err(|refusals| unusable(format, &refusals))
}

/// The first that runs at all, which is enough to decode a clip.
pub fn any(config: &Config, paths: &Paths) -> Option<PathBuf> {
    let mut paths = candidates(config, paths).into_iter().map(|candidate| candidate.path);
    paths.find(|path| version(path).is_some())
}

/// The first that encodes, or why none does, by path.
pub(super) fn try_all(
    candidates: &[Candidate],
    format: &ClipFormat,
    cancel: &Cancel,
) -> Result<PathBuf, Vec<(String, Refusal)>> {
    let mut refusals = Vec::new();
    for Candidate { path, .. } in candidates {
        match probe(path, format, cancel) {
            Ok(()) => return Ok(path.clone()),
            Err(refusal) => refusals.push((display(path), refusal)),
        }
    }
    // An ffmpeg that wants a newer driver says so before it looks for the hardware, and no driver brings that.
    if format.encoder.is_nvenc() && !refusals.is_empty() {
        let gpus = gpu::list().unwrap_or_default();
        if let Some(first) = gpus.first().filter(|_| gpus.iter().all(Gpu::lacks_nvenc)) {
            refusals.push((first.name.clone(), Refusal::NoHardware));
        }
    }
    Err(refusals)
}

/// The version an ffmpeg says it has, such as `5.1.9`, when it runs at all.
pub(super) fn version(path: &Path) -> Option<String> {
    let run = process::capture(Command::new(path).arg("-version"), Duration::from_secs(30)).ok()?;
    run.status.success().then(|| parse_version(&run.stdout)).flatten()
}

fn parse_version(output: &str) -> Option<String> {
    let text = output.strip_prefix("ffmpeg version ")?.split_whitespace().next()?;
    // Debian writes 5.1.9-0+deb12u1, static builds 9.0.2-static or n9.0.2-17-gabc, builds from git N-12345-gabc.
    let text = text.strip_prefix('n').unwrap_or(text);
    let short = if text.starts_with(|c: char| c.is_ascii_digit()) { text.split('-').next()? } else { text };
    Some(short.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_short() {
        let parse = |text: &str| parse_version(&format!("ffmpeg version {text} Copyright (c) 2000")).unwrap();
        assert_eq!(parse("5.1.9-0+deb12u1"), "5.1.9");
        assert_eq!(parse("9.0.2-static"), "9.0.2");
        assert_eq!(parse("n9.0.2-17-g2a571b6068-20260930"), "9.0.2");
        assert_eq!(parse("N-118896-g1234abc"), "N-118896-g1234abc");
        assert_eq!(parse_version("bash: no"), None);
    }
}
