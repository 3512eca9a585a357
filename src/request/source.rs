//! Where a request's .blend comes from: exactly one of three places.

use super::RenderRequest;
use crate::error::{Error, Result};

/// The one source of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source<'a> {
    /// A name in the library.
    Library(&'a str),
    /// To be fetched.
    Url {
        /// From here.
        url: &'a str,
        /// SHA-256 of what lies there, 64 lower-case hexadecimal digits.
        sha256: String,
    },
    /// The file itself, base64.
    Inline(&'a str),
}

impl RenderRequest {
    /// The one source that the request names.
    ///
    /// # Errors
    /// `bad_source` for none, for several, and for a URL without a hash or with a wrong one.
    pub fn source(&self) -> Result<Source<'_>> {
        let refused = |message: String| Error::bad_input("bad_source", message);
        let given: Vec<&str> = [
            ("template", self.template.is_some()),
            ("template_url", self.template_url.is_some()),
            ("blend_base64", self.blend_base64.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect();
        let sha256 = self.template_sha256.as_deref();
        match (&self.template, &self.template_url, &self.blend_base64) {
            (None, None, None) => {
                let error = refused("the request names no template".to_owned());
                return Err(match sha256 {
                    Some(_) => error.hint("template_sha256 goes with template_url: give that as well"),
                    None => error.hint(
                        "give template (a name in the endpoint's library), template_url with template_sha256, or blend_base64",
                    ),
                });
            }
            (Some(name), None, None) if sha256.is_none() => return Ok(Source::Library(name)),
            (None, None, Some(data)) if sha256.is_none() => return Ok(Source::Inline(data)),
            (None, Some(url), None) => {
                return Ok(Source::Url { url, sha256: digits(sha256.ok_or_else(missing)?)? });
            }
            _ => {}
        }
        if let [one] = given.as_slice() {
            return Err(refused(format!("template_sha256 goes with template_url, not with {one}"))
                .hint("leave template_sha256 out"));
        }
        Err(refused(format!("{} cannot be given together", given.join(" and ")))
            .hint("keep the one that is meant: each names the .blend"))
    }
}

fn missing() -> Error {
    Error::bad_input("bad_source", "template_url needs template_sha256")
        .because("what lies at a URL can change: only the file that was meant is rendered")
        .hint("`sha256sum FILE` prints it: 64 hexadecimal digits")
}

fn digits(text: &str) -> Result<String> {
    let text = text.trim();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    let text = format!("template_sha256 must be 64 hexadecimal digits, not text of {} bytes", text.len());
    Err(Error::bad_input("bad_source", text).hint("`sha256sum FILE` prints it"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn source(input: &Value) -> Result<String> {
        let request = RenderRequest::read(input).unwrap();
        request.source().map(|source| format!("{source:?}"))
    }

    #[test]
    fn each_source_stands_alone() {
        let sha256 = "AB".repeat(32);
        assert_eq!(source(&json!({"template": "a"})).unwrap(), "Library(\"a\")");
        assert_eq!(source(&json!({"blend_base64": "QQ"})).unwrap(), "Inline(\"QQ\")");
        let url = source(&json!({"template_url": "https://x/a", "template_sha256": sha256})).unwrap();
        assert!(url.contains(&sha256.to_lowercase()), "{url}");
    }

    #[test]
    fn anything_else_says_what_to_give() {
        for (input, said) in [
            (json!({}), "names no template"),
            (json!({"template_sha256": "00"}), "names no template"),
            (
                json!({"template": "a", "blend_base64": "b"}),
                "template and blend_base64 cannot be given together",
            ),
            (
                json!({"template": "a", "template_url": "b", "blend_base64": "c", "template_sha256": "d"}),
                "template and template_url and blend_base64",
            ),
            (json!({"template": "a", "template_sha256": "d"}), "goes with template_url, not with template"),
            (json!({"template_url": "https://x/a"}), "template_url needs template_sha256"),
            (json!({"template_url": "https://x/a", "template_sha256": "12"}), "64 hexadecimal digits"),
            (json!({"template_url": "https://x/a", "template_sha256": "é".repeat(32)}), "64 hexadecimal"),
        ] {
            let error = source(&input).unwrap_err();
            assert_eq!(error.code(), "bad_source");
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
