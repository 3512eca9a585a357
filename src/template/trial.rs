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

/// Characters of a value that a report repeats.
const LABEL: usize = 30;

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
    /// What is wrong, each reason in one line that names the parameter and its place.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.faults.iter().map(|fault| format!("{} at {}: {fault}", self.parameter, self.target))
    }
}

/// The default of every parameter, at each of its places.
///
/// # Errors
/// `bad_parameter` for a default that does not fit its own type.
pub(super) fn defaults(declared: &BTreeMap<String, Parameter>) -> Result<Vec<Attempt>> {
    let one = |(name, parameter): (&String, &Parameter)| {
        let label = if parameter.kind.may_be_left() && parameter.default == "" {
            "the file's".to_owned()
        } else {
            shown(&parameter.default)
        };
        Ok(paired(name, parameter, &label, true, parameter.trial_assignments(name)?))
    };
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
        for value in values.into_iter().filter(|value| *value != parameter.default) {
            let label = shown(&value);
            let assigned = assignments(declared, &Map::from_iter([(name.clone(), value)]))?;
            all.extend(paired(name, parameter, &label, false, assigned));
        }
    }
    Ok(all)
}

/// A value as a report names it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() > LABEL => {
            text.chars().take(LABEL).chain(['…']).collect()
        }
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |n| n.to_string()),
        other => other.to_string(),
    }
}

fn paired(
    name: &str,
    parameter: &Parameter,
    label: &str,
    is_default: bool,
    assigned: Vec<Assignment>,
) -> Vec<Attempt> {
    let one = |(target, assignment): (&super::Target, Assignment)| Attempt {
        parameter: name.to_owned(),
        target: target.path.clone(),
        value: label.to_owned(),
        is_default,
        assignment,
    };
    parameter.target.0.iter().zip(assigned).map(one).collect()
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
                let why = match &trial.error {
                    Some(error) => Some(reason(error, &target.path)),
                    None => clipped(&attempt.assignment, trial).map(Reason::OfValue),
                };
                let fault = match why {
                    Some(Reason::OfPlace(why)) => why,
                    Some(Reason::OfValue(why)) => format!("{}: {why}", attempt.value),
                    None => continue,
                };
                // A place that is not there says the same of every value.
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
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

enum Reason {
    OfPlace(String),
    OfValue(String),
}

/// The driver's words without what the report says beside them.
fn reason(error: &str, target: &str) -> Reason {
    let rest = |start: &str| error.strip_prefix(start)?.strip_prefix(target)?.strip_prefix(": ");
    if let Some(why) = rest("the template has no ") {
        return Reason::OfPlace(format!("it is not in the file: {why}"));
    }
    let why = rest("").unwrap_or(error);
    let refused = why.strip_prefix(target).and_then(|rest| rest.strip_prefix(" does not take "));
    let why = refused.and_then(|rest| rest.split_once(": ")).map_or(why, |(_, why)| why);
    let why = why.strip_prefix("bpy_struct: item.attr = val: ").unwrap_or(why);
    Reason::OfValue(why.to_owned())
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::Manifest;

    const TARGETS: &str = "[parameters.glow]\ntype = 'number'\ndefault = 1\nmin = 0\nmax = 4\n\
        target = ['lights[\"A\"].energy', { path = 'lights[\"B\"].energy', scale = 2.0 }]\n\
        [parameters.logo]\ntype = 'image'\ntarget = 'images[\"L\"]'\n\
        [parameters.on]\ntype = 'boolean'\ndefault = true\ntarget = { path = 'objects[\"A\"].hide_render', values = { true = false, false = true } }\n\
        [parameters.view]\ntype = 'camera'\ntarget = 'scenes[\"S\"].camera'\n";

    fn declared() -> BTreeMap<String, Parameter> {
        Manifest::parse(TARGETS, "a.toml").unwrap().parameters
    }

    fn fits(before: Value, after: Value) -> Trial {
        Trial { error: None, before, after }
    }

    fn values(attempts: &[Attempt]) -> Vec<String> {
        attempts.iter().map(|attempt| format!("{}={}", attempt.parameter, attempt.value)).collect()
    }

    #[test]
    fn defaults_come_first_and_then_all_that_tells_something() {
        let declared = declared();
        assert_eq!(
            values(&defaults(&declared).unwrap()),
            ["glow=1", "glow=1", "logo=the file's", "on=true", "view=the file's"]
        );
        let cameras = ["Side".to_owned()];
        let others = others(&declared, &cameras, Path::new("/p.png")).unwrap();
        assert_eq!(
            values(&others),
            ["glow=0", "glow=0", "glow=4", "glow=4", "logo=a picture", "on=false", "view=Side"]
        );
        assert_eq!(others[3].assignment.value, Assigned::Plain(json!(8.0)));
        assert_eq!(others[4].assignment.asset().unwrap().file.as_deref(), Some(Path::new("/p.png")));
    }

    #[test]
    fn each_place_is_reported_with_what_is_wrong_and_what_differs() {
        let declared = declared();
        let mut attempts = defaults(&declared).unwrap();
        attempts.extend(others(&declared, &[], Path::new("/p.png")).unwrap());
        let gone = "the template has no lights[\"A\"].energy: gone";
        let unfit = "images[\"L\"]: it holds no image";
        let outcome = |attempt: &Attempt| match (
            attempt.parameter.as_str(),
            attempt.target.as_str(),
            &*attempt.value,
        ) {
            ("glow", "lights[\"A\"].energy", _) => Trial { error: Some(gone.to_owned()), ..Trial::default() },
            ("glow", _, "4") => fits(json!(2.0), json!(5.0)),
            ("glow", _, "1") => fits(json!(1.8), json!(2.000_000_1)),
            ("glow", ..) => fits(json!(2.0), json!(0.0)),
            ("on", _, value) => fits(json!(false), json!(value == "false")),
            ("logo", _, "the file's") => fits(json!("L"), json!("L")),
            ("view", ..) => Trial {
                error: Some("scenes[\"S\"].camera: it holds no object".to_owned()),
                ..Trial::default()
            },
            _ => Trial { error: Some(unfit.to_owned()), ..Trial::default() },
        };
        let tried: Vec<_> = attempts.iter().map(|attempt| (attempt.clone(), outcome(attempt))).collect();
        let reports = report(&declared, &tried);
        let faults: Vec<String> = reports.iter().flat_map(PlaceReport::sentences).collect();
        assert_eq!(
            faults,
            [
                "glow at lights[\"A\"].energy: it is not in the file: gone".to_owned(),
                "glow at lights[\"B\"].energy: 4: it does not stay there: Blender makes it 5.0".to_owned(),
                "logo at images[\"L\"]: a picture: it holds no image".to_owned(),
                "view at scenes[\"S\"].camera: the file's: it holds no object".to_owned(),
            ]
        );
        assert_eq!(reports[1].differs, Some((json!(1.8), json!(2.000_000_1))));
        assert_eq!(reports[1].tried, ["1", "0", "4"]);
        assert!(reports[3].faults.is_empty() && reports[3].differs.is_none());
        let sound = sound(&defaults(&declared).unwrap(), &reports);
        assert_eq!(sound.len(), 1, "only the default of on");
    }

    #[test]
    fn the_drivers_words_lose_what_stands_beside_them() {
        let told = |error: &str| match reason(error, "a.b") {
            Reason::OfPlace(why) => format!("place: {why}"),
            Reason::OfValue(why) => why,
        };
        assert_eq!(told("the template has no a.b: gone"), "place: it is not in the file: gone");
        assert_eq!(
            told("a.b does not take 'x': bpy_struct: item.attr = val: enum \"x\" not found"),
            "enum \"x\" not found"
        );
        assert_eq!(told("a.b: it cannot be set"), "it cannot be set");
        assert_eq!(told("something else: yes"), "something else: yes");
    }

    #[test]
    fn colours_and_numbers_are_compared_as_they_look() {
        assert!(same(&json!([0.5, 1.0]), &json!([0.500_01, 1]), NEAR));
        assert!(!same(&json!([0.5]), &json!([0.5, 1]), NEAR) && !same(&json!(1.0), &json!(1.1), NEAR));
        assert!(same(&json!(1e6), &json!(1_000_010), NEAR) && same(&json!("a"), &json!("a"), NEAR));
        assert!(!same(&json!(null), &json!(0), NEAR));
    }
}
