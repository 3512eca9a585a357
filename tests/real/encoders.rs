//! What ffmpeg is told, held against what real ffmpegs say they know.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use broll::encode::{ClipFormat, Encoder, probe};
use broll::interrupt::Cancel;
use broll::request::Quality;

use crate::common::{debian_ffmpeg, ffmpeg};

fn format(encoder: Encoder, quality: Quality) -> ClipFormat {
    ClipFormat {
        encoder,
        quality,
        fps: "30000/1001".parse().unwrap(),
        resolution: [320, 180],
        transparent: false,
    }
}

const QUALITIES: [Quality; 3] = [Quality::Draft, Quality::Good, Quality::Master];

fn help(ffmpeg: &Path, topic: &str) -> String {
    let output = Command::new(ffmpeg).args(["-hide_banner", "-h", topic]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The options a help text lists, each with the names of the values it takes. The line of a command's option starts
/// with a dash, that of a codec's with two spaces and a dash; its named values are indented further.
fn options(help: &str) -> BTreeMap<String, Vec<String>> {
    let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut last = String::new();
    for line in help.lines() {
        let word = line.split_whitespace().next().unwrap_or_default();
        let indent = line.len() - line.trim_start().len();
        if let Some(name) = word.strip_prefix('-').filter(|_| indent <= 2) {
            // `-tag[:<stream_spec>]` is how new ones write that it may name a stream.
            last = name.split('[').next().unwrap_or(name).to_owned();
            options.entry(last.clone()).or_default();
        } else if indent >= 5 && !word.is_empty() {
            options.entry(last.clone()).or_default().push(word.to_owned());
        }
    }
    options
}

/// Option and value pairs from the encoder's name on.
fn passed(format: &ClipFormat) -> Vec<(String, String)> {
    let args = format.encode_args("mp4");
    let from = args.iter().rposition(|arg| arg == "-c:v").unwrap() + 2;
    let to = args.iter().position(|arg| arg == "-movflags").unwrap();
    args[from..to].chunks(2).map(|pair| (pair[0][1..].to_owned(), pair[1].clone())).collect()
}

#[test]
fn nvenc_is_told_nothing_it_does_not_know() {
    let mut checked = 0;
    for (ffmpeg, encoders) in [
        (debian_ffmpeg(), &[Encoder::H264Nvenc, Encoder::HevcNvenc][..]),
        (ffmpeg(), &[Encoder::H264Nvenc, Encoder::HevcNvenc, Encoder::Av1Nvenc]),
    ] {
        let generic = options(&help(&ffmpeg, "full"));
        for encoder in encoders {
            let own = options(&help(&ffmpeg, &format!("encoder={encoder}")));
            assert!(own.contains_key("rc-lookahead"), "the help of {encoder} was not understood: {own:?}");
            for quality in QUALITIES {
                for (option, value) in passed(&format(*encoder, quality)) {
                    let name = option.trim_end_matches(":v");
                    let place = ffmpeg.display();
                    let values = own.get(name).or_else(|| generic.get(name).or_else(|| generic.get(&option)));
                    let values =
                        values.unwrap_or_else(|| panic!("{place}: {encoder} does not know -{option}"));
                    let is_number = value.parse::<f64>().is_ok();
                    assert!(
                        is_number || values.is_empty() || values.contains(&value),
                        "{place}: -{option} of {encoder} does not take {value}, but {values:?}"
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 100, "only {checked} options were checked");
}

#[test]
fn a_wrong_option_would_be_found() {
    let own = options(&help(&ffmpeg(), "encoder=h264_nvenc"));
    assert!(!own.contains_key("crf"));
    assert!(own["preset"].contains(&"p6".to_owned()) && !own["preset"].contains(&"veryslow".to_owned()));
}

#[test]
fn every_software_encoder_encodes_at_every_quality_with_both_ffmpegs() {
    for ffmpeg in [debian_ffmpeg(), ffmpeg()] {
        for encoder in Encoder::ALL.into_iter().filter(|encoder| !encoder.is_nvenc()) {
            for quality in QUALITIES {
                let probed = probe::probe(&ffmpeg, &format(encoder, quality), &Cancel::default());
                assert_eq!(probed, Ok(()), "{} {encoder} {quality}", ffmpeg.display());
            }
        }
    }
}

#[test]
fn nvenc_without_a_driver_is_called_that() {
    for ffmpeg in [debian_ffmpeg(), ffmpeg()] {
        let refusal = probe::probe(&ffmpeg, &format(Encoder::H264Nvenc, Quality::Good), &Cancel::default())
            .unwrap_err();
        assert_eq!(refusal, probe::Refusal::NoDriver, "{}", ffmpeg.display());
    }
}
