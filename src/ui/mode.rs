//! How progress is shown.

use std::fmt;
use std::str::FromStr;

/// The value of `--progress`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProgressMode {
    /// Bars on a terminal, plain lines elsewhere.
    #[default]
    Auto,
    /// A line now and then, wherever stderr leads.
    Plain,
    /// One JSON object a line, for scripts.
    Json,
    /// Nothing but warnings.
    Off,
}

impl ProgressMode {
    /// Every accepted name.
    pub const NAMES: [&'static str; 4] = ["auto", "plain", "json", "off"];

    /// What it comes to where stderr is, or is not, a terminal of the kind that `TERM` names.
    pub(super) fn show(self, terminal: bool, term: Option<&str>) -> Show {
        match self {
            Self::Auto if terminal && term != Some("dumb") => Show::Bars,
            Self::Auto | Self::Plain => Show::Plain,
            Self::Json => Show::Json,
            Self::Off => Show::Nothing,
        }
    }
}

impl FromStr for ProgressMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "plain" => Ok(Self::Plain),
            "json" => Ok(Self::Json),
            "off" => Ok(Self::Off),
            _ => Err(format!("progress must be one of {}, not {text:?}", Self::NAMES.join(", "))),
        }
    }
}

impl fmt::Display for ProgressMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Auto => "auto",
            Self::Plain => "plain",
            Self::Json => "json",
            Self::Off => "off",
        })
    }
}

/// A [`ProgressMode`] that has seen where stderr leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// Redrawn lines.
    Bars,
    /// Appended lines.
    Plain,
    /// Appended JSON.
    Json,
    /// Warnings alone.
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for name in ProgressMode::NAMES {
            assert_eq!(name.parse::<ProgressMode>().unwrap().to_string(), name);
        }
        assert!("Bars".parse::<ProgressMode>().unwrap_err().contains("auto, plain, json, off"));
    }

    #[test]
    fn bars_need_a_terminal_that_can_be_redrawn() {
        assert_eq!(ProgressMode::Auto.show(true, Some("xterm-256color")), Show::Bars);
        assert_eq!(ProgressMode::Auto.show(true, None), Show::Bars);
        assert_eq!(ProgressMode::Auto.show(true, Some("dumb")), Show::Plain);
        assert_eq!(ProgressMode::Auto.show(false, Some("xterm")), Show::Plain);
        assert_eq!(ProgressMode::Plain.show(true, None), Show::Plain);
        assert_eq!(ProgressMode::Json.show(true, None), Show::Json);
        assert_eq!(ProgressMode::Off.show(true, None), Show::Nothing);
    }
}
