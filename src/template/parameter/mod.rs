//! What a template lets its user set: how a manifest declares it, and values made fit for it before Blender starts.

mod asset;
mod declared;
mod end;
mod kind;
mod magic;
mod nearest;
mod script;
mod target;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::blender::Assignment;
use crate::error::{Error, Result};
use crate::event::Warning;

use asset::Files;
pub use kind::Type;
pub(crate) use nearest::nearest;
pub use target::{Target, Targets};

/// One parameter, as the manifest declares it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: Type,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What it does, in one sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The value of the file as saved. For an image, a font or a camera it may be left out, or be empty.
    #[serde(default = "left_out")]
    pub default: Value,
    /// Least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// What a choice may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Places in the file.
    pub target: Targets,
}

fn left_out() -> Value {
    Value::from("")
}

impl Parameter {
    /// What its values are, for messages: `a number from 0 to 4`.
    pub fn describe(&self) -> String {
        let range = match (self.min, self.max) {
            (Some(min), Some(max)) => format!(" from {min} to {max}"),
            (Some(min), None) => format!(" from {min} up"),
            (None, Some(max)) => format!(" up to {max}"),
            (None, None) => String::new(),
        };
        match self.kind {
            Type::Text => "text on one line".to_owned(),
            Type::Multiline => "text".to_owned(),
            Type::Number => format!("a number{range}"),
            Type::Integer => format!("a whole number{range}"),
            Type::Boolean => "true or false".to_owned(),
            Type::Choice => format!("one of {}", self.choices.join(", ")),
            Type::Color => "a colour such as #ff6a00".to_owned(),
            Type::Image => "an image file".to_owned(),
            Type::Font => "a font file".to_owned(),
            Type::Camera => "the name of a camera in the file".to_owned(),
        }
    }
}

/// Turns the values a request gives into assignments. The request may come from anywhere: no file of this machine is
/// read for it.
///
/// # Errors
/// `unknown_parameter` with the nearest name, `bad_parameter` with type and range.
pub fn assignments(
    declared: &BTreeMap<String, Parameter>,
    values: &Map<String, Value>,
) -> Result<Vec<Assignment>> {
    all(declared, values, Files::Brought)
}

/// The same for a request of whoever runs broll here: `@FILE` stands for a file where an image or a font is meant.
///
/// # Errors
/// As for [`assignments`].
pub fn own_assignments(
    declared: &BTreeMap<String, Parameter>,
    values: &Map<String, Value>,
) -> Result<Vec<Assignment>> {
    all(declared, values, Files::Here)
}

fn all(
    declared: &BTreeMap<String, Parameter>,
    values: &Map<String, Value>,
    files: Files,
) -> Result<Vec<Assignment>> {
    let mut assignments = Vec::new();
    for (name, value) in values {
        let parameter = declared.get(name).ok_or_else(|| unknown(declared, name))?;
        let assigned = parameter.assign(value, files);
        assignments.extend(assigned.map_err(|why| parameter.refuse(name, value, files, why))?);
    }
    Ok(assignments)
}

/// What will not come out as it was meant, of values that are taken nevertheless.
pub fn doubts(declared: &BTreeMap<String, Parameter>, values: &Map<String, Value>) -> Vec<Warning> {
    let doubt = |(name, value): (&String, &Value)| {
        let text = value
            .as_str()
            .filter(|_| declared.get(name).is_some_and(|parameter| parameter.kind.is_text()))?;
        let letter = script::right_to_left(text)?;
        let message = format!(
            "parameter {name} has letters that are written from right to left ({letter}): Blender draws them from left to \
             right, and joins none; give them in the order in which they stand in the picture, or as an image"
        );
        Some(Warning::new("right_to_left", message))
    };
    values.iter().filter_map(doubt).collect()
}

/// Puts the files that `@FILE` stands for into the values themselves, so that they can travel. Where nothing is known of
/// the template, that is every one that is an image or a font.
///
/// # Errors
/// `bad_parameter` for a file that cannot be used.
pub fn pack_files(
    declared: Option<&BTreeMap<String, Parameter>>,
    values: &mut Map<String, Value>,
) -> Result<()> {
    for (name, value) in values {
        let Some(path) = value.as_str().and_then(|text| text.strip_prefix('@')).map(PathBuf::from) else {
            continue;
        };
        let Some(declared) = declared else {
            let kinds = [Type::Image, Type::Font];
            if let Some(packed) = kinds.into_iter().find_map(|kind| asset::packed(kind, &path).ok()) {
                *value = packed;
            }
            continue;
        };
        if let Some(parameter) = declared.get(name).filter(|parameter| parameter.kind.is_file()) {
            let packed = asset::packed(parameter.kind, &path);
            *value = packed.map_err(|why| parameter.refuse(name, value, Files::Here, why))?;
        }
    }
    Ok(())
}

/// The values without the files they bring, as they may be shown and kept.
pub fn redacted(values: &Map<String, Value>) -> Map<String, Value> {
    values.iter().map(|(name, value)| (name.clone(), asset::redacted(value))).collect()
}

impl Parameter {
    /// Assignments that change nothing in a file that fits the manifest, and fail in one that does not.
    ///
    /// # Errors
    /// `bad_parameter` for a default that its own parameter does not take.
    pub fn trial_assignments(&self, name: &str) -> Result<Vec<Assignment>> {
        self.trial().map_err(|why| self.refuse(name, &self.default, Files::Brought, why))
    }

    fn refuse(&self, name: &str, value: &Value, files: Files, why: String) -> Error {
        let hint = match self.kind {
            kind if kind.is_file() => {
                format!("give it as {}, or leave it out for the file's own", files.example(kind))
            }
            Type::Choice => match value.as_str().and_then(|text| nearest(text, &self.choices)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("give one of these, or leave it out for {}", value::shown(&self.default)),
            },
            Type::Camera => "give a camera's name, or leave it out for the file's own".to_owned(),
            Type::Color => match value.as_str().map(|text| format!("#{text}")) {
                Some(meant) if value::color(&meant).is_some() => format!("did you mean {meant}?"),
                _ => format!(
                    "give it as #rrggbb or #rgb, with alpha as #rrggbbaa or #rgba, or leave it out for {}",
                    value::shown(&self.default)
                ),
            },
            _ => format!("give it such a value, or leave it out for {}", value::shown(&self.default)),
        };
        Error::bad_input("bad_parameter", format!("parameter {name} cannot be {}", value::shown(value)))
            .because(why)
            .hint(hint)
    }
}

fn unknown(declared: &BTreeMap<String, Parameter>, name: &str) -> Error {
    let known = declared.keys().cloned().collect::<Vec<_>>().join(", ");
    let short: String = name.chars().take(100).collect();
    let error = Error::bad_input("unknown_parameter", format!("the template has no parameter {short:?}"));
    match nearest(&short, declared.keys()) {
        Some(meant) => error.hint(format!("did you mean {meant}? It has: {known}")),
        None if declared.is_empty() => error.hint("it declares no parameters: leave --set out"),
        None => error.hint(format!("it has: {known}")),
    }
}

#[cfg(test)]
#[path = "tests/values.rs"]
mod tests;
