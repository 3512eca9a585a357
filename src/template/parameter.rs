//! What a template lets its user set, and values made fit for it before Blender starts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::blender::Assignment;
use crate::error::{Error, Result};

/// The type of a parameter's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// One line of text.
    Text,
    /// Several lines of text.
    Multiline,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// On or off.
    Boolean,
    /// One of a list.
    Choice,
    /// An sRGB colour, `#rrggbb` or `#rrggbbaa`.
    Color,
}

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
    /// The value of the file as saved.
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
    /// Places in the file: one path below `bpy.data`, or a list of them.
    pub target: Targets,
}

/// One place or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Targets {
    /// One path.
    One(String),
    /// Several paths that take the same value.
    Many(Vec<String>),
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
        }
    }

    /// The value as the driver takes it; text that holds a number or a truth value counts as one.
    fn read(&self, value: &Value) -> Option<Value> {
        let text = value.as_str();
        let number =
            || value.as_f64().or_else(|| text?.trim().parse().ok()).filter(|number| number.is_finite());
        let in_range = |number: &f64| {
            self.min.is_none_or(|min| *number >= min) && self.max.is_none_or(|max| *number <= max)
        };
        match self.kind {
            Type::Text => text.filter(|text| !text.contains(['\n', '\r'])).map(Value::from),
            Type::Multiline => text.map(Value::from),
            Type::Number => number().filter(in_range).map(Value::from),
            Type::Integer => {
                let whole = number()
                    .filter(in_range)
                    .filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
                Some(Value::from(whole as i64))
            }
            Type::Boolean => value.as_bool().or_else(|| text?.parse().ok()).map(Value::from),
            Type::Choice => {
                text.filter(|text| self.choices.iter().any(|choice| choice == text)).map(Value::from)
            }
            Type::Color => color(text?),
        }
    }
}

/// `#rrggbb` or `#rrggbbaa` as sRGB channels from 0 to 1.
fn color(text: &str) -> Option<Value> {
    let digits = text
        .strip_prefix('#')
        .filter(|digits| matches!(digits.len(), 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let channels = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok());
    Some(json!(channels.map(|channel| Some(f64::from(channel?) / 255.0)).collect::<Option<Vec<_>>>()?))
}

/// Turns the values a request gives into assignments.
///
/// # Errors
/// `unknown_parameter` with the nearest name, `bad_parameter` with type and range.
pub fn assignments(
    declared: &BTreeMap<String, Parameter>,
    values: &Map<String, Value>,
) -> Result<Vec<Assignment>> {
    let mut assignments = Vec::new();
    for (name, value) in values {
        let Some(parameter) = declared.get(name) else {
            let known = declared.keys().cloned().collect::<Vec<_>>().join(", ");
            let error =
                Error::bad_input("unknown_parameter", format!("the template has no parameter {name:?}"));
            return Err(match nearest(name, declared.keys()) {
                Some(meant) => error.hint(format!("did you mean {meant}? It has: {known}")),
                None if declared.is_empty() => error.hint("it declares no parameters: leave --set out"),
                None => error.hint(format!("it has: {known}")),
            });
        };
        let read = parameter.read(value).ok_or_else(|| {
            Error::bad_input("bad_parameter", format!("parameter {name} cannot be {value}"))
                .because(format!("it takes {}", parameter.describe()))
                .hint(format!("give it such a value, or leave it out for {}", parameter.default))
        })?;
        let targets = match &parameter.target {
            Targets::One(target) => std::slice::from_ref(target),
            Targets::Many(targets) => targets,
        };
        assignments.extend(targets.iter().map(|target| Assignment {
            target: target.clone(),
            value: read.clone(),
            color: parameter.kind == Type::Color,
        }));
    }
    Ok(assignments)
}

/// The known name that differs least from `name`, if it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
    let (distance, best) = known.into_iter().map(|other| (distance(name, other), other)).min()?;
    (distance <= 1 + name.chars().count() / 4).then_some(best.as_str())
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> BTreeMap<String, Parameter> {
        toml::from_str(
            "[glow]\ntype = 'number'\ndefault = 1\nmin = 0\nmax = 4\ntarget = 'a.b'\n\
             [accent]\ntype = 'color'\ndefault = '#ffffff'\ntarget = ['a.c', 'a.d']\n\
             [style]\ntype = 'choice'\ndefault = 'x'\nchoices = ['x', 'y']\ntarget = 'a.e'\n",
        )
        .unwrap()
    }

    fn set(name: &str, value: Value) -> Result<Vec<Assignment>> {
        assignments(&declared(), &Map::from_iter([(name.to_owned(), value)]))
    }

    #[test]
    fn values_are_read_by_type() {
        assert_eq!(set("glow", json!("2.5")).unwrap()[0].value, json!(2.5));
        let color = set("accent", json!("#ff0000")).unwrap();
        assert_eq!((color.len(), &color[0].value, color[1].color), (2, &json!([1.0, 0.0, 0.0]), true));
    }

    #[test]
    fn what_does_not_fit_names_type_and_range() {
        for (name, value, said) in [
            ("glow", json!(5), "0 to 4"),
            ("glow", json!("NaN"), "number"),
            ("accent", json!("red"), "#ff6a00"),
            ("style", json!("z"), "x, y"),
        ] {
            let error = set(name, value).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
        assert!(set("acent", json!("#ffffff")).unwrap_err().hint_text().contains("did you mean accent"));
        assert!(set("zzzzzz", json!(1)).unwrap_err().hint_text().contains("it has: accent"));
    }
}
