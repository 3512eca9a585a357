//! A command line that sets some of a template's parameters, to be copied.

use std::collections::BTreeMap;
use std::path::Path;

use crate::paths::display;
use crate::template::{Parameter, Type};

/// Parameters that the line sets: enough to see how it goes.
const SHOWN: usize = 2;

/// `broll render NAME --set …`, for a shell; `None` where nothing can be set. `library` is the flag's.
pub(super) fn example(
    name: &str,
    library: Option<&Path>,
    parameters: &BTreeMap<String, Parameter>,
) -> Option<String> {
    let (mut line, mut seen) = (format!("broll render {name}"), Vec::new());
    if let Some(library) = library {
        line += &format!(" --library {}", quoted(&display(library)));
    }
    for (name, parameter) in parameters {
        // A second of the same type shows nothing new.
        if seen.len() == SHOWN || seen.contains(&parameter.kind) {
            continue;
        }
        if let Some(value) = value(parameter) {
            seen.push(parameter.kind);
            line += &format!(" --set {}", quoted(&format!("{name}={value}")));
        }
    }
    (!seen.is_empty()).then_some(line)
}

/// A value that is not the default, where one is known without the file.
fn value(parameter: &Parameter) -> Option<String> {
    let default = &parameter.default;
    let value = match parameter.kind {
        Type::Text | Type::Multiline => "Hello".to_owned(),
        Type::Number => number(parameter).to_string(),
        Type::Integer => number(parameter).round().to_string(),
        Type::Boolean => (default.as_bool() != Some(true)).to_string(),
        Type::Choice => parameter.choices.iter().find(|choice| default.as_str() != Some(choice))?.clone(),
        Type::Color => if default == "#ff6a00" { "#00a3ff" } else { "#ff6a00" }.to_owned(),
        Type::Image => "@logo.png".to_owned(),
        Type::Font => "@font.ttf".to_owned(),
        Type::Camera => return None,
    };
    Some(value)
}

/// Halfway to an end of the range, else twice the default.
fn number(parameter: &Parameter) -> f64 {
    let default = parameter.default.as_f64().unwrap_or_default();
    let end = parameter.max.filter(|max| *max > default).or(parameter.min);
    let value = end.map_or(if default == 0.0 { 1.0 } else { default * 2.0 }, |end| (default + end) / 2.0);
    // To hundredths, unless that leaves the range.
    let rounded = (value * 100.0).round() / 100.0;
    let fits =
        parameter.min.is_none_or(|min| rounded >= min) && parameter.max.is_none_or(|max| rounded <= max);
    if fits { rounded } else { value }
}

/// A word as shells take it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=@#./,+:".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Manifest;

    fn of(parameters: &[(&str, &str)]) -> Option<String> {
        let one = |(name, rest): &(&str, &str)| {
            format!("[parameters.{name}]\n{}\ntarget = 'objects[\"A\"].x'\n", rest.replace("; ", "\n"))
        };
        let text: String = parameters.iter().map(one).collect();
        example("logo", None, &Manifest::parse(&text, "a.toml").unwrap().parameters)
    }

    #[test]
    fn each_type_has_a_value_that_is_not_the_default() {
        for (declared, set) in [
            ("type = 'text'; default = 'x'", "a=Hello"),
            ("type = 'number'; default = 1.0; max = 4", "a=2.5"),
            ("type = 'number'; default = 4; min = 0; max = 4", "a=2"),
            ("type = 'number'; default = 0.0", "a=1"),
            ("type = 'integer'; default = 1; max = 4", "a=3"),
            ("type = 'boolean'; default = true", "a=false"),
            ("type = 'choice'; default = 'x'; choices = ['x', \"it's y\"]", "'a=it'\\''s y'"),
            ("type = 'color'; default = '#ff6a00'", "a=#00a3ff"),
            ("type = 'image'", "a=@logo.png"),
        ] {
            assert_eq!(of(&[("a", declared)]), Some(format!("broll render logo --set {set}")), "{declared}");
        }
        assert_eq!(of(&[("a", "type = 'choice'; default = 'x'; choices = ['x']")]), None);
        assert_eq!(of(&[]), None);
        let manifest =
            Manifest::parse("[parameters.a]\ntype = 'image'\ntarget = 'images[\"L\"]'\n", "a").unwrap();
        let line = example("logo", Some(Path::new("my lib")), &manifest.parameters).unwrap();
        assert_eq!(line, "broll render logo --library 'my lib' --set a=@logo.png");
    }

    #[test]
    fn types_are_mixed_and_the_order_stays() {
        let color = "type = 'color'; default = '#ffffff'";
        let line =
            of(&[("a", color), ("b", color), ("c", "type = 'text'; default = ''"), ("d", "type = 'image'")]);
        let line = line.unwrap();
        assert_eq!(line, "broll render logo --set a=#ff6a00 --set c=Hello");
    }
}
