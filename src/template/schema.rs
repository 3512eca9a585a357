//! A template's parameters as a JSON Schema (draft 2020-12), for forms and scripts that make requests.
//!
//! It describes what a request's `parameters` hold. It is stricter than broll in one thing: text that holds a number or
//! a truth value is for command lines, and no value here.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Parameter, Type};

/// Control characters, as a pattern.
const CONTROL: &str = "[\\u0000-\\u001f\\u007f-\\u009f]";

/// The schema of the object that sets these parameters. Everything that holds for a value and that JSON Schema has no
/// word for is told by `x-broll-type`, the type in the manifest.
pub fn schema(parameters: &BTreeMap<String, Parameter>) -> Value {
    let properties: Map<String, Value> =
        parameters.iter().map(|(name, parameter)| (name.clone(), parameter.schema())).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

impl Parameter {
    /// What it does in one line: its help, else its label.
    pub fn summary(&self) -> &str {
        if self.help.is_empty() { &self.label } else { &self.help }
    }

    fn schema(&self) -> Value {
        let mut schema = Map::new();
        let texts = [("title", &self.label), ("description", &self.help)];
        for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            schema.insert(key.to_owned(), json!(text));
        }
        schema.extend(self.constraints());
        schema.insert("default".to_owned(), self.default.clone());
        schema.insert("x-broll-type".to_owned(), json!(self.kind));
        Value::Object(schema)
    }

    fn constraints(&self) -> Map<String, Value> {
        // A `$` would also match before a last line break where patterns are Python's, so text is described by what must
        // not be in it.
        let string = |longest: usize, banned: &str| json!({"type": "string", "maxLength": longest, "not": {"pattern": banned}});
        let text = |banned: &str| string(self.longest_text(), banned);
        let constraints = match self.kind {
            Type::Text => text(CONTROL),
            Type::Multiline => {
                text("[\\u0000-\\u0009\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]|\\r(?!\\n)")
            }
            Type::Number => json!({"type": "number", "minimum": f32::MIN, "maximum": f32::MAX}),
            Type::Integer => json!({"type": "integer", "minimum": -i32::MAX, "maximum": i32::MAX}),
            Type::Boolean => json!({"type": "boolean"}),
            Type::Choice => json!({"type": "string", "enum": self.choices}),
            Type::Color => {
                let mut color = string(9, CONTROL);
                color["pattern"] = json!("^#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$");
                color
            }
            Type::Image => file("image"),
            Type::Font => file("font"),
            Type::Camera => string(255, CONTROL),
        };
        let Value::Object(mut constraints) = constraints else { return Map::new() };
        for (key, bound) in [("minimum", self.min), ("maximum", self.max)] {
            if let Some(bound) = bound {
                constraints.insert(key.to_owned(), self.bound(bound));
            }
        }
        constraints
    }

    /// A bound as its type writes it.
    fn bound(&self, bound: f64) -> Value {
        if self.kind == Type::Integer && bound.fract() == 0.0 { json!(bound as i64) } else { json!(bound) }
    }
}

/// A file inside a request; the empty text leaves what the template has.
fn file(media: &str) -> Value {
    json!({"anyOf": [
        {"const": "", "title": "the template's own"},
        {
            "type": "object",
            "additionalProperties": false,
            "required": ["data_base64"],
            "properties": {
                "name": {"type": "string"},
                "data_base64": {"type": "string", "minLength": 1, "contentEncoding": "base64", "contentMediaType": format!("{media}/*")},
            },
        },
        {"type": "string", "pattern": "^data:[^,]*;base64,", "contentMediaType": format!("{media}/*")},
    ]})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Manifest;

    fn of(text: &str) -> Value {
        schema(&Manifest::parse(text, "a.toml").unwrap().parameters)["properties"]["p"].clone()
    }

    fn declared(kind: &str, more: &str) -> Value {
        of(&format!("[parameters.p]\ntype = '{kind}'\n{more}\ntarget = 'objects[\"A\"].x'\n"))
    }

    #[test]
    fn numbers_have_their_range_as_their_type_writes_it() {
        let number = declared("number", "default = 1.5\nmin = 0\nmax = 4\nlabel = 'P'\nhelp = 'Does.'");
        assert_eq!(
            (&number["type"], &number["minimum"], &number["maximum"]),
            (&json!("number"), &json!(0.0), &json!(4.0))
        );
        assert_eq!(
            (&number["title"], &number["description"], &number["default"]),
            (&json!("P"), &json!("Does."), &json!(1.5))
        );
        let whole = declared("integer", "default = 3\nmin = 1");
        assert_eq!(
            (&whole["minimum"], &whole["maximum"], &whole["default"]),
            (&json!(1), &json!(i32::MAX), &json!(3))
        );
        assert!(whole.get("title").is_none() && whole.get("description").is_none());
    }

    #[test]
    fn each_type_says_what_it_takes() {
        let choice = declared("choice", "default = 'b'\nchoices = ['a', 'b']");
        assert_eq!((&choice["enum"], &choice["default"]), (&json!(["a", "b"]), &json!("b")));
        let color = declared("color", "default = '#ff6a00'");
        assert!(color["pattern"].as_str().unwrap().starts_with("^#(") && color["x-broll-type"] == "color");
        assert!(declared("text", "default = 'x'")["not"]["pattern"].as_str().unwrap().contains("\\u001f"));
        assert!(
            declared("multiline", "default = 'x'")["not"]["pattern"].as_str().unwrap().contains("\\u000b")
        );
        assert_eq!(declared("text", "default = 'x'")["maxLength"], 2000);
        for kind in ["image", "font"] {
            let ways = declared(kind, "")["anyOf"].clone();
            assert_eq!((&ways[0]["const"], &declared(kind, "")["default"]), (&json!(""), &json!("")));
            assert_eq!(ways[1]["properties"]["data_base64"]["contentEncoding"], "base64");
            assert!(ways[2]["contentMediaType"].as_str().unwrap().starts_with(kind));
        }
        let camera = declared("camera", "");
        assert_eq!((&camera["type"], &camera["not"]["pattern"]), (&json!("string"), &json!(CONTROL)));
        // Python's `$` would let a line break through.
        assert_eq!(color["not"]["pattern"], CONTROL);
        assert_eq!(declared("number", "default = 1")["maximum"], json!(f32::MAX));
    }

    #[test]
    fn the_whole_refuses_names_that_are_not_declared() {
        let whole = schema(&BTreeMap::new());
        assert_eq!((&whole["type"], &whole["additionalProperties"]), (&json!("object"), &json!(false)));
        assert_eq!(whole["properties"], json!({}));
        assert!(whole["$schema"].as_str().unwrap().ends_with("2020-12/schema"));
    }
}
