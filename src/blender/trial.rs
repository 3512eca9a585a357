//! The answer to `try`: what became of values that were tried in a file.

use serde::Deserialize;
use serde_json::Value;

/// What became of one value at one place.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Trial {
    /// Why it does not fit; `None` when it does.
    pub error: Option<String>,
    /// What the place held.
    #[serde(default)]
    pub before: Value,
    /// What it holds with the value.
    #[serde(default)]
    pub after: Value,
}

/// What became of all of them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Trials {
    /// One for each value, in their order.
    pub tried: Vec<Trial>,
    /// The cameras of the file, in all its scenes.
    pub cameras: Vec<String>,
}
