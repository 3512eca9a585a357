//! The proof of a clip that came from elsewhere: what the response says of it, its structure, and a decode of it all.

use serde_json::{Map, Value};

use super::Order;
use super::boxes::{self, Structure};
use super::landing::Landed;
use crate::encode::{Reading, decode};
use crate::error::{Error, Result};
use crate::event::{Event, Warning};
use crate::process::STALL;
use crate::toolchain;

/// What is certain about a clip.
#[derive(Debug)]
pub(super) struct Checked {
    /// Length in seconds; 0 where nothing tells it.
    pub(super) duration: f64,
    /// Frames, where something tells them.
    pub(super) frames: Option<u32>,
    /// Whether every frame was decoded.
    pub(super) decoded: bool,
    /// What was left out, and why.
    pub(super) notes: Vec<Warning>,
}

/// Seconds that a response's length may be off, as it may be rounded; or so many frames, where that is more.
const SLACK: (f64, f64) = (0.1, 1.5);
/// How many frames a clip may have that does not tell: they are what its decode takes time for.
const UNKNOWN_FRAMES: u32 = 3600;
/// Checks a clip against itself and the response it came with.
///
/// # Errors
/// `wrong_size`, `wrong_sha256`, `clip_truncated`, `clip_broken`, `not_a_clip` (exit 1), `interrupted`.
pub(super) fn check(landed: &Landed, response: &Map<String, Value>, order: &Order<'_>) -> Result<Checked> {
    order.reporter.report(&Event::Verifying);
    let hashed = compare_bytes(landed.bytes, &landed.sha256, response)?;
    let structure = boxes::walk(fs_err::File::open(landed.part.path())?)?;
    let known = known(response);
    match toolchain::ffmpeg::any(order.config, order.paths) {
        Some(ffmpeg) => {
            // A pipe cannot be sought in.
            let reading = if structure.index_first { Reading::Piped } else { Reading::Sought };
            let expected = structure.frames.or(known.frames).unwrap_or(UNKNOWN_FRAMES);
            let decoded = match decode(&ffmpeg, landed.part.path(), reading, expected, STALL, order.cancel) {
                Err(error) if ["ffmpeg_unrunnable", "ffmpeg_stalled"].contains(&error.code()) => {
                    let why = format!("{error}");
                    return undecoded(&structure, &known, hashed, &why);
                }
                decoded => decoded?,
            };
            if let Some(said) = decoded.complaint {
                return Err(boxes::broken(format!("ffmpeg could not decode it: {said}")));
            }
            let found = Structure {
                seconds: structure.seconds.or(Some(decoded.seconds)),
                frames: Some(decoded.frames),
                ..structure
            };
            compare(&found, &Structure { frames: known.frames.or(structure.frames), ..known })?;
            Ok(checked(&found, true, Vec::new()))
        }
        None => undecoded(&structure, &known, hashed, "no ffmpeg that runs was found"),
    }
}

/// What can be said without ffmpeg.
fn undecoded(structure: &Structure, known: &Structure, hashed: bool, why: &str) -> Result<Checked> {
    compare(structure, known)?;
    let with_hash = if hashed { " and its SHA-256 were" } else { " was" };
    let note = format!("{why}: only the clip's structure{with_hash} checked");
    Ok(checked(structure, false, vec![Warning::new("not_decoded", note)]))
}

fn checked(found: &Structure, decoded: bool, notes: Vec<Warning>) -> Checked {
    Checked { duration: found.seconds.unwrap_or_default(), frames: found.frames, decoded, notes }
}

/// What the response says of the clip, as far as it is of the expected type.
fn known(response: &Map<String, Value>) -> Structure {
    let side = |at| u32::try_from(response.get("resolution")?.get(at)?.as_u64()?).ok();
    Structure {
        seconds: response.get("duration").and_then(Value::as_f64),
        frames: response.get("frames").and_then(Value::as_u64).and_then(|frames| frames.try_into().ok()),
        size: side(0).zip(side(1)).map(<[u32; 2]>::from),
        index_first: true,
    }
}

/// Compares size and digest; whether there was a digest is the answer.
fn compare_bytes(bytes: u64, sha256: &str, response: &Map<String, Value>) -> Result<bool> {
    let wrong = |code, found: String, said: String| {
        Error::bad_input(code, "the video is not the one that was sent")
            .because(found)
            .because(said)
            .hint("it was cut or changed on its way: fetch the answer again, or run the job again")
    };
    if let Some(size) = response.get("file_size_bytes").and_then(Value::as_u64).filter(|size| *size != bytes)
    {
        let (found, said) = (format!("it has {bytes} bytes"), format!("the response says {size} bytes"));
        return Err(wrong("wrong_size", found, said));
    }
    let said = response.get("sha256").and_then(Value::as_str);
    if let Some(said) = said.filter(|said| !said.trim().eq_ignore_ascii_case(sha256)) {
        let said: String = said.chars().take(100).collect();
        let (found, said) = (format!("its SHA-256 is {sha256}"), format!("the response says {said}"));
        return Err(wrong("wrong_sha256", found, said));
    }
    Ok(said.is_some())
}

/// Compares a clip with what is known of it; what is unknown on either side is not compared.
fn compare(found: &Structure, known: &Structure) -> Result<()> {
    let mut wrong = Vec::new();
    if let Some((found, known)) = found.frames.zip(known.frames).filter(|(found, known)| found != known) {
        wrong.push(format!("it holds {found} frames instead of {known}"));
    }
    let frame =
        known.seconds.zip(known.frames).map_or(0.0, |(seconds, frames)| seconds / f64::from(frames.max(1)));
    let slack = SLACK.0.max(SLACK.1 * frame);
    let off = |(found, known): &(f64, f64)| (found - known).abs() > slack;
    if let Some((found, known)) = found.seconds.zip(known.seconds).filter(off) {
        wrong.push(format!("it lasts {found:.3} s instead of {known:.3} s"));
    }
    if let Some(([w, h], [width, height])) =
        found.size.zip(known.size).filter(|(found, known)| found != known)
    {
        wrong.push(format!("it is {w}x{h} instead of {width}x{height}"));
    }
    let mut wrong = wrong.into_iter();
    wrong.next().map_or(Ok(()), |first| Err(wrong.fold(boxes::broken(first), Error::because)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn bytes_are_compared_where_the_response_tells_them() {
        let same = json!({"file_size_bytes": 3, "sha256": "ABC"});
        assert!(compare_bytes(3, "abc", &map(&same)).unwrap());
        assert!(!compare_bytes(3, "abc", &map(&json!({"file_size_bytes": "3", "sha256": null}))).unwrap());
        let error = compare_bytes(3, "abc", &map(&json!({"file_size_bytes": 4}))).unwrap_err();
        assert!(error.code() == "wrong_size" && error.to_string().contains("3 bytes: the response says 4"));
        let error = compare_bytes(3, "abc", &map(&json!({"sha256": "abd"}))).unwrap_err();
        assert!(error.code() == "wrong_sha256" && error.to_string().contains("abc: the response says abd"));
    }

    #[test]
    fn everything_that_differs_is_told() {
        let said =
            known(&map(&json!({"frames": 240, "duration": 8.0, "resolution": [1920, 1080], "fps": 30})));
        let found = Structure {
            seconds: Some(8.04),
            frames: Some(240),
            size: Some([1920, 1080]),
            index_first: false,
        };
        compare(&found, &said).unwrap();
        compare(&Structure::default(), &said).unwrap();
        // A frame at a low rate is longer than what rounding does.
        let slow = |seconds| Structure { seconds: Some(seconds), frames: Some(8), ..Structure::default() };
        compare(&slow(9.0), &slow(8.0)).unwrap();
        compare(&found, &known(&map(&json!({"frames": "x", "resolution": [1], "duration": null})))).unwrap();
        let other =
            Structure { seconds: Some(4.0), frames: Some(120), size: Some([64, 36]), index_first: true };
        let error = compare(&other, &said).unwrap_err().to_string();
        for words in ["120 frames instead of 240", "4.000 s instead of 8.000 s", "64x36 instead of 1920x1080"]
        {
            assert!(error.contains(words), "{error}");
        }
    }
}
