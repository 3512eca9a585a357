//! Blender versions as .blend files write them.

use std::fmt;

use serde::{Serialize, Serializer};

/// The Blender version that saved a file, as its header tells it; the patch number is not in there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlendVersion {
    /// 4 of 4.2.
    pub major: u16,
    /// 2 of 4.2; 79 of 2.79.
    pub minor: u16,
}

impl BlendVersion {
    /// From the digits of a header: `402` is 4.2, `279` is 2.79, `0500` is 5.0 (`BLENDER_VERSION` in
    /// `BKE_blender_version.h`).
    pub(super) const fn from_number(number: u16) -> Self {
        Self { major: number / 100, minor: number % 100 }
    }
}

impl fmt::Display for BlendVersion {
    /// As Blender wrote itself: 2.79, 2.80, and from 3.0 on without a leading zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.major < 3 {
            write!(f, "{}.{:02}", self.major, self.minor)
        } else {
            write!(f, "{}.{}", self.major, self.minor)
        }
    }
}

impl Serialize for BlendVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::BlendVersion;

    #[test]
    fn reads_and_writes_as_blender_does() {
        for (number, text) in
            [(249, "2.49"), (279, "2.79"), (280, "2.80"), (304, "3.4"), (402, "4.2"), (500, "5.0")]
        {
            assert_eq!(BlendVersion::from_number(number).to_string(), text);
        }
    }

    #[test]
    fn orders_by_age() {
        assert!(BlendVersion::from_number(279) < BlendVersion::from_number(304));
        assert!(BlendVersion::from_number(405) < BlendVersion::from_number(500));
    }
}
