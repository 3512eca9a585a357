//! What is wrong with a parameter itself, whatever value it is given.

use std::collections::BTreeSet;

use serde_json::Value;

use super::asset::Files;
use super::value::color;
use super::{Parameter, Target, Type};
use crate::blender::Place;

/// Bytes of the longest name.
const LONGEST_NAME: usize = 64;

/// A name that can be typed as `--set NAME=VALUE`.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(plain) && !name.starts_with('-')
}

impl Parameter {
    /// Everything that is wrong with its declaration, as sentences that begin with its name.
    pub fn faults(&self, name: &str) -> Vec<String> {
        let mut faults = Vec::new();
        if !is_name(name) {
            faults.push("its name must be letters, digits, _ and -, at most 64".to_owned());
        }
        faults.extend(self.range_faults());
        faults.extend(self.choice_faults());
        let places = &self.target.0;
        if places.is_empty() {
            faults.push("target is an empty list".to_owned());
        }
        faults.extend(places.iter().flat_map(|target| self.target_faults(target)));
        // What is wrong above would only be told again.
        if faults.is_empty() {
            faults.extend(self.default_fault());
        }
        faults.into_iter().map(|fault| format!("[parameters.{name}] {fault}")).collect()
    }

    fn range_faults(&self) -> Vec<String> {
        let (min, max) = (self.min, self.max);
        let mut faults = Vec::new();
        if !self.kind.is_number() && (min.is_some() || max.is_some()) {
            faults.push(format!("min and max are for numbers, not for {}", self.kind.name()));
        }
        if [min, max].into_iter().flatten().any(|bound| !bound.is_finite()) {
            faults.push("min and max must be finite".to_owned());
        }
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            faults.push(format!("min {min} is larger than max {max}"));
        }
        faults
    }

    fn choice_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        match (self.kind == Type::Choice, self.choices.is_empty()) {
            (true, true) => faults.push("a choice needs choices".to_owned()),
            (false, false) => faults.push(format!("choices are for a choice, not for {}", self.kind.name())),
            _ => {}
        }
        let mut seen = BTreeSet::new();
        let twice = self.choices.iter().filter(|choice| !seen.insert(choice.as_str()));
        faults.extend(twice.map(|choice| format!("choices has {choice:?} twice")));
        if self.choices.iter().any(|choice| choice.is_empty() || choice.chars().any(char::is_control)) {
            faults.push("choices must be words".to_owned());
        }
        faults
    }

    fn target_faults(&self, target: &Target) -> Vec<String> {
        let mut faults = Vec::new();
        if let Err(why) = Place::parse(&target.path) {
            faults.push(format!("target {:?} {why}", target.path));
        }
        let numbers = [("scale", target.scale), ("offset", target.offset)];
        for (key, number) in numbers.into_iter().filter_map(|(key, number)| Some((key, number?))) {
            if !self.kind.is_number() {
                faults.push(format!("{key} is for numbers, not for {}", self.kind.name()));
            } else if !number.is_finite() {
                faults.push(format!("{key} must be finite"));
            }
        }
        faults.extend(self.mapping_faults(target));
        faults
    }

    /// Every value that the parameter may have must have one in the file, and no other.
    fn mapping_faults(&self, target: &Target) -> Vec<String> {
        if target.values.is_empty() {
            return Vec::new();
        }
        let keys: Vec<&str> = match self.kind {
            Type::Choice => self.choices.iter().map(String::as_str).collect(),
            Type::Boolean => vec!["true", "false"],
            _ => return vec![format!("values are for a choice or a boolean, not for {}", self.kind.name())],
        };
        let mut faults = Vec::new();
        let absent = keys.iter().filter(|key| !target.values.contains_key(**key));
        faults.extend(absent.map(|key| format!("values has none for {key}")));
        for (key, value) in &target.values {
            if !keys.contains(&key.as_str()) {
                faults.push(format!("values has one for {key:?}, which cannot be chosen"));
            }
            let fits = match value {
                Value::Bool(_) | Value::Number(_) => true,
                Value::Array(list) => !list.is_empty() && list.iter().all(Value::is_number),
                Value::String(text) => !text.starts_with('#') || color(text).is_some(),
                _ => false,
            };
            if !fits {
                faults.push(format!(
                    "values.{key} must be a number, true or false, text, a colour such as #ff6a00, or a list of numbers"
                ));
            }
        }
        faults
    }

    fn default_fault(&self) -> Option<String> {
        let default = &self.default;
        if self.kind.is_file() && default != "" {
            return Some(format!(
                "default is {default}, but an {} is always the file's own",
                self.kind.name()
            ));
        }
        let plain = match self.kind {
            Type::Number | Type::Integer => default.is_number(),
            Type::Boolean => default.is_boolean(),
            _ => true,
        };
        if !plain {
            return Some(format!("default is {default}, but it takes {}", self.describe()));
        }
        let why = self.assign(default, Files::Brought).err()?;
        Some(format!("default is {default}, but {why}"))
    }
}

#[cfg(test)]
#[path = "tests/declared.rs"]
mod tests;
