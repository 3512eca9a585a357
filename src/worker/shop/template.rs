//! The template behind a request: a name in the library, a file at a URL, or the file itself.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Shop;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::Url;
use crate::paths::hex;
use crate::request::{Source, decode_base64};
use crate::template::{Manifest, Origin, Template, check_name, name_from};
use crate::ui::fmt;

impl Shop {
    /// The template of that name.
    ///
    /// # Errors
    /// `bad_name`, `no_template`, `bad_manifest`.
    pub(super) fn in_library(&self, name: &str) -> Result<Template> {
        if name.contains("://") {
            return Err(Error::bad_input("bad_name", "template is the name of a template, not a URL")
                .hint("give template_url with template_sha256 instead"));
        }
        // A path would be read from the worker's disk.
        if check_name(name).is_err() {
            let short: String = name.chars().take(100).collect();
            return Err(Error::bad_input("bad_name", format!("{short:?} is not a template name"))
                .because("names are lower-case letters, digits, _ and -, and start with a letter or digit")
                .hint(format!(
                    "{}; for a file of your own give blend_base64 or template_url",
                    self.known()
                )));
        }
        let found = self.library.find(name.as_ref());
        found.map_err(|error| match error.code() {
            "no_template" if !error.hint_text().starts_with("did you mean") => error.hint(self.known()),
            _ => error,
        })
    }

    fn known(&self) -> String {
        let mut names: Vec<String> = self.library.names().into_keys().collect();
        let more = names.len().saturating_sub(50);
        names.truncate(50);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("this endpoint has {}{rest}", names.join(", "))
    }

    /// The .blend that a request brought, or said where to fetch. `told` hears how far that is.
    ///
    /// # Errors
    /// `bad_base64`, those of a fetch, and those of the file system.
    pub(super) fn brought(
        &self,
        source: &Source<'_>,
        cancel: &Cancel,
        told: &dyn Fn(String),
    ) -> Result<Template> {
        let (name, sha256) = match source {
            Source::Inline(data) => (None, self.unpack(data, cancel)?),
            Source::Url { url, sha256 } => {
                let heard = |bytes, total: Option<u64>| {
                    let of = total.map(|total| format!(" of {}", fmt::bytes(total))).unwrap_or_default();
                    told(format!("fetching the template: {}{of}", fmt::bytes(bytes)));
                };
                let url = self.fetcher.fetch(url, sha256, &self.shelf, cancel, &heard)?;
                (name_in(&url), sha256.clone())
            }
            // A name is looked up, see above.
            Source::Library(name) => return self.in_library(name),
        };
        let file = self.shelf.find(&sha256, cancel)?.ok_or_else(|| {
            Error::tool("template_lost", "the template vanished from the worker's disk")
                .hint("send the same request again")
        })?;
        Ok(Template {
            name: OsString::from(name.unwrap_or_else(|| "clip".to_owned())),
            file: std::path::absolute(file)?,
            manifest: Manifest::default(),
            origin: Origin::Path,
            held: None,
        })
    }

    /// Puts the file of a `blend_base64` onto the shelf and gives its hash.
    fn unpack(&self, data: &str, cancel: &Cancel) -> Result<String> {
        let bytes = decode(data)?;
        let sha256 = hex(&Sha256::digest(&bytes));
        if self.shelf.find(&sha256, cancel)?.is_none() {
            let mut draft = self.shelf.draft()?;
            draft.write_all(&bytes)?;
            self.shelf.put(draft, &sha256)?;
        }
        Ok(sha256)
    }
}

/// What a request calls its own file, which lies under a name here that says nothing to its sender.
pub(super) fn called(source: &Source<'_>, template: &Template) -> Option<(PathBuf, String)> {
    let name = match source {
        Source::Library(_) => return None,
        Source::Url { .. } => "the file at template_url",
        Source::Inline(_) => "the file in blend_base64",
    };
    let size = fs_err::metadata(&template.file).map_or(0, |data| data.len());
    Some((template.file.clone(), format!("{name} ({})", fmt::bytes(size))))
}

fn decode(data: &str) -> Result<Vec<u8>> {
    decode_base64(data).map_err(|why| {
        Error::bad_input("bad_base64", "blend_base64 does not hold a file")
            .because(why)
            .hint("`base64 FILE.blend` makes it: standard base64 of the whole .blend")
    })
}

/// A name from the last part of a URL's path.
fn name_in(url: &Url) -> Option<String> {
    let file = Path::new(url.path()).file_stem()?.to_str()?;
    name_from(file).map(|name| name.chars().take(60).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_taken_as_encoders_write_it() {
        for data in [
            "QkxFTkRFUg==",
            "QkxFTkRFUg",
            " QkxF\r\nTkRF\n Ug==\n",
            "data:application/octet-stream;base64,QkxFTkRFUg==",
        ] {
            assert_eq!(decode(data).unwrap(), b"BLENDER", "{data}");
        }
        for (data, said) in [
            ("", "it is empty"),
            (" \n", "it is empty"),
            ("data:x;base64,", "it is empty"),
            ("QkxF*kRF", "42"),
            ("QkxFT", "not base64"),
            ("Qkx_TkRF", "offset 3"),
            ("é", "not base64"),
        ] {
            let error = decode(data).unwrap_err();
            assert_eq!(error.code(), "bad_base64");
            assert!(error.to_string().contains(said), "{error}");
        }
    }

    #[test]
    fn a_url_gives_its_file_a_name() {
        let name = |url: &str| name_in(&url.parse().unwrap());
        assert_eq!(name("https://x/a/My%20Clip.blend?sig=1").as_deref(), Some("my_20clip"));
        assert_eq!(name("https://x/ai_cpu.v2.blend").as_deref(), Some("ai_cpu_v2"));
        assert_eq!((name("https://x/"), name("https://x/%2e")), (None, None));
        assert_eq!(name(&format!("https://x/{}.blend", "a".repeat(500))).unwrap().len(), 60);
    }
}
