//! RNA paths: how Blender names places in its data. They are taken apart here and walked by the driver; nothing in them
//! is ever run.

use serde::Serialize;

/// A place: what holds it, and the step from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Path below `bpy.data` of what holds the value.
    pub owner: String,
    /// The last step.
    pub step: Step,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// `.name`
    Name(String),
    /// `["key"]`
    Key(String),
    /// `[3]`
    Index(u32),
}

/// Bytes of the longest path; Blender's names are at most 255 (63 before 5.0), and no path has many of them.
const LONGEST: usize = 4096;
/// Ways from a value to what could run code, or out of the data altogether.
const CLOSED: [&str; 8] =
    ["animation_data", "bl_rna", "driver", "drivers", "id_data", "rna_type", "session_uid", "session_uuid"];
/// Collections of `bpy.data` that hold no picture but code, files, or the window.
const CLOSED_COLLECTIONS: [&str; 7] =
    ["actions", "libraries", "screens", "texts", "window_managers", "wm", "workspaces"];

impl Place {
    /// Takes a path apart.
    ///
    /// # Errors
    /// What is wrong with it, as part of a sentence.
    pub fn parse(path: &str) -> Result<Self, String> {
        if path.trim().is_empty() {
            return Err("is empty".to_owned());
        }
        if path.len() > LONGEST || path.chars().any(char::is_control) {
            return Err("is too long or holds control characters".to_owned());
        }
        let steps =
            steps(path).map_err(|at| format!("is no path: see {:?}", path.get(at..).unwrap_or_default()))?;
        let Some((Step::Name(collection), inner)) = steps.split_first() else {
            return Err("does not begin with a collection such as objects".to_owned());
        };
        if ["bpy", "data", "D", "C"].contains(&collection.as_str()) {
            return Err("begins below bpy.data, with a collection such as objects".to_owned());
        }
        let closed = |name: &String| name.starts_with("__") || CLOSED.contains(&name.as_str());
        let named =
            steps.iter().filter_map(|step| if let Step::Name(name) = step { Some(name) } else { None });
        if let Some(name) = named.into_iter().find(|name| closed(name)) {
            return Err(format!("must not go through {name}"));
        }
        if CLOSED_COLLECTIONS.contains(&collection.as_str()) {
            return Err(format!("must not lie in {collection}"));
        }
        let Some((last, before)) = inner.split_last() else {
            return Err(format!("names a whole collection: add what is meant, as in {collection}[\"NAME\"]"));
        };
        let owner = before.iter().fold(collection.clone(), |path, step| path + &step.written());
        Ok(Self { owner, step: last.clone() })
    }

    /// Path of the data-block that the place is in, as far as the path itself tells.
    pub fn block(&self) -> String {
        let steps = steps(&self.owner).unwrap_or_default();
        let mut path = steps.iter().take(2).map(Step::written).collect::<String>();
        if steps.len() < 2 {
            path.push_str(&self.step.written());
        }
        path.trim_start_matches('.').to_owned()
    }

    /// The path as Blender writes it.
    pub fn path(&self) -> String {
        self.owner.clone() + &self.step.written()
    }
}

impl Step {
    fn written(&self) -> String {
        match self {
            Self::Name(name) => format!(".{name}"),
            Self::Index(index) => format!("[{index}]"),
            Self::Key(key) => format!("[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }
}

/// The steps of a path, or where it stops being one.
fn steps(path: &str) -> Result<Vec<Step>, usize> {
    let (mut steps, mut at) = (Vec::new(), 0);
    while at < path.len() {
        let rest = &path[at..];
        let (step, length) = match rest.strip_prefix('[') {
            Some(inner) => bracket(inner).map(|(step, length)| (step, length + 1)),
            None if steps.is_empty() => name(rest),
            None => rest.strip_prefix('.').and_then(name).map(|(step, length)| (step, length + 1)),
        }
        .ok_or(at)?;
        steps.push(step);
        at += length;
    }
    Ok(steps)
}

/// A name at the start of the text, and its length.
fn name(text: &str) -> Option<(Step, usize)> {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let name = &text[..length];
    let fits = name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    fits.then(|| (Step::Name(name.to_owned()), length))
}

/// What stands in brackets, and its length with the closing one. Keys may be quoted either way.
fn bracket(text: &str) -> Option<(Step, usize)> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let end = text.find(']')?;
        let plain = text[..end].bytes().all(|byte| byte.is_ascii_digit());
        return plain.then(|| text[..end].parse().ok()).flatten().map(|index| (Step::Index(index), end + 1));
    };
    let (mut key, mut chars) = (String::new(), text.char_indices().skip(1));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => key.push(chars.next()?.1),
            _ if c == quote => return text[at + 1..].starts_with(']').then_some((Step::Key(key), at + 2)),
            _ => key.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(key: &str) -> Step {
        Step::Key(key.to_owned())
    }

    #[test]
    fn the_last_step_is_told_from_its_holder() {
        for (path, owner, step) in [
            (r#"objects["Title"].data.body"#, r#"objects["Title"].data"#, Step::Name("body".into())),
            (r#"objects["A.001"]["a.b"]"#, r#"objects["A.001"]"#, key("a.b")),
            (
                "objects['It\\'s \"it\"'].hide_render",
                r#"objects["It's \"it\""]"#,
                Step::Name("hide_render".into()),
            ),
            (
                r#"objects["A"].modifiers["GN"]["Socket_2"]"#,
                r#"objects["A"].modifiers["GN"]"#,
                key("Socket_2"),
            ),
            (r#"images["[x].y]"]"#, "images", key("[x].y]")),
            ("materials[0].diffuse_color[2]", "materials[0].diffuse_color", Step::Index(2)),
            (
                r#"materials["M"].node_tree.nodes["N"].inputs[2].default_value"#,
                r#"materials["M"].node_tree.nodes["N"].inputs[2]"#,
                Step::Name("default_value".into()),
            ),
        ] {
            let place = Place::parse(path).unwrap();
            assert_eq!((place.owner.as_str(), &place.step), (owner, &step));
            assert_eq!(Place::parse(&place.path()).unwrap(), place);
        }
        let block = |path| Place::parse(path).unwrap().block();
        assert_eq!(block("objects['A.\"b\"'].data.body"), r#"objects["A.\"b\""]"#);
        assert_eq!(block("objects['A']['p'][1]"), r#"objects["A"]"#);
        assert_eq!(
            (block("images[\"X\"]"), block("images[3]")),
            ("images[\"X\"]".into(), "images[3]".into())
        );
    }

    #[test]
    fn code_and_ways_out_are_no_places() {
        for (path, said) in [
            ("", "is empty"),
            ("  ", "is empty"),
            ("objects", "names a whole collection"),
            ("bpy.data.objects[\"A\"].x", "begins below bpy.data"),
            ("objects[\"A\"].remove()", "is no path: see \"()\""),
            ("objects[\"A\"].x = 3", "is no path"),
            ("objects[\"A\"", "is no path"),
            ("objects[A].x", "is no path"),
            ("objects[-1].x", "is no path"),
            ("objects[99999999999].x", "is no path"),
            ("objects[\"A\\", "is no path"),
            ("objects..x", "is no path"),
            ("objects[\"A\"].", "is no path"),
            ("[\"A\"].x", "does not begin"),
            ("objects.__class__", "__class__"),
            ("objects[\"A\"].__class__.__init__", "__class__"),
            ("objects[\"A\"].id_data.name", "id_data"),
            ("objects[\"A\"].animation_data.drivers[0].driver.expression", "animation_data"),
            ("texts[\"T\"].use_module", "texts"),
            ("libraries[\"L\"].filepath", "libraries"),
            ("objects[\"A\nB\"].x", "control"),
        ] {
            let why = Place::parse(path).unwrap_err();
            assert!(why.contains(said), "{path}: {why}");
        }
        assert!(Place::parse(&"a.b".repeat(9000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_keys_survive(any in "\\PC{0,40}", name in "\\PC{0,20}") {
            let _ = Place::parse(&any);
            let place = Place { owner: "objects".into(), step: key(&name) };
            prop_assert_eq!(Place::parse(&place.path()).unwrap(), place);
        }
    }
}
