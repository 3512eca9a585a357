//! Each encoder, tried with one real frame on every ffmpeg there is.

use super::Check;
use crate::encode::probe::{Refusal, unusable};
use crate::encode::{ClipFormat, Encoder};
use crate::interrupt::Cancel;
use crate::request::{Fps, Quality};
use crate::toolchain::Origin;
use crate::toolchain::ffmpeg::{Candidate, try_all, version};

/// The row of one encoder; only the one that renders use by default can fail.
pub(super) fn check(candidates: &[Candidate], encoder: Encoder, quality: Quality, default: Encoder) -> Check {
    let Ok(fps) = Fps::new(30, 1) else { return Check::info(encoder.name(), "not tried") };
    let format = ClipFormat { encoder, quality, fps, resolution: [1920, 1080], transparent: false };
    match try_all(candidates, &format, &Cancel::default()) {
        Ok(path) => {
            let version = version(&path).unwrap_or_else(|| "of unknown version".to_owned());
            let managed = candidates.iter().any(|each| each.path == path && each.origin == Origin::Managed);
            let place = if managed { "(managed)".to_owned() } else { crate::paths::display(&path) };
            Check::ok(encoder.name(), format!("ffmpeg {version} {place}"))
        }
        Err(refusals) => refused(&format, candidates, &refusals, encoder == default),
    }
}

fn refused(
    format: &ClipFormat,
    candidates: &[Candidate],
    refusals: &[(String, Refusal)],
    needed: bool,
) -> Check {
    let name = format.encoder.name();
    let error = unusable(format, refusals);
    let reasons: Vec<String> = refusals.iter().map(|(_, refusal)| refusal.reason()).collect();
    let no_hardware = Refusal::NoHardware.reason();
    let found = match reasons.as_slice() {
        [] => error.message().to_owned(),
        // Whatever an ffmpeg says of the driver: nothing brings hardware that is not there.
        several if several.contains(&no_hardware) => no_hardware,
        [first, rest @ ..] if rest.iter().all(|other| other == first) => first.clone(),
        _ => {
            // The managed one's path is long and says nothing.
            let named =
                candidates.iter().zip(refusals).map(|(candidate, (path, refusal))| match candidate.origin {
                    Origin::Managed => format!("the managed one: {}", refusal.reason()),
                    _ => format!("{path}: {}", refusal.reason()),
                });
            named.collect::<Vec<_>>().join("; ")
        }
    };
    if needed { Check::failed(name, found, error.hint_text()) } else { Check::info(name, found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::doctor::Status;

    #[test]
    fn equal_reasons_are_told_once_and_only_the_default_fails() {
        let format = ClipFormat {
            encoder: Encoder::H264Nvenc,
            quality: Quality::Good,
            fps: "30".parse().unwrap(),
            resolution: [64, 64],
            transparent: false,
        };
        let both = [("/a".to_owned(), Refusal::NoDriver), ("/b".to_owned(), Refusal::NoDriver)];
        let candidates = [("/a", Origin::Path), ("/b", Origin::Managed)]
            .map(|(path, origin)| Candidate { path: path.into(), origin });
        let row = refused(&format, &candidates, &both, true);
        assert_eq!((row.status, row.found.as_str()), (Status::Failed, "no NVIDIA driver is loaded here"));
        assert!(row.fix.unwrap().contains("libx264"));
        let mixed = [both[0].clone(), ("/b".to_owned(), Refusal::NotBuiltIn)];
        let row = refused(&format, &candidates, &mixed, false);
        assert!(
            row.status == Status::Info && row.fix.is_none() && row.found.starts_with("/a: no NVIDIA driver"),
            "{row:?}"
        );
        assert!(row.found.contains("the managed one: this ffmpeg was built without"), "{row:?}");
        assert_eq!(refused(&format, &[], &[], true).fix.as_deref(), Some("run `broll setup`"));
    }
}
