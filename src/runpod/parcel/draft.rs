//! A request that was checked as far as this machine can, before anything is read or sent.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::{Parcel, Terms, blend, link};
use crate::encode::Encoder;
use crate::error::{Error, Result};
use crate::event::Warning;
use crate::interrupt::Cancel;
use crate::net::Url;
use crate::render::read_blend;
use crate::request::{RenderRequest, Settings};
use crate::template::{Library, Manifest, doubts, is_path, name_from, own_assignments, pack_files};

/// Where the endpoint has the template from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A name in the endpoint's library, or the path of a .blend that is sent along.
    Given(&'a OsStr),
    /// The endpoint fetches it.
    Link {
        /// An https URL.
        url: &'a str,
        /// SHA-256 of the file there, 64 hexadecimal digits.
        sha256: &'a str,
    },
}

/// A request without its .blend.
#[derive(Debug)]
pub struct Draft {
    name: OsString,
    file: Option<PathBuf>,
    known: bool,
    encoder: Encoder,
    request: RenderRequest,
    doubts: Vec<Warning>,
}

impl Draft {
    /// Checks every value of a request. What is sent is the request as it is: defaults are the endpoint's to fill in,
    /// whose library may know the template better.
    ///
    /// # Errors
    /// As for [`crate::render::RenderJob::new`] where the template is here; a name that is not is no error.
    pub fn new(source: Source<'_>, mut request: RenderRequest, library: &Library) -> Result<Self> {
        let (name, file, manifest) = match source {
            Source::Given(path) if is_path(path) => {
                let template = library.find(path)?;
                (template.name, Some(template.file), Some(Manifest::default()))
            }
            Source::Given(name) => {
                // A name that is not UTF-8 is refused as well.
                let text = name.to_string_lossy();
                let manifest = library.manifest(&text)?;
                request.template = Some(text.into_owned());
                (name.to_owned(), None, manifest)
            }
            Source::Link { url, sha256 } => {
                link::check("--template-url", url, link::Scheme::Secure)?;
                request.template_sha256 = Some(checksum(sha256)?);
                request.template_url = Some(url.to_owned());
                (named_by(url).into(), None, Some(Manifest::default()))
            }
        };
        if let Some(url) = &request.upload_url {
            link::check("--upload-url", url, link::Scheme::Any)?;
        }
        pack_files(manifest.as_ref().map(|manifest| &manifest.parameters), &mut request.parameters)?;
        let beneath = manifest.as_ref().map(|manifest| &manifest.defaults);
        let settings = Settings::new(&request.clone().over(beneath.unwrap_or(&RenderRequest::default())))?;
        let known = manifest.is_some();
        let mut told = Vec::new();
        if let Some(manifest) = manifest {
            own_assignments(&manifest.parameters, &settings.parameters)?;
            told = doubts(&manifest.parameters, &settings.parameters);
        }
        Ok(Self { name, file, known, encoder: settings.encoder, request, doubts: told })
    }

    /// The template's name, or that of its file.
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// Whether its template was found here; the endpoint may have it nevertheless.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// The .blend that travels along, if one does.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What is asked, the .blend not yet in it.
    pub fn request(&self) -> &RenderRequest {
        &self.request
    }

    /// What the user should know before anything is sent.
    pub fn doubts(&self) -> &[Warning] {
        &self.doubts
    }

    /// What encodes the clip, as far as this machine can tell.
    pub fn encoder(&self) -> Encoder {
        self.encoder
    }

    /// Reads the .blend that travels along, if there is one, and makes the whole body.
    ///
    /// # Errors
    /// Those of [`read_blend`]; `too_large`; `bad_value` for a webhook; `interrupted`.
    pub fn pack(self, terms: &Terms, cancel: &Cancel) -> Result<Parcel> {
        let input = serde_json::to_value(&self.request).map_err(|error| {
            Error::bug("request_json", "the request cannot be written as JSON").source(error)
        })?;
        let file = self.file;
        Parcel::new(self.name, &input, terms, |room| {
            let Some(file) = file else { return Ok(None) };
            blend::pack(&file, &read_blend(&file)?, room, cancel).map(Some)
        })
    }
}

/// The SHA-256 as the API takes it.
fn checksum(text: &str) -> Result<String> {
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(Error::bad_input("bad_value", format!("--template-sha256 cannot be {text:?}"))
        .because("it must be 64 hexadecimal digits")
        .hint("`sha256sum FILE.blend` prints them"))
}

/// What the last part of a URL's path calls its file.
fn named_by(url: &str) -> String {
    let url = Url::parse(url).ok();
    let last = url.as_ref().and_then(|url| url.path_segments()?.next_back()).unwrap_or_default();
    // What is written as %XX is no part of a name.
    let mut parts = last.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    let plain = parts.fold(first, |plain, part| plain + "_" + part.get(2..).unwrap_or_default());
    let stem = Path::new(&plain).file_stem().map(OsStr::to_string_lossy);
    stem.and_then(|stem| name_from(&stem)).unwrap_or_else(|| "clip".to_owned())
}

#[cfg(test)]
#[path = "tests/draft.rs"]
mod tests;
