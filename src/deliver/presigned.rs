//! A presigned URL that the clip is PUT to. Whoever has the URL may write: its query is a secret.

use std::fmt;

use reqwest::header::CONTENT_TYPE;

use super::Parcel;
use super::guard::checked_url;
use super::sender::{Answer, Sender};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::{Failure, Method, Url};

/// The `upload_url` of a request.
#[derive(Clone)]
pub(super) struct Presigned {
    url: Url,
}

impl fmt::Debug for Presigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presigned").field("object", &self.object().as_str()).finish_non_exhaustive()
    }
}

impl Presigned {
    /// # Errors
    /// `bad_upload_url`, without any of it but the scheme.
    pub(super) fn new(text: &str) -> Result<Self> {
        let url = checked_url(text).map_err(|why| {
            Error::bad_input("bad_upload_url", format!("upload_url {why}"))
                .hint("give a presigned URL for a PUT, such as `https://BUCKET.s3.REGION.amazonaws.com/clip.mp4?X-Amz-…`")
        })?;
        Ok(Self { url })
    }

    /// The URL without what allows to write.
    pub(super) fn object(&self) -> Url {
        let mut object = self.url.clone();
        object.set_query(None);
        object.set_fragment(None);
        object
    }

    /// The host, as it may be told.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// # Errors
    /// `upload_refused` with what the server said, `upload_failed` when it cannot be reached, `interrupted`.
    pub(super) fn deliver(
        &self,
        sender: &Sender,
        clip: &Parcel<'_>,
        cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<String> {
        let build = |sent: &_| {
            let request = sender.http.request(Method::PUT, self.url.clone()).header(CONTENT_TYPE, clip.kind);
            clip.whole().put_into(request, sent)
        };
        match sender.send(&build, cancel, progress)? {
            Ok(answer) if answer.succeeded() && answer.sent < clip.bytes => {
                Err(self.hasty(answer.sent, clip.bytes))
            }
            Ok(answer) if answer.succeeded() => Ok(self.object().into()),
            Ok(answer) => Err(self.refused(&answer)),
            Err(failure) => Err(self.unreachable(&failure)),
        }
    }

    fn refused(&self, answer: &Answer) -> Error {
        let (why, hint) = match answer.status {
            401 | 403 => (
                "the link has expired, was made for another method or content type, or its signer may not write there",
                "make a new presigned URL for a PUT that outlives the job's queue and render time, and submit again",
            ),
            404 => {
                ("nothing is there: the bucket does not exist", "make a new presigned URL and submit again")
            }
            405 => {
                ("a PUT is not allowed there", "make the presigned URL for a PUT, not for a GET or a POST")
            }
            300..=399 => (
                "it redirects, which an upload does not follow",
                "make the presigned URL for the bucket's own region",
            ),
            411 | 413 => (
                "the clip is too large for it",
                "make the clip smaller, or set up S3, which takes it in parts",
            ),
            408 | 429 | 500.. => {
                ("the server is not able to take it at the moment", "submit the job again later")
            }
            _ => ("the server does not accept it", "check the URL with `curl -T FILE URL`"),
        };
        let mut error = Error::bad_input(
            "upload_refused",
            format!("upload_url at {} answered {}", self.host(), answer.status),
        )
        .because(why);
        if let Some(code) = answer.fault().filter(|code| self.is_harmless(code)) {
            error = error.because(format!("the server calls it {code}"));
        }
        error.hint(hint)
    }

    fn hasty(&self, sent: u64, bytes: u64) -> Error {
        let message = format!("upload_url at {} took only a part of the clip", self.host());
        Error::bad_input("upload_refused", message)
            .because(format!("it answered after {sent} of {bytes} bytes"))
            .hint("check the URL with `curl -T FILE URL`")
    }

    /// Codes are words like `AccessDenied`; anything else could be a part of the URL sent back.
    fn is_harmless(&self, code: &str) -> bool {
        code.len() < 64
            && code.chars().all(|c| c.is_ascii_alphanumeric())
            && !self.url.query().unwrap_or_default().contains(code)
    }

    fn unreachable(&self, failure: &Failure) -> Error {
        Error::remote("upload_failed", format!("the clip could not be sent to upload_url at {}", self.host()))
            .because(failure)
            .hint("check that the host can be reached from the worker, and submit again")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_holds_the_signature() {
        let presigned = Presigned::new("https://b.example/a%20b.mp4?X-Amz-Signature=hush&x=1#frag").unwrap();
        assert_eq!(presigned.object().as_str(), "https://b.example/a%20b.mp4");
        assert!(!format!("{presigned:?}").contains("hush"));
        let body = "<Error><Code>hush</Code><Message>X-Amz-Signature=hush</Message></Error>".to_owned();
        let answer = Answer { status: 403, headers: Default::default(), body, repeated: false, sent: 0 };
        let error = presigned.refused(&answer);
        assert!(error.to_string().contains("expired") && !format!("{error:?}").contains("hush"), "{error:?}");
    }
}
