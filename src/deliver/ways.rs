//! Which way a clip goes.

use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Parcel;
use super::presigned::Presigned;
use super::s3::Store;
use super::sender::{Sender, Tuning};
use super::size::most_inline;
use super::volume::Volume;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::ui::fmt::bytes;

/// A clip that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// Its base64, for `video_base64` of the answer.
    Inline(String),
    /// Where it lies, for `video_url`. `https`: behind a presigned `upload_url` the object without the signature, from
    /// S3 a link that needs no key for 7 days. `s3`: bucket and key, where the server makes no such links (RunPod's own)
    /// or the key may write only. `file`: on the network volume.
    Url(String),
}

/// The ways a clip can take from here, decided before it is rendered.
///
/// Inside the answer while it fits, also when the request names an `upload_url`: the size alone decides, so that a caller
/// finds a short clip in the same field whatever else is set up, and a clip that is in the answer cannot get lost on
/// another way. A larger clip goes to the first of: the request's `upload_url`, its `s3Config`, the bucket of the
/// environment, the network volume. A way that was named and fails is an error; no other is tried in its place.
#[derive(Debug)]
pub struct Ways {
    inline: u64,
    beyond: Beyond,
    sender: Sender,
}

/// Where a clip goes that does not fit into the answer.
#[derive(Debug)]
enum Beyond {
    Upload(Presigned),
    S3(Store),
    Volume(Volume),
    /// Nowhere; with why a volume that is there is of no use.
    Nowhere(Option<String>),
}

const SET_UP: &str = "give the job an upload_url or an s3Config, or set BUCKET_ENDPOINT_URL, BUCKET_ACCESS_KEY_ID, \
    BUCKET_SECRET_ACCESS_KEY and BUCKET_NAME on the endpoint, or attach a network volume to it";

impl Ways {
    /// Checks whatever can be checked without a request: URLs, the shape of `s3Config`, that the environment's bucket is
    /// all there, and that the volume can be written. An answer may have `inline_limit` bytes; `volume` is where a
    /// network volume would be mounted.
    ///
    /// # Errors
    /// `bad_upload_url`, `bad_s3_config` or `bad_bucket`, with what to correct.
    pub fn new(
        inline_limit: u64,
        upload_url: Option<&str>,
        s3_config: Option<&Value>,
        env: &dyn Fn(&str) -> Option<String>,
        volume: Option<PathBuf>,
    ) -> Result<Self> {
        let upload = upload_url.map(Presigned::new).transpose()?;
        // A bucket of the environment that lacks something is told although this job may not need it.
        let store = match s3_config.filter(|config| !config.is_null()) {
            Some(config) => Some(Store::from_request(config)?),
            None => Store::from_env(env)?,
        };
        let beyond = match (upload, store, volume.filter(|mount| mount.is_dir())) {
            (Some(upload), ..) => Beyond::Upload(upload),
            (None, Some(store), _) => Beyond::S3(store),
            (None, None, Some(mount)) => match Volume::new(&mount) {
                Ok(volume) => Beyond::Volume(volume),
                // A volume may hold templates only; it is an error once a clip has nowhere else to go.
                Err(error) => Beyond::Nowhere(Some(format!("the network volume cannot be written: {error}"))),
            },
            (None, None, None) => Beyond::Nowhere(None),
        };
        Ok(Self { inline: most_inline(inline_limit), beyond, sender: Sender::new(Tuning::default())? })
    }

    /// The same, cut and patient in another way.
    #[must_use]
    pub fn tuned(mut self, tuning: Tuning) -> Self {
        self.sender.tuning = tuning;
        self
    }

    /// What will happen to a clip of at least so many bytes, in words for the log.
    ///
    /// # Errors
    /// `no_delivery` when no way is set up for a clip that cannot fit into the answer.
    pub fn foresee(&self, least_bytes: u64) -> Result<String> {
        let (most, least) = (bytes(self.inline), bytes(least_bytes));
        if least_bytes > self.inline {
            return match &self.beyond {
                Beyond::Nowhere(why) => {
                    Err(nowhere(&format!("the clip will have {least} or more"), &most, why.as_ref()))
                }
                way => Ok(format!("the clip will have {least} or more and {}", way.words())),
            };
        }
        Ok(format!("the clip goes into the answer up to {most}; a larger one {}", self.beyond.words()))
    }

    /// Carries a clip out. What it is called where it arrives depends on the job alone: a job that runs twice
    /// overwrites its own clip. `progress` hears the bytes that were sent; the number falls when a try is repeated.
    ///
    /// # Errors
    /// `no_delivery`, those of the way that the clip takes, and `interrupted` within 2 seconds of it being asked.
    pub fn deliver(
        &self,
        clip: &Path,
        job_id: &str,
        extension: &str,
        cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<Delivered> {
        cancel.check()?;
        let parcel = Parcel::new(clip, job_id, extension)?;
        if parcel.bytes <= self.inline {
            return inline(&parcel);
        }
        let url = match &self.beyond {
            Beyond::Upload(presigned) => presigned.deliver(&self.sender, &parcel, cancel, progress)?,
            Beyond::S3(store) => store.deliver(&self.sender, &parcel, cancel, progress)?,
            Beyond::Volume(volume) => volume.deliver(&parcel, cancel, progress)?,
            Beyond::Nowhere(why) => {
                let has = format!("the clip has {}", bytes(parcel.bytes));
                return Err(nowhere(&has, &bytes(self.inline), why.as_ref()));
            }
        };
        Ok(Delivered::Url(url))
    }
}

impl Beyond {
    fn words(&self) -> String {
        match self {
            Self::Upload(presigned) => format!("goes to the request's upload_url at {}", presigned.host()),
            Self::S3(store) => format!("goes to {}", store.words()),
            Self::Volume(volume) => format!("goes to {}", volume.shown()),
            Self::Nowhere(_) => format!("would fail: {SET_UP}"),
        }
    }
}

fn nowhere(has: &str, most: &str, why: Option<&String>) -> Error {
    let error = Error::environment("no_delivery", format!("{has}, an answer takes {most}"));
    let error = match why {
        Some(why) => error.because(why),
        None => error.because("no place for larger clips is set up"),
    };
    error.hint(SET_UP)
}

fn inline(parcel: &Parcel<'_>) -> Result<Delivered> {
    let mut clip = Vec::new();
    fs_err::File::open(parcel.file)?.take(parcel.bytes).read_to_end(&mut clip)?;
    Ok(Delivered::Inline(STANDARD.encode(clip)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LIMIT: u64 = 8 * 1024 * 1024;

    fn ways(upload: Option<&str>, env: &[(&str, &str)], volume: Option<&Path>) -> Result<Ways> {
        let env = |name: &str| env.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        Ways::new(LIMIT, upload, None, &env, volume.map(Path::to_owned))
    }

    const BUCKET: [(&str, &str); 3] = [
        ("BUCKET_ENDPOINT_URL", "https://clips.s3.eu-west-1.amazonaws.com"),
        ("BUCKET_ACCESS_KEY_ID", "AKIAHUSH"),
        ("BUCKET_SECRET_ACCESS_KEY", "hush"),
    ];

    #[test]
    fn the_first_way_there_is_takes_a_clip_that_does_not_fit() {
        let mount = tempfile::tempdir().unwrap();
        let told = |ways: Result<Ways>| ways.unwrap().foresee(LIMIT).unwrap();
        let upload = Some("https://up.example/c.mp4?X-Amz-Signature=hush");
        assert!(told(ways(upload, &BUCKET, Some(mount.path()))).contains("upload_url at up.example"));
        assert!(told(ways(None, &BUCKET, Some(mount.path()))).contains("bucket clips"));
        assert!(told(ways(None, &[], Some(mount.path()))).ends_with("broll"));
        let config = json!({"endpointUrl": "https://s3.example", "accessId": "a", "accessSecret": "hush", "bucketName": "mine"});
        let asked = Ways::new(LIMIT, None, Some(&config), &|_| panic!("the environment is not asked"), None);
        assert!(told(asked).contains("bucket mine"));
        let error = ways(None, &[], None).unwrap().foresee(LIMIT).unwrap_err();
        assert!(
            error.code() == "no_delivery" && error.hint_text().contains("BUCKET_ENDPOINT_URL"),
            "{error}"
        );
    }

    #[test]
    fn a_clip_that_may_fit_is_let_through_with_a_word_about_the_other_case() {
        let told = ways(None, &[], None).unwrap().foresee(1000).unwrap();
        assert!(told.contains("up to 6.2 MB") && told.contains("would fail"), "{told}");
    }

    #[test]
    fn a_clip_that_fits_is_in_the_answer_whatever_else_there_is() {
        let mount = tempfile::tempdir().unwrap();
        let clip = mount.path().join("clip");
        fs_err::write(&clip, b"moov").unwrap();
        let ways = ways(Some("http://127.0.0.1:1/?s=hush"), &BUCKET, Some(mount.path())).unwrap();
        let done = ways.deliver(&clip, "j", "mp4", &Cancel::default(), &|_| ()).unwrap();
        assert_eq!(done, Delivered::Inline("bW9vdg==".to_owned()));
    }

    #[test]
    fn a_clip_with_nowhere_to_go_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let clip = folder.path().join("clip");
        fs_err::File::create(&clip).unwrap().set_len(LIMIT).unwrap();
        // A file where the folder for clips should be.
        fs_err::write(folder.path().join("broll"), "x").unwrap();
        let ways = ways(None, &[], Some(folder.path())).unwrap();
        let error = ways.deliver(&clip, "j", "mp4", &Cancel::default(), &|_| ()).unwrap_err();
        assert!(error.to_string().contains("volume cannot be written"), "{error}");
    }

    #[test]
    fn no_secret_is_in_what_is_printed() {
        let shown = [
            format!("{:?}", ways(Some("https://a/b?X-Amz-Signature=hush"), &BUCKET, None).unwrap()),
            format!("{:?}", ways(None, &BUCKET, None).unwrap()),
        ];
        for shown in shown {
            assert!(!shown.to_lowercase().contains("hush"), "{shown}");
        }
    }
}
