//! What an asset's licence allows. Pure.

/// A licence of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum License {
    /// Commercial use of what is made with it; the asset itself must not be passed on.
    RoyaltyFree,
    /// In the public domain.
    CcZero,
    /// Another one, as the API spells it; empty when it tells none.
    Other(String),
}

impl License {
    pub(super) fn of(text: &str) -> Self {
        match text.trim() {
            "royalty_free" => Self::RoyaltyFree,
            "cc_zero" => Self::CcZero,
            other => Self::Other(other.to_owned()),
        }
    }

    /// For a manifest: an SPDX expression, or words.
    pub fn text(&self) -> &str {
        match self {
            Self::RoyaltyFree => "BlenderKit Royalty Free",
            Self::CcZero => "CC0-1.0",
            Self::Other(text) if text.is_empty() => "unknown",
            Self::Other(text) => text,
        }
    }

    /// For a table.
    pub fn short(&self) -> &str {
        match self {
            Self::RoyaltyFree => "royalty-free",
            Self::CcZero => "CC0",
            Self::Other(_) => self.text(),
        }
    }

    /// Whether the asset itself may be passed on; what is not known to allow it does not.
    pub fn redistribute(&self) -> bool {
        *self == Self::CcZero
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_allow_it_may_be_passed_on() {
        for (text, shown, may) in [
            ("royalty_free", "BlenderKit Royalty Free", false),
            ("cc_zero", "CC0-1.0", true),
            ("", "unknown", false),
            ("cc_by", "cc_by", false),
        ] {
            let license = License::of(text);
            assert_eq!((license.text(), license.redistribute()), (shown, may));
        }
    }
}
