//! What a manifest's grammar cannot tell: whether its values are ones that a render would take.

use super::{Manifest, assignments};
use crate::error::{Error, Result};
use crate::request::Settings;

impl Manifest {
    /// Refuses defaults that could not be rendered.
    ///
    /// # Errors
    /// `bad_manifest`, with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        let mut faults: Vec<String> = Vec::new();
        faults.extend(Settings::new(&self.defaults).err().map(|error| format!("[defaults] {error}")));
        faults.extend(
            assignments(&self.parameters, &self.defaults.parameters)
                .err()
                .map(|error| format!("[defaults] {error}")),
        );
        if faults.is_empty() {
            return Ok(());
        }
        let error = Error::bad_input("bad_manifest", "the manifest holds values that cannot be used")
            .hint("correct them in the .toml beside the .blend");
        Err(faults.into_iter().fold(error, Error::because))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_cannot_be_used_is_named() {
        let text = "[defaults]\nresolution = [63, 36]\nparameters = { glow = 9, other = 1 }\n\
                    [parameters.glow]\ntype = 'number'\ndefault = 3\nmin = 0\nmax = 4\ntarget = 'a.b'\n";
        let error = Manifest::parse(text, "a.toml").unwrap().check().unwrap_err();
        let causes = error.causes().join("\n");
        assert_eq!((error.code(), error.causes().len()), ("bad_manifest", 2), "{causes}");
        assert!(causes.contains("63") && causes.contains("glow cannot be 9"), "{causes}");
        Manifest::default().check().unwrap();
    }
}
