//! A value on its way into the open file.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Place;
use super::protocol::encode_path;

/// One value for one place in the file. As JSON it is what decides pixels, whatever machine it is on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assignment {
    /// Where it goes.
    pub place: Place,
    /// What goes there.
    pub value: Assigned,
}

/// What an assignment brings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "lowercase")]
pub enum Assigned {
    /// A number, a truth value, a text, or a list of numbers.
    Plain(Value),
    /// Three or four sRGB channels, 0 to 1, that become scene-linear.
    Color(Vec<f64>),
    /// A picture.
    Image(Asset),
    /// A typeface.
    Font(Asset),
    /// The name of a camera object.
    Camera(String),
    /// Nothing: only whether such a value could go there.
    Nothing(Holds),
}

/// What a place must be able to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// A picture.
    Image,
    /// A typeface.
    Font,
    /// A camera object.
    Camera,
}

/// A file that a value brings, by its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Asset {
    /// What its sender calls it, fit for a screen; it may be empty.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What its format's files end in, without a dot.
    pub extension: &'static str,
    /// All of it.
    pub bytes: Arc<[u8]>,
    /// Where Blender finds it; until then it is nowhere.
    pub file: Option<PathBuf>,
}

impl Asset {
    /// Its name by content.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.sha256, self.extension)
    }
}

/// Content alone: neither the name nor the place changes a pixel.
impl Serialize for Asset {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.file_name())
    }
}

impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({}, {} bytes)", self.name, self.file_name(), self.bytes.len())
    }
}

impl Assignment {
    /// The file it brings, if it brings one.
    pub fn asset(&self) -> Option<&Asset> {
        match &self.value {
            Assigned::Image(asset) | Assigned::Font(asset) => Some(asset),
            _ => None,
        }
    }

    /// The same, to put the file's place into.
    pub fn asset_mut(&mut self) -> Option<&mut Asset> {
        match &mut self.value {
            Assigned::Image(asset) | Assigned::Font(asset) => Some(asset),
            _ => None,
        }
    }

    /// As the driver takes it.
    pub(super) fn command(&self) -> Value {
        let mut command = json!(self.value);
        if let Some(asset) = self.asset() {
            command["value"] = asset.file.as_deref().map(encode_path).into();
            command["name"] = asset.name.as_str().into();
        }
        command["block"] = self.place.block().into();
        command["target"] = self.place.path().into();
        command["owner"] = self.place.owner.as_str().into();
        command["step"] = json!(self.place.step);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_sent_by_its_place_and_known_by_its_content() {
        let asset = |name: &str, file: Option<&str>| Assignment {
            place: Place::parse("images[\"Logo\"]").unwrap(),
            value: Assigned::Image(Asset {
                name: name.to_owned(),
                sha256: "ab".repeat(32),
                extension: "png",
                bytes: Arc::from(&b"secret"[..]),
                file: file.map(PathBuf::from),
            }),
        };
        let (here, there) = (asset("a.png", Some("/here/x")), asset("b.png", None));
        assert_eq!(json!(here), json!(there));
        assert_eq!(here.command()["value"], encode_path("/here/x".as_ref()));
        assert_eq!((&here.command()["kind"], &here.command()["owner"]), (&json!("image"), &json!("images")));
        assert_eq!(here.command()["step"], json!({"key": "Logo"}));
        assert!(format!("{here:?}").len() < 300);
    }
}
