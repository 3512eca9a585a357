//! What is searched for. Pure.

use std::str::FromStr;

/// Kinds of assets that are .blend files with something to render in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole scene, with its light and most often a camera.
    Scene,
    /// Objects alone: nothing shows them until they are put into a scene.
    Model,
}

impl Kind {
    /// All of them, as people write them.
    pub const NAMES: [&str; 2] = ["scene", "model"];

    /// As the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scene => "scene",
            Self::Model => "model",
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [Self::Scene, Self::Model];
        known
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| "a type is scene or model".to_owned())
    }
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What the person typed.
    pub words: String,
    /// The kind of assets.
    pub kind: Kind,
    /// Only what needs no paid plan.
    pub free: bool,
    /// The page, from 1.
    pub page: u32,
}

/// Results on a page, as many as the official add-on asks for.
pub const PAGE_SIZE: u32 = 15;

impl Query {
    /// The value of `query`: words, then filters. A word with a colon would be taken for a filter.
    pub(super) fn text(&self) -> String {
        let mut parts: Vec<String> =
            self.words.replace(':', " ").split_whitespace().map(str::to_owned).collect();
        parts.push(format!("asset_type:{}", self.kind.name()));
        if self.free {
            parts.push("is_free:true".to_owned());
        }
        parts.push("order:-score".to_owned());
        parts.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_first_and_cannot_be_filters() {
        let query = |words: &str, kind, free| Query { words: words.to_owned(), kind, free, page: 1 }.text();
        assert_eq!(query("  neon \t city ", Kind::Scene, false), "neon city asset_type:scene order:-score");
        assert_eq!(
            query("Wars: license:x", Kind::Model, true),
            "Wars license x asset_type:model is_free:true order:-score"
        );
        assert!("hdr".parse::<Kind>().is_err() && "model".parse() == Ok(Kind::Model));
    }
}
