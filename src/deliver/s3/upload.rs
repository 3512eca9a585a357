//! One clip into a bucket: sent, looked at, and given a link.

use std::time::{Duration, SystemTime};

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use rusty_s3::S3Action;

use super::refusal::{refused, unreachable};
use super::settings::Store;
use super::signature::{EMPTY, Signed, query, sign};
use crate::deliver::Parcel;
use crate::deliver::sender::{Answer, Sender};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::{Failure, Method, Url};

/// How long a link works: 7 days, the most that signatures allow.
const LINK: Duration = Duration::from_secs(7 * 24 * 3600);

/// What carries one clip to its key.
#[derive(Clone, Copy)]
pub(super) struct Upload<'a> {
    pub(super) store: &'a Store,
    pub(super) sender: &'a Sender,
    pub(super) clip: &'a Parcel<'a>,
    pub(super) key: &'a str,
    pub(super) cancel: &'a Cancel,
}

impl Store {
    /// Sends the clip and gives its link back.
    ///
    /// # Errors
    /// `bucket_refused`, `bucket_unreachable`, `clip_incomplete`, `interrupted`, and those of the file system.
    pub(in crate::deliver) fn deliver(
        &self,
        sender: &Sender,
        clip: &Parcel<'_>,
        cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<String> {
        let key = format!("{}{}", self.prefix, clip.name);
        let upload = Upload { store: self, sender, clip, key: &key, cancel };
        if clip.bytes <= sender.tuning.single {
            upload.in_one(progress)?;
        } else {
            upload.in_parts(progress)?;
        }
        let readable = upload.look()?;
        let bucket = &self.place.bucket;
        Ok(if readable && self.place.presigns {
            bucket.get_object(Some(&self.credentials), &key).sign(LINK).into()
        } else {
            format!("s3://{}/{key}", bucket.name())
        })
    }
}

impl Upload<'_> {
    fn in_one(&self, progress: &dyn Fn(u64)) -> Result<()> {
        let hash = self.clip.whole().sha256(self.cancel)?;
        let build = |sent: &_| {
            let request = self.request(Method::PUT, &[], &hash).header(CONTENT_TYPE, self.clip.kind);
            self.clip.whole().put_into(request, sent)
        };
        self.accepted(self.sender.send(&build, self.cancel, progress)?).map(drop)
    }

    /// Whether the object can be read with this key; a key that may only write is no error.
    fn look(&self) -> Result<bool> {
        let build = |_: &_| Ok(self.request(Method::HEAD, &[], EMPTY));
        let there = match self.sender.send(&build, self.cancel, &|_| ())? {
            Ok(answer) if matches!(answer.status, 401 | 403) => return Ok(false),
            Ok(answer) if answer.status == 404 => None,
            outcome => {
                self.accepted(outcome)?.header("content-length").and_then(|length| length.parse::<u64>().ok())
            }
        };
        match there {
            Some(there) if there == self.clip.bytes => Ok(true),
            _ => {
                let bytes = self.clip.bytes;
                let there = there.map_or("none".to_owned(), |there| there.to_string());
                Err(Error::remote(
                    "clip_incomplete",
                    format!("{} does not have the clip", self.store.words()),
                )
                .because(format!("{there} of {bytes} bytes are there"))
                .hint("submit the job again"))
            }
        }
    }

    /// Whether the whole clip is there.
    pub(super) fn is_there(&self) -> bool {
        self.look().unwrap_or(false)
    }

    /// A signed request about the object.
    pub(super) fn request(&self, method: Method, pairs: &[(&str, &str)], hash: &str) -> RequestBuilder {
        let bucket = &self.store.place.bucket;
        let mut url: Url = bucket.object_url(self.key);
        if !pairs.is_empty() {
            url.set_query(Some(&query(pairs)));
        }
        let time = SystemTime::now();
        let what =
            Signed { method: method.as_str(), url: &url, content: hash, region: bucket.region(), time };
        let (date, authorization) = sign(what, &self.store.credentials);
        let request = self
            .sender
            .http
            .request(method, url)
            .header("x-amz-content-sha256", hash)
            .header("x-amz-date", date);
        match HeaderValue::from_str(&authorization) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header(AUTHORIZATION, value)
            }
            // Regions and keys are checked to be plain; the server says what it misses.
            Err(_) => request,
        }
    }

    /// The answer, when it is a yes.
    pub(super) fn accepted(&self, outcome: Result<Answer, Failure>) -> Result<Answer> {
        match outcome {
            Ok(answer) if answer.succeeded() => Ok(answer),
            Ok(answer) => Err(refused(self.store, &answer)),
            Err(failure) => Err(unreachable(self.store, &failure)),
        }
    }
}
