//! `NAME.toml`: who made a template, what it is rendered with by default, what can be set.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Parameter;
use crate::error::{Error, Result};
use crate::paths::display;
use crate::request::RenderRequest;

/// The manifest of a template; every part may be absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Manifest {
    /// What it shows, in one line.
    pub description: String,
    /// Who made it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// Its licence, as an SPDX expression or in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub license: String,
    /// Where it comes from: a URL, or the script that builds it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Whether its licence lets the file be passed on; where it says `false`, container images leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redistribute: Option<bool>,
    /// Words to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Render the file's video sequencer instead of its scene.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sequencer: bool,
    /// Request fields that apply unless the caller says otherwise.
    #[serde(skip_serializing_if = "is_default")]
    pub defaults: RenderRequest,
    /// What can be set, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Parameter>,
}

/// Bytes of the largest manifest; real ones have a thousand or two.
const LARGEST: u64 = 1 << 20;

fn is_default(request: &RenderRequest) -> bool {
    *request == RenderRequest::default()
}

impl Manifest {
    /// Reads a manifest; a file that is not there is an empty one.
    ///
    /// # Errors
    /// `bad_manifest` with the place in the file.
    pub fn read(path: &Path) -> Result<Self> {
        match Self::text(path)? {
            Some(text) => Self::parse(&text, &display(path)),
            None => Ok(Self::default()),
        }
    }

    /// A manifest's text as it is in its file; none where there is no file.
    ///
    /// # Errors
    /// `bad_manifest` for what cannot be one.
    pub(super) fn text(path: &Path) -> Result<Option<String>> {
        let refused = |why: &str, hint: &str| {
            let error = Error::bad_input("bad_manifest", format!("{} is not a manifest", display(path)));
            Err(error.because(why).hint(hint))
        };
        // A pipe would be waited for without end, a device read without end.
        if let Ok(there) = fs_err::metadata(path)
            && (!there.is_file() || there.len() > LARGEST)
        {
            return refused(
                "a manifest is a file of at most a mebibyte",
                "replace it, or remove it: a template needs no manifest",
            );
        }
        match fs_err::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                refused("its text is not UTF-8", "save it as UTF-8")
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a manifest's text; `name` is what an error calls it.
    ///
    /// # Errors
    /// `bad_manifest` with the place in the file, or with all that is wrong with its parameters.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        let refused = || Error::bad_input("bad_manifest", format!("{name} is not a valid manifest"));
        let manifest: Self = toml::from_str(text).map_err(|error| {
            let parameter = faulty_parameter(text).map(|name| format!("parameter {name} is not declared as it must be"));
            parameter.into_iter().fold(refused(), Error::because)
                .because(error.to_string().trim_end())
                .hint("correct that line; a manifest holds description, author, license, source, redistribute, tags, [defaults] and [parameters.NAME]")
        })?;
        let faults = manifest.parameters.iter().flat_map(|(name, parameter)| parameter.faults(name));
        let faults = faults.chain(manifest.files_in_defaults());
        let faulty = faults
            .fold(None, |error: Option<Error>, fault| Some(error.unwrap_or_else(refused).because(fault)));
        match faulty {
            Some(error) => Err(error.hint("correct what it says of its parameters")),
            None => Ok(manifest),
        }
    }
}

impl Manifest {
    /// A template brings its images and fonts inside its .blend: its manifest names none of this machine.
    fn files_in_defaults(&self) -> Vec<String> {
        let set = self.defaults.parameters.iter().filter(|(_, value)| *value != "");
        let files = set.filter(|(name, _)| self.parameters.get(*name).is_some_and(|one| one.kind.is_file()));
        files.map(|(name, _)| format!("[defaults] parameters.{name} is always the file's own")).collect()
    }
}

/// The parameter whose declaration cannot be read, if it is that: a TOML error tells the line alone.
fn faulty_parameter(text: &str) -> Option<String> {
    let all: toml::Table = text.parse().ok()?;
    let mut parameters = all.get("parameters")?.as_table()?.iter();
    let unreadable = |value: &toml::Value| value.clone().try_into::<Parameter>().is_err();
    parameters.find(|(_, value)| unreadable(value)).map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back_as_it_was() {
        let text = "description = \"x\"\ntags = [\"a\"]\n[defaults]\nduration = 8\nfps = \"30000/1001\"\nresolution = [640, 360]\n\
                    [parameters.glow]\ntype = \"number\"\ndefault = 1.5\nmin = 0\nmax = 4\ntarget = 'objects[\"A\"].x'\n";
        let manifest = Manifest::parse(text, "a.toml").unwrap();
        assert_eq!(manifest.defaults.duration, Some(8.0));
        let again = Manifest::parse(&toml::to_string(&manifest).unwrap(), "a.toml").unwrap();
        assert_eq!(again, manifest);
    }

    #[test]
    fn what_cannot_be_a_manifest_is_none() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.toml");
        assert_eq!(Manifest::read(&path).unwrap(), Manifest::default());
        for (bytes, said) in [(b"\xff\xfed\0".to_vec(), "UTF-8"), (vec![b'#'; 2 << 20], "mebibyte")] {
            fs_err::write(&path, bytes).unwrap();
            let error = Manifest::read(&path).unwrap_err();
            assert_eq!(
                (error.code(), error.causes().join(" ").contains(said)),
                ("bad_manifest", true),
                "{error}"
            );
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = Manifest::parse("description = \"x\"\nlicence = \"y\"\n", "a.toml").unwrap_err();
        assert!(error.to_string().contains("licence") && error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn a_faulty_parameter_is_named() {
        for (text, said) in [
            (
                "[parameters.glow]\ntype = 'number'\ndefault = 1\ntarget = { path = 'a.b', scal = 2 }\n",
                "parameter glow",
            ),
            (
                "[defaults]\nparameters = { a = '@/x.png' }\n[parameters.a]\ntype = 'image'\ntarget = 'a.b'\n",
                "parameters.a is always",
            ),
            ("[parameters.glow]\ntype = 'nombre'\ndefault = 1\ntarget = 'a.b'\n", "parameter glow"),
            (
                "[parameters.glow]\ntype = 'number'\ndefault = 9\nmax = 4\ntarget = 'a.b'\n",
                "[parameters.glow] default is 9",
            ),
        ] {
            let error = Manifest::parse(text, "a.toml").unwrap_err();
            assert!(error.code() == "bad_manifest" && error.to_string().contains(said), "{error}");
        }
    }
}
