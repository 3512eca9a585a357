//! Which values are tried when a template is checked, and what is made of the outcome. Nothing here starts anything.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Parameter, Type, assignments};
use crate::blender::{Asset, Assigned, Assignment, Place, Trial};
use crate::error::Result;

/// Numbers that differ by less, by their size or by 1, are the same: Blender's have 32 bits.
const NEAR: f64 = 1e-4;
/// A step of a colour with 8 bits, where linear channels are furthest apart.
const NEAR_COLOR: f64 = 0.005;

/// One value for one place of one parameter.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    parameter: String,
    target: String,
    /// The value, as a person would name it.
    value: String,
    is_default: bool,
    pub(super) assignment: Assignment,
}

/// What was learnt of one place of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceReport {
    /// The parameter.
    pub parameter: String,
    /// The place, as the manifest writes it.
    pub target: String,
    /// The values that were tried there.
    pub tried: Vec<String>,
    /// What is wrong, each reason once; nothing when every value fits.
    pub faults: Vec<String>,
    /// Where the default is not what the file was saved with: what the file holds, and what the default puts there.
    pub differs: Option<(Value, Value)>,
}

impl PlaceReport {
    /// What is wrong, in one line that names the parameter and, unless Blender did, its place.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.faults.iter().map(|fault| {
            let place =
                if fault.contains(&self.target) { String::new() } else { format!(" at {}", self.target) };
            format!("{}{place}: {fault}", self.parameter)
        })
    }
}

/// The default of every parameter, at each of its places.
///
/// # Errors
/// `bad_parameter` for a default that does not fit its own type.
pub(super) fn defaults(declared: &BTreeMap<String, Parameter>) -> Result<Vec<Attempt>> {
    let one = |(name, parameter): (&String, &Parameter)| attempts(declared, name, &parameter.default, true);
    Ok(declared.iter().map(one).collect::<Result<Vec<_>>>()?.concat())
}

/// Every other value that tells something: each choice, both truths, the ends of a range, each camera, a picture, a
/// typeface.
///
/// # Errors
/// `bad_parameter` for a value that does not fit its own type.
pub(super) fn others(
    declared: &BTreeMap<String, Parameter>,
    cameras: &[String],
    picture: &Path,
) -> Result<Vec<Attempt>> {
    let mut all = Vec::new();
    for (name, parameter) in declared {
        let ends = || [parameter.min, parameter.max].into_iter().flatten().map(Value::from).collect();
        let values: Vec<Value> = match parameter.kind {
            Type::Number | Type::Integer => ends(),
            Type::Boolean => vec![true.into(), false.into()],
            Type::Choice => parameter.choices.iter().map(|choice| choice.as_str().into()).collect(),
            Type::Camera => cameras.iter().map(|camera| camera.as_str().into()).collect(),
            Type::Image | Type::Font => {
                all.extend(with_file(name, parameter, picture));
                continue;
            }
            Type::Text | Type::Multiline | Type::Color => Vec::new(),
        };
        for value in values.iter().filter(|value| **value != parameter.default) {
            all.extend(attempts(declared, name, value, false)?);
        }
    }
    Ok(all)
}

fn attempts(
    declared: &BTreeMap<String, Parameter>,
    name: &str,
    value: &Value,
    is_default: bool,
) -> Result<Vec<Attempt>> {
    let assigned = assignments(declared, &Map::from_iter([(name.to_owned(), value.clone())]))?;
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let targets = declared.get(name).into_iter().flat_map(|parameter| &parameter.target.0);
    let one = |(target, assignment): (&super::Target, Assignment)| Attempt {
        parameter: name.to_owned(),
        target: target.path.clone(),
        value: shown.clone(),
        is_default,
        assignment,
    };
    Ok(targets.zip(assigned).map(one).collect())
}

/// A small picture, or a typeface of Blender's own, which the driver finds.
fn with_file(name: &str, parameter: &Parameter, picture: &Path) -> Vec<Attempt> {
    let is_image = parameter.kind == Type::Image;
    let asset = |extension, file| Asset {
        name: "trial".to_owned(),
        sha256: String::new(),
        extension,
        bytes: Arc::from([]),
        file,
    };
    let assigned = || match is_image {
        true => Assigned::Image(asset("png", Some(picture.to_owned()))),
        false => Assigned::Font(asset("woff2", None)),
    };
    let one = |target: &super::Target| {
        Some(Attempt {
            parameter: name.to_owned(),
            target: target.path.clone(),
            value: if is_image { "a picture" } else { "a typeface" }.to_owned(),
            is_default: false,
            assignment: Assignment { place: Place::parse(&target.path).ok()?, value: assigned() },
        })
    };
    parameter.target.0.iter().filter_map(one).collect()
}

/// What the outcome says of each place, in the order of the manifest's parameters.
pub(super) fn report(declared: &BTreeMap<String, Parameter>, tried: &[(Attempt, Trial)]) -> Vec<PlaceReport> {
    let mut reports = Vec::new();
    for (name, parameter) in declared {
        for target in &parameter.target.0 {
            let here: Vec<&(Attempt, Trial)> = tried
                .iter()
                .filter(|(attempt, _)| attempt.parameter == *name && attempt.target == target.path)
                .collect();
            let mut faults: Vec<String> = Vec::new();
            for (attempt, trial) in &here {
                let Some(why) = trial.error.clone().or_else(|| clipped(&attempt.assignment, trial)) else {
                    continue;
                };
                // A place that is not there says the same of every value.
                let is_known = faults.iter().any(|known| known.ends_with(why.as_str()));
                if !is_known {
                    let named = why.contains(" has no ") || attempt.value.is_empty();
                    faults.push(if named { why } else { format!("{}: {why}", attempt.value) });
                }
            }
            if here.is_empty() {
                faults.push("nothing can be tried here: the file has no camera".to_owned());
            }
            let near = if parameter.kind == Type::Color { NEAR_COLOR } else { NEAR };
            let changed = here.iter().find(|(attempt, trial)| {
                attempt.is_default && trial.error.is_none() && !same(&trial.before, &trial.after, near)
            });
            reports.push(PlaceReport {
                parameter: name.clone(),
                target: target.path.clone(),
                tried: here.iter().map(|(attempt, _)| attempt.value.clone()).collect(),
                faults,
                differs: changed.map(|(_, trial)| (trial.before.clone(), trial.after.clone())),
            });
        }
    }
    reports
}

/// The defaults of the parameters with which nothing is wrong.
pub(super) fn sound(defaults: &[Attempt], reports: &[PlaceReport]) -> Vec<Assignment> {
    let broken =
        |name: &str| reports.iter().any(|report| report.parameter == name && !report.faults.is_empty());
    let sound = defaults.iter().filter(|attempt| !broken(&attempt.parameter));
    sound.map(|attempt| attempt.assignment.clone()).collect()
}

/// Blender keeps numbers in the range of their property and cuts text that is too long, without a word.
fn clipped(assignment: &Assignment, trial: &Trial) -> Option<String> {
    let Assigned::Plain(wanted) = &assignment.value else { return None };
    // Whole numbers are rounded, which is as it should be.
    let near = if trial.after.is_i64() { 0.5 } else { NEAR };
    let stayed = same(&number(wanted), &number(&trial.after), near);
    (!stayed).then(|| format!("it does not stay there: Blender makes it {}", trial.after))
}

/// A truth value is a number to Blender, and a number one to it.
fn number(value: &Value) -> Value {
    value.as_bool().map_or_else(|| value.clone(), |truth| u8::from(truth).into())
}

/// Whether two values are the same to somebody who looks at them.
fn same(a: &Value, b: &Value, near: f64) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, near))
        }
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= near * a.abs().max(b.abs()).max(1.0),
            _ => a == b,
        },
    }
}
