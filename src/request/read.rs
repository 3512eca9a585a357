//! A request as JSON gives it, read so that whoever sent it learns of every mistake at once: the field, what came,
//! and what is accepted.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::{Device, Fps, Quality, RenderRequest};
use crate::encode::Encoder;
use crate::error::{Error, Result};
use crate::template::nearest;

/// Every field, in the order of the documentation.
const FIELDS: [&str; 19] = [
    "template",
    "template_url",
    "template_sha256",
    "blend_base64",
    "duration",
    "resolution",
    "samples",
    "fps",
    "frames",
    "parameters",
    "device",
    "encoder",
    "seed",
    "denoise",
    "quality",
    "transparent",
    "scene",
    "camera",
    "upload_url",
];
/// Values of these are never quoted: they may hold a signature, or megabytes.
const UNQUOTED: [&str; 3] = ["template_url", "blend_base64", "upload_url"];
/// Characters of a value that a message quotes.
const QUOTED: usize = 60;
const EXAMPLE: &str = r#"send an object such as {"template": "ai_cpu_activation", "duration": 8}"#;
const CORRECT: &str = "correct the request and send it again";

impl RenderRequest {
    /// Reads the `input` of a job: an object, or text that holds one. A field that is `null` counts as left out.
    ///
    /// # Errors
    /// `bad_request`, with every field that is unknown or holds what it cannot.
    pub fn read(input: &Value) -> Result<Self> {
        let parsed = input.as_str().map(serde_json::from_str::<Value>).transpose().map_err(|error| {
            Error::bad_input("bad_request", "the input is text that is not JSON").because(error).hint(EXAMPLE)
        })?;
        let input = parsed.as_ref().unwrap_or(input);
        let Value::Object(fields) = input else {
            let text = format!("the input must be an object, not {}", kind(input));
            return Err(Error::bad_input("bad_request", text).hint(EXAMPLE));
        };
        let mut request = Self::default();
        let mut problems: Vec<String> =
            fields.iter().filter_map(|(name, value)| request.take(name, value).err()).collect();
        match problems.len() {
            0 => Ok(request),
            1 => Err(Error::bad_input("bad_request", problems.remove(0)).hint(CORRECT)),
            count => {
                let error = Error::bad_input("bad_request", format!("{count} fields cannot be used"));
                Err(problems.into_iter().fold(error, Error::because).hint(CORRECT))
            }
        }
    }

    fn take(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let field = Field { name, value };
        match name {
            "template" => self.template = field.text()?,
            "template_url" => self.template_url = field.text()?,
            "template_sha256" => self.template_sha256 = field.text()?,
            "blend_base64" => self.blend_base64 = field.text()?,
            "duration" => self.duration = field.read("a number of seconds", Value::as_f64)?,
            "resolution" => {
                self.resolution = field.read("two whole numbers such as [1920, 1080]", pair)?;
            }
            "samples" => self.samples = field.read("a whole number", whole)?,
            "fps" => self.fps = field.rate()?,
            "frames" => {
                self.frames = field.read("two whole numbers, first and last, such as [1, 240]", pair)?;
            }
            "parameters" => self.parameters = field.parameters()?,
            "device" => self.device = field.name(&Device::NAMES)?,
            "encoder" => self.encoder = field.name(&Encoder::ALL.map(Encoder::name))?,
            "seed" => self.seed = field.read("a whole number", whole)?,
            "denoise" => self.denoise = field.read("true or false", Value::as_bool)?,
            "quality" => self.quality = field.name::<Quality>(&Quality::NAMES)?,
            "transparent" => self.transparent = field.read("true or false", Value::as_bool)?,
            "scene" => self.scene = field.text()?,
            "camera" => self.camera = field.text()?,
            "upload_url" => self.upload_url = field.text()?,
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

struct Field<'a> {
    name: &'a str,
    value: &'a Value,
}

impl Field<'_> {
    fn read<T>(&self, accepted: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, String> {
        if self.value.is_null() {
            return Ok(None);
        }
        read(self.value)
            .map(Some)
            .ok_or_else(|| format!("{} must be {accepted}, not {}", self.name, self.shown()))
    }

    fn text(&self) -> Result<Option<String>, String> {
        self.read("text", |value| value.as_str().map(str::to_owned))
    }

    fn name<T: FromStr>(&self, names: &[&str]) -> Result<Option<T>, String> {
        let accepted = format!("one of {}", names.join(", "));
        self.read(&accepted, |value| value.as_str()?.parse().ok())
    }

    fn parameters(&self) -> Result<Map<String, Value>, String> {
        let accepted = r#"an object such as {"NAME": VALUE}"#;
        Ok(self.read(accepted, |value| value.as_object().cloned())?.unwrap_or_default())
    }

    fn rate(&self) -> Result<Option<Fps>, String> {
        match self.value {
            // These errors begin with the field, and know the exact fraction that a decimal stands for.
            Value::String(text) if text.len() > QUOTED => self.read("1 to 240", |_| None),
            Value::Number(_) | Value::String(_) => {
                serde_json::from_value(self.value.clone()).map(Some).map_err(|error| error.to_string())
            }
            _ => self.read("1 to 240, a whole number or a fraction such as \"30000/1001\"", |_| None),
        }
    }

    /// What came, as far as it may be told.
    fn shown(&self) -> String {
        let json = self.value.to_string();
        if UNQUOTED.contains(&self.name) || self.value.is_object() || json.chars().count() > QUOTED {
            return kind(self.value);
        }
        json
    }
}

fn unknown(name: &str) -> String {
    let short: String = name.chars().take(QUOTED).collect();
    let known = FIELDS.map(str::to_owned);
    match nearest(&short.to_lowercase(), &known) {
        Some(meant) => format!("there is no field {short:?}: did you mean {meant:?}?"),
        None => format!("there is no field {short:?}: a request may have {}", FIELDS.join(", ")),
    }
}

/// A whole number, also when a client wrote it as `128.0`.
fn whole(value: &Value) -> Option<i64> {
    // Beyond 2^53 such a number is no longer the one that was meant.
    let rounded = |number: f64| (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(rounded))
}

fn pair(value: &Value) -> Option<[i64; 2]> {
    match value.as_array()?.as_slice() {
        [first, second] => Some([whole(first)?, whole(second)?]),
        _ => None,
    }
}

/// What a value is, without telling it.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(text) => format!("text of {} bytes", text.len()),
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(input: &Value) -> String {
        let error = RenderRequest::read(input).unwrap_err();
        assert_eq!((error.code(), error.kind().exit_code()), ("bad_request", 1));
        error.to_string()
    }

    fn full() -> Value {
        json!({
            "template": "a", "template_url": "https://x/a", "template_sha256": "00", "blend_base64": "QQ==",
            "duration": 2.5, "resolution": [64, 36], "samples": 4, "fps": "30000/1001", "frames": [1, 3],
            "parameters": {"glow": 2}, "device": "cuda", "encoder": "libx264", "seed": 7, "denoise": false,
            "quality": "draft", "transparent": true, "scene": "S", "camera": "C", "upload_url": "https://y/b",
        })
    }

    #[test]
    fn every_field_is_read_as_serde_reads_it() {
        let request = RenderRequest::read(&full()).unwrap();
        assert_eq!(request, serde_json::from_value(full()).unwrap());
        assert_eq!(serde_json::to_value(&request).unwrap(), full());
        let names: Vec<String> = full().as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, FIELDS);
        assert_eq!(RenderRequest::read(&full().to_string().into()).unwrap(), request);
    }

    #[test]
    fn null_counts_as_left_out_and_128_0_as_128() {
        let nulls = Value::Object(FIELDS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect());
        assert_eq!(RenderRequest::read(&nulls).unwrap(), RenderRequest::default());
        let floats = json!({"samples": 128.0, "resolution": [64.0, 36], "fps": 25.0, "duration": 2});
        let request = RenderRequest::read(&floats).unwrap();
        assert_eq!((request.samples, request.resolution), (Some(128), Some([64, 36])));
    }

    #[test]
    fn wrong_types_name_the_field_what_came_and_what_is_accepted() {
        for (name, value, said) in [
            ("template", json!(3), "template must be text, not 3"),
            ("template_url", json!(["https://x/?sig=s3cret"]), "template_url must be text, not a list of 1"),
            ("template_sha256", json!(true), "template_sha256 must be text, not true"),
            ("blend_base64", json!({"a": 1}), "blend_base64 must be text, not an object"),
            ("duration", json!("8"), r#"duration must be a number of seconds, not "8""#),
            ("resolution", json!("1920x1080"), r#"such as [1920, 1080], not "1920x1080""#),
            ("resolution", json!([1920]), "not [1920]"),
            ("resolution", json!([1920, 1080.5]), "not [1920,1080.5]"),
            ("samples", json!("many"), r#"samples must be a whole number, not "many""#),
            ("samples", json!(12.5), "not 12.5"),
            ("samples", json!(1e300), "samples must be a whole number"),
            ("fps", json!(29.97), "such as 30000/1001, not \"29.97\""),
            ("fps", json!("23.976"), "such as 24000/1001"),
            ("fps", json!([30, 1]), "fps must be 1 to 240"),
            ("fps", json!("9".repeat(5000)), "fps must be 1 to 240, not text of 5000 bytes"),
            ("frames", json!([1, 2, 3]), "frames must be two whole numbers, first and last"),
            ("parameters", json!([]), r#"parameters must be an object such as {"NAME": VALUE}, not []"#),
            ("device", json!("gpu"), "device must be one of auto, optix, cuda, hip, oneapi, metal, cpu, not"),
            ("encoder", json!(264), "encoder must be one of h264_nvenc"),
            ("seed", json!("x"), "seed must be a whole number"),
            ("denoise", json!("yes"), r#"denoise must be true or false, not "yes""#),
            ("quality", json!("best"), r#"quality must be one of draft, good, master, not "best""#),
            ("transparent", json!(1), "transparent must be true or false, not 1"),
            ("scene", json!(0), "scene must be text, not 0"),
            ("camera", json!({}), "camera must be text, not an object"),
            ("upload_url", json!({"url": "https://x/?X-Amz-Signature=s3cret"}), "not an object"),
        ] {
            let told = refused(&json!({name: value}));
            assert!(told.contains(said), "{told}");
            assert!(!told.contains("s3cret") && told.len() < 400, "{told}");
        }
    }

    #[test]
    fn unknown_fields_are_named_all_of_them() {
        assert_eq!(refused(&json!({"sample": 3})), "there is no field \"sample\": did you mean \"samples\"?");
        assert!(refused(&json!({"Samples": 3})).contains("did you mean \"samples\"?"));
        assert!(refused(&json!({"x\u{1b}".repeat(900): 3})).len() < 900);
        let told = refused(&json!({"colour": 1, "durations": 2, "samples": "x"}));
        assert!(told.starts_with("3 fields cannot be used: "), "{told}");
        assert!(told.contains("\"colour\"") && told.contains("\"duration\"") && told.contains("samples"));
    }

    #[test]
    fn what_is_no_object_is_refused_with_an_example() {
        for (input, said) in [
            (json!(null), "not null"),
            (json!([1, 2]), "not a list of 2"),
            (json!(5), "not a number"),
            (json!("{"), "text that is not JSON"),
            (json!("3"), "not a number"),
            (json!("\"{}\""), "not text of 2 bytes"),
        ] {
            assert!(refused(&input).contains(said));
        }
        assert!(RenderRequest::read(&json!(7)).unwrap_err().hint_text().contains("ai_cpu_activation"));
    }
}
