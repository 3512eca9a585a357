//! The API key of a BlenderKit account, which is optional.

use std::fmt;

use crate::error::{Error, Result};
use crate::paths;

/// Where the key is read from; it is kept in no file.
pub(super) const VARIABLE: &str = "BLENDERKIT_API_KEY";
/// Keys have about 40 characters; nothing is near this that is one.
const LONGEST: usize = 512;

/// A secret that goes into the `Authorization` header and nowhere else: its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

impl Key {
    /// The key in the environment, if there is one.
    ///
    /// # Errors
    /// `bad_key` for what cannot stand in a header; the message tells nothing of it.
    pub fn from_env() -> Result<Option<Self>> {
        paths::env(VARIABLE).map(|value| Self::parse(&value.to_string_lossy())).transpose()
    }

    /// A key as it was pasted: white space around it is dropped.
    ///
    /// # Errors
    /// As for [`Self::from_env`].
    pub fn parse(text: &str) -> Result<Self> {
        let key = text.trim();
        if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::bad_input("bad_key", format!("the API key in {VARIABLE} cannot be one"))
                .because("a key has letters, digits and signs of ASCII alone, and no spaces")
                .hint(
                    "copy the key again from your profile at BlenderKit, or unset it: free assets need none",
                ));
        }
        Ok(Self(key.to_owned()))
    }

    /// The text itself, for the header.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", Key::parse(" SECRET\n").unwrap()), "Key(***)");
        for text in [" ", "a b", "schl\u{fc}ssel", "a\nb", "a\u{0}", &"x".repeat(513)] {
            let error = Key::parse(text).unwrap_err();
            assert_eq!((error.code(), error.kind().exit_code()), ("bad_key", 1));
            assert!(!error.to_string().contains("schl"), "{error}");
        }
    }
}
