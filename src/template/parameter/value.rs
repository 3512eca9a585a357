//! Values as requests bring them, made fit for their places.

use serde_json::{Value, json};

use super::asset::Files;
use super::{Parameter, Target, Type};
use crate::blender::{Assigned, Assignment, Holds, Place};

/// Characters of the longest text: what Blender needs to set one grows with its square, and much faster for letters that
/// the font has not.
const LONGEST_TEXT: usize = 2_000;
/// The same where the template itself holds a longer one.
const LONGEST_DEFAULT: usize = 10_000;
/// Blender's whole numbers have 32 bits,
const LARGEST_INTEGER: f64 = i32::MAX as f64;
/// and so have its fractions.
const LARGEST_NUMBER: f64 = f32::MAX as f64;
/// Characters of a value that a message repeats.
const QUOTED: usize = 100;

impl Parameter {
    /// What a value puts where; nothing for one that leaves the file as it is.
    ///
    /// # Errors
    /// Why it does not fit, as a sentence.
    pub(super) fn assign(&self, value: &Value, files: Files) -> Result<Vec<Assignment>, String> {
        let Some(read) = self.read(value, files)? else { return Ok(Vec::new()) };
        self.target.0.iter().map(|target| target.assign(&read)).collect()
    }

    /// What tells whether the file has the places that this parameter names, and that they take its values: the default,
    /// or nothing where the file's own is not known.
    ///
    /// # Errors
    /// Why the default does not fit, as a sentence.
    pub(super) fn trial(&self) -> Result<Vec<Assignment>, String> {
        let holds = match self.kind {
            Type::Image => Holds::Image,
            Type::Font => Holds::Font,
            Type::Camera if self.default == "" => Holds::Camera,
            _ => return self.assign(&self.default, Files::Brought),
        };
        self.target.0.iter().map(|target| target.assign(&Assigned::Nothing(holds))).collect()
    }

    /// The value as it is written where the target says nothing else.
    fn read(&self, value: &Value, files: Files) -> Result<Option<Assigned>, String> {
        let text = value.as_str();
        if self.kind.may_be_left() && text == Some("") {
            return Ok(None);
        }
        let takes = || format!("it takes {}", self.describe());
        let read = match self.kind {
            Type::Text | Type::Multiline => {
                let text = text.ok_or_else(takes)?;
                Assigned::Plain(self.legible(text)?.into())
            }
            Type::Number => Assigned::Plain(self.number(value, LARGEST_NUMBER).ok_or_else(takes)?.into()),
            Type::Integer => {
                let whole = self.number(value, LARGEST_INTEGER).filter(|number| number.fract() == 0.0);
                Assigned::Plain((whole.ok_or_else(takes)? as i64).into())
            }
            Type::Boolean => {
                let truth = value.as_bool().or_else(|| text?.trim().parse().ok());
                Assigned::Plain(truth.ok_or_else(takes)?.into())
            }
            Type::Choice => {
                let choice = text.filter(|text| self.choices.iter().any(|choice| choice == text));
                Assigned::Plain(choice.ok_or_else(takes)?.into())
            }
            Type::Color => Assigned::Color(text.and_then(color).ok_or_else(takes)?),
            Type::Camera => {
                let name = text.filter(|name| !name.chars().any(char::is_control) && name.len() < 256);
                Assigned::Camera(name.ok_or_else(takes)?.to_owned())
            }
            Type::Image => Assigned::Image(files.read(self.kind, value)?),
            Type::Font => Assigned::Font(files.read(self.kind, value)?),
        };
        Ok(Some(read))
    }

    /// A number in range; text that holds one counts as one.
    fn number(&self, value: &Value, largest: f64) -> Option<f64> {
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
        number.filter(|number| {
            number.is_finite()
                && number.abs() <= largest
                && self.min.is_none_or(|min| *number >= min)
                && self.max.is_none_or(|max| *number <= max)
        })
    }

    /// Characters that a text may have: 2,000, or as many as the default where that is longer, up to 10,000.
    pub(in crate::template) fn longest_text(&self) -> usize {
        let own = self.default.as_str().map_or(0, |text| text.chars().count());
        own.clamp(LONGEST_TEXT, LONGEST_DEFAULT)
    }

    /// Text without what no typeface shows.
    fn legible(&self, text: &str) -> Result<String, String> {
        let text = text.replace("\r\n", "\n");
        let count = text.chars().count();
        let most = self.longest_text();
        if count > most {
            return Err(format!("it has {count} characters, and at most {most} are taken"));
        }
        match text.chars().find(|c| c.is_control() && (*c != '\n' || self.kind == Type::Text)) {
            Some('\n') => Err(format!("it takes {}", self.describe())),
            Some(c) => Err(format!("it holds a control character, {c:?}")),
            None => Ok(text),
        }
    }
}

impl Target {
    /// The assignment that brings a value here.
    fn assign(&self, read: &Assigned) -> Result<Assignment, String> {
        let place = Place::parse(&self.path).map_err(|why| format!("its target {why}"))?;
        let value = match read {
            Assigned::Plain(plain) if !self.values.is_empty() => {
                let key = plain.as_str().map_or_else(|| plain.to_string(), str::to_owned);
                let value = self.values.get(&key);
                mapped(value.ok_or_else(|| format!("its target {} has no value for it", self.path))?)
            }
            Assigned::Plain(Value::Number(number)) if self.scale.is_some() || self.offset.is_some() => {
                let scaled = number.as_f64().unwrap_or_default() * self.scale.unwrap_or(1.0)
                    + self.offset.unwrap_or(0.0);
                if !scaled.is_finite() || scaled.abs() > LARGEST_NUMBER {
                    return Err(format!("scaled for {} it is too large", self.path));
                }
                Assigned::Plain(scaled.into())
            }
            as_it_is => as_it_is.clone(),
        };
        Ok(Assignment { place, value })
    }
}

/// What a manifest gives for a choice.
fn mapped(value: &Value) -> Assigned {
    value.as_str().and_then(color).map_or_else(|| Assigned::Plain(value.clone()), Assigned::Color)
}

/// `#rrggbb` or `#rrggbbaa` as sRGB channels from 0 to 1; `#rgb` and `#rgba` stand for each digit twice.
pub(super) fn color(text: &str) -> Option<Vec<f64>> {
    let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let (wide, largest) = match digits.len() {
        3 | 4 => (1, 15.0),
        6 | 8 => (2, 255.0),
        _ => return None,
    };
    let channels =
        (0..digits.len()).step_by(wide).map(|at| u8::from_str_radix(&digits[at..at + wide], 16).ok());
    channels.map(|channel| Some(f64::from(channel?) / largest)).collect()
}

/// A value as a message may repeat it.
pub(super) fn shown(value: &Value) -> String {
    let json = match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(list) => format!("a list of {}", list.len()),
        _ => json!(value).to_string(),
    };
    match json.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}… ({} bytes)", &json[..at], json.len()),
        None => json,
    }
}
