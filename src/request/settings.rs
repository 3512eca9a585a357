//! A request with every default filled in and every value within its range.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Device, Fps, RenderRequest};
use crate::encode::Encoder;
use crate::error::{Error, Result};

/// How much the encoder may spend, in bits and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// Quick and small, to look at.
    Draft,
    /// For delivery.
    #[default]
    Good,
    /// For further editing; several times larger.
    Master,
}

impl Quality {
    /// Every accepted name.
    pub const NAMES: [&'static str; 3] = ["draft", "good", "master"];
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::NAMES[*self as usize])
    }
}

impl FromStr for Quality {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "draft" => Ok(Self::Draft),
            "good" => Ok(Self::Good),
            "master" => Ok(Self::Master),
            _ => Err(format!("quality must be one of {}, not {text:?}", Self::NAMES.join(", "))),
        }
    }
}

/// Which part of the template's time becomes the clip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Span {
    /// This many seconds from the scene's first frame.
    Seconds(f64),
    /// These frames, inclusive, in the file's own numbering.
    Frames {
        /// First frame.
        first: i64,
        /// Last frame.
        last: i64,
    },
}

/// A complete, valid request.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What part of the template is rendered.
    pub span: Span,
    /// Width and height in pixels, even, 16 to 8192.
    pub resolution: [u32; 2],
    /// Cycles samples, 1 to 65536.
    pub samples: u32,
    /// Frames per second of the clip.
    pub fps: Fps,
    /// What to render on.
    pub device: Device,
    /// What encodes the clip.
    pub encoder: Encoder,
    /// Cycles seed.
    pub seed: u32,
    /// OpenImageDenoise on or off.
    pub denoise: bool,
    /// Encoder quality.
    pub quality: Quality,
    /// Film transparent.
    pub transparent: bool,
    /// Scene by name.
    pub scene: Option<String>,
    /// Camera by name.
    pub camera: Option<String>,
    /// Parameter values, not yet matched with the manifest.
    pub parameters: Map<String, Value>,
}

/// Longest clip in seconds.
pub const LONGEST: f64 = 3600.0;
/// Highest frame number Blender knows (its `MAXFRAME`).
const LAST_FRAME: i64 = 1_048_574;

impl Settings {
    /// Fills the built-in defaults in and checks every range.
    ///
    /// # Errors
    /// `bad_value`, naming the field, the value and the range.
    pub fn new(request: &RenderRequest) -> Result<Self> {
        let fps = request.fps.unwrap_or(Fps::reduced(30, 1));
        let [width, height] = request.resolution.unwrap_or([1920, 1080]);
        let settings = Self {
            span: span(request, fps)?,
            resolution: [side("width", width, "height", height)?, side("height", height, "width", width)?],
            samples: whole("samples", request.samples.unwrap_or(128), 1, 65_536)?,
            fps,
            device: request.device.unwrap_or_default(),
            encoder: request.encoder.unwrap_or_default(),
            seed: whole("seed", request.seed.unwrap_or(0), 0, i64::from(i32::MAX))?,
            denoise: request.denoise.unwrap_or(true),
            quality: request.quality.unwrap_or_default(),
            transparent: request.transparent.unwrap_or(false),
            scene: request.scene.clone(),
            camera: request.camera.clone(),
            parameters: request.parameters.clone(),
        };
        if settings.transparent && !settings.encoder.carries_alpha() {
            return Err(Error::bad_input(
                "bad_value",
                format!("transparent needs an encoder that carries alpha, and {} does not", settings.encoder),
            )
            .hint("add --encoder prores_ks (the clip becomes a .mov), or leave transparent out"));
        }
        Ok(settings)
    }
}

fn span(request: &RenderRequest, fps: Fps) -> Result<Span> {
    match (request.frames, request.duration) {
        (Some(_), Some(_)) => Err(Error::bad_input("bad_value", "frames and duration cannot both be given")
            .hint("keep the one you mean: both say how long the clip is")),
        (Some([first, last]), None) => {
            if first < 0 || last > LAST_FRAME || last < first {
                return Err(refused(
                    "frames",
                    &format!("{first}..{last}"),
                    "0..1048574, the first not after the last",
                ));
            }
            // Whether the range is too long depends on the file's own rate, which is not known here.
            Ok(Span::Frames { first, last })
        }
        (None, duration) => {
            let seconds = duration.unwrap_or(8.0);
            if !seconds.is_finite() || seconds > LONGEST || (seconds * fps.as_f64()).round() < 1.0 {
                let range = format!("one frame ({:.4} s at {fps} fps) to {LONGEST} seconds", fps.seconds(1));
                return Err(refused("duration", &seconds.to_string(), &range));
            }
            Ok(Span::Seconds(seconds))
        }
    }
}

fn side(name: &str, value: i64, other: &str, other_value: i64) -> Result<u32> {
    match u32::try_from(value) {
        Ok(pixels) if (16..=8192).contains(&pixels) && pixels % 2 == 0 => Ok(pixels),
        _ => {
            let in_range = (16..8192).contains(&value);
            let near = if in_range { format!("; {} would do", value + 1) } else { String::new() };
            Err(refused(
                "resolution",
                &format!("{name} {value} ({other} {other_value})"),
                &format!("even numbers from 16 to 8192{near}"),
            ))
        }
    }
}

fn whole(field: &str, value: i64, least: i64, most: i64) -> Result<u32> {
    u32::try_from(value)
        .ok()
        .filter(|_| (least..=most).contains(&value))
        .ok_or_else(|| refused(field, &value.to_string(), &format!("a whole number from {least} to {most}")))
}

fn refused(field: &str, value: &str, range: &str) -> Error {
    Error::bad_input("bad_value", format!("{field} cannot be {value}"))
        .because(format!("{field} must be {range}"))
        .hint(format!("give {field} a value in that range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(json: &str) -> Result<Settings> {
        Settings::new(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn defaults_are_the_documented_ones() {
        let settings = settings("{}").unwrap();
        assert_eq!(settings.span, Span::Seconds(8.0));
        assert_eq!(
            (settings.resolution, settings.samples, settings.fps.to_string()),
            ([1920, 1080], 128, "30".into())
        );
        assert_eq!(
            (settings.encoder.to_string(), settings.quality.to_string()),
            ("h264_nvenc".into(), "good".into())
        );
        assert!(settings.denoise && !settings.transparent);
    }

    #[test]
    fn every_field_out_of_range_names_field_and_range() {
        let wrong = [
            (r#"{"duration": 0}"#, "duration", "3600"),
            (r#"{"duration": -3}"#, "duration", "3600"),
            (r#"{"duration": 3600.1}"#, "duration", "3600"),
            (r#"{"duration": 0.01}"#, "duration", "one frame"),
            (r#"{"resolution": [1921, 1080]}"#, "resolution", "1922 would do"),
            (r#"{"resolution": [0, 1080]}"#, "resolution", "16 to 8192"),
            (r#"{"resolution": [1920, -2]}"#, "resolution", "16 to 8192"),
            (r#"{"resolution": [9223372036854775807, 2]}"#, "resolution", "16 to 8192"),
            (r#"{"samples": 0}"#, "samples", "1 to 65536"),
            (r#"{"samples": 65537}"#, "samples", "1 to 65536"),
            (r#"{"seed": -1}"#, "seed", "0 to 2147483647"),
            (r#"{"frames": [-1, 4]}"#, "frames", "0..1048574"),
            (r#"{"frames": [9, 4]}"#, "frames", "not after"),
            (r#"{"frames": [1, 4], "duration": 2}"#, "frames", "both"),
        ];
        for (json, field, range) in wrong {
            let error = settings(json).unwrap_err();
            assert!(
                error.to_string().contains(field) && error.to_string().contains(range),
                "{json}: {error}"
            );
            assert_eq!(error.kind().exit_code(), 1);
        }
    }

    #[test]
    fn not_a_number_is_refused() {
        for seconds in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let request = RenderRequest { duration: Some(seconds), ..RenderRequest::default() };
            assert!(Settings::new(&request).is_err());
        }
    }

    #[test]
    fn alpha_needs_an_encoder_that_carries_it() {
        assert!(settings(r#"{"transparent": true}"#).unwrap_err().hint_text().contains("prores_ks"));
        assert!(settings(r#"{"transparent": true, "encoder": "prores_ks"}"#).is_ok());
    }

    #[test]
    fn unknown_fields_are_named() {
        let error = serde_json::from_str::<RenderRequest>(r#"{"sample": 3}"#).unwrap_err().to_string();
        assert!(error.contains("`sample`"), "{error}");
    }

    #[test]
    fn the_upper_request_wins_field_by_field() {
        let upper: RenderRequest =
            serde_json::from_str(r#"{"samples": 8, "frames": [1, 9], "parameters": {"a": 1}}"#).unwrap();
        let lower = serde_json::from_str(
            r#"{"samples": 64, "fps": 25, "duration": 8, "parameters": {"a": 2, "b": 3}}"#,
        )
        .unwrap();
        let merged = upper.over(&lower);
        assert_eq!((merged.samples, merged.fps.map(Fps::numer), merged.duration), (Some(8), Some(25), None));
        assert_eq!(merged.parameters["a"], 1);
        assert_eq!(merged.parameters["b"], 3);
    }
}
