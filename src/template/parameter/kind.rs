//! The types that a parameter's values may have.

use serde::{Deserialize, Serialize};

/// The type of a parameter's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// One line of text, of at most 2,000 characters unless the default has more.
    Text,
    /// Several lines of text, as many characters.
    Multiline,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// On or off.
    Boolean,
    /// One of a list.
    Choice,
    /// An sRGB colour: `#rrggbb` or `#rgb`, with alpha `#rrggbbaa` or `#rgba`.
    Color,
    /// A picture.
    Image,
    /// A typeface.
    Font,
    /// A camera of the file, by the name of its object.
    Camera,
}

impl Type {
    /// Its name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Multiline => "multiline",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Choice => "choice",
            Self::Color => "color",
            Self::Image => "image",
            Self::Font => "font",
            Self::Camera => "camera",
        }
    }

    /// Whether its values can be counted with.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Integer)
    }

    /// Whether its values are words to be read.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Multiline)
    }

    /// Whether its values are files.
    pub fn is_file(self) -> bool {
        matches!(self, Self::Image | Self::Font)
    }

    /// Whether an empty text stands for what the file holds.
    pub fn may_be_left(self) -> bool {
        self.is_file() || self == Self::Camera
    }
}
