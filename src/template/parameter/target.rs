//! Where a value goes in the file, and what becomes of it on the way.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// One place in the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// A path below `bpy.data`, as Blender writes it.
    pub path: String,
    /// A number is multiplied by this, 1 unless given,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// and this is added to it, 0 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<f64>,
    /// What is written for each choice, or for `true` and `false`: a number, a truth value, a text, a colour such as
    /// `#ff6a00`, or a list of numbers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Value>,
}

impl Target {
    /// A place that takes the value as it is.
    pub fn plain(path: &str) -> Self {
        Self { path: path.to_owned(), scale: None, offset: None, values: BTreeMap::new() }
    }
}

/// One place or several: a path, a table `{ path = "…", scale = 2.0, offset = 0.5 }` or `{ path = "…", values = { … } }`,
/// or a list of those.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets(pub Vec<Target>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    path: String,
    scale: Option<f64>,
    offset: Option<f64>,
    #[serde(default)]
    values: BTreeMap<String, Value>,
}

impl From<Table> for Target {
    fn from(table: Table) -> Self {
        Self { path: table.path, scale: table.scale, offset: table.offset, values: table.values }
    }
}

struct One;

impl<'de> Visitor<'de> for One {
    type Value = Target;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path such as 'objects[\"Title\"].data.body', or a table with path")
    }

    fn visit_str<E>(self, path: &str) -> Result<Target, E> {
        Ok(Target::plain(path))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Target, A::Error> {
        Table::deserialize(MapAccessDeserializer::new(map)).map(Into::into)
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(One)
    }
}

struct All;

impl<'de> Visitor<'de> for All {
    type Value = Targets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        One.expecting(f)?;
        f.write_str(", or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<Targets, E> {
        One.visit_str(path).map(|one| Targets(vec![one]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Targets, A::Error> {
        One.visit_map(map).map(|one| Targets(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Targets, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(Targets(all))
    }
}

impl<'de> Deserialize<'de> for Targets {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(All)
    }
}

/// As a manifest writes it: a lone path as text, a lone table as a table.
impl Serialize for Targets {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] if *one == Target::plain(&one.path) => to.serialize_str(&one.path),
            [one] => one.serialize(to),
            all => to.collect_seq(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder {
        target: Targets,
    }

    fn read(target: &str) -> Result<Holder, toml::de::Error> {
        toml::from_str(&format!("target = {target}"))
    }

    #[test]
    fn every_form_is_read_and_written_back() {
        for (text, places) in [
            (r#"'objects["A"].data.body'"#, 1),
            (r#"{ path = 'objects["A"]["p"]', scale = 2.0, offset = 1 }"#, 1),
            ("{ path = 'a.b', values = { glass = 0, metal = '#ff0000', wood = [1, 2.5], none = true } }", 1),
            ("['a.b', { path = 'a.c', offset = -0.5 }]", 2),
        ] {
            let holder = read(text).unwrap();
            assert_eq!(holder.target.0.len(), places);
            let again: Holder = toml::from_str(&toml::to_string(&holder).unwrap()).unwrap();
            assert_eq!(again, holder, "{text}");
        }
    }

    #[test]
    fn any_other_form_says_what_is_taken() {
        for (text, said) in [
            ("3", "a path such as"),
            ("{ scale = 2 }", "missing field `path`"),
            ("{ path = 'a.b', scal = 2 }", "unknown field `scal`"),
            ("{ path = 'a.b', scale = 'x' }", "scale = 'x'"),
            ("['a.b', 3]", "a path such as"),
            ("[['a.b']]", "a path such as"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
