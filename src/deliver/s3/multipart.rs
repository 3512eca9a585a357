//! A large clip in parts. Whatever goes wrong, no unfinished upload stays behind: storage is paid for it.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use sha2::{Digest, Sha256};

use super::signature::EMPTY;
use super::upload::Upload;
use crate::deliver::sender::Sent;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::Method;
use crate::paths::hex;

/// The most parts an upload may have.
const MOST_PARTS: u64 = 10_000;
/// For taking an upload back when the job was cancelled, which must end within 2 seconds.
const LAST_WORD: Duration = Duration::from_millis(1500);
/// The server puts the parts together before it answers.
const COMPLETION: Duration = Duration::from_secs(300);

/// Bytes of each part but the last, 1 MiB or a multiple of it above the wish where that would be too many.
pub(super) fn part_size(clip: u64, wish: u64) -> u64 {
    let least = clip.div_ceil(MOST_PARTS);
    if least <= wish { wish.max(1) } else { least.next_multiple_of(1 << 20) }
}

impl Upload<'_> {
    pub(super) fn in_parts(&self, progress: &dyn Fn(u64)) -> Result<()> {
        let build = |_: &Sent| {
            Ok(self.request(Method::POST, &[("uploads", "")], EMPTY).header(CONTENT_TYPE, self.clip.kind))
        };
        let answer = self.accepted(self.sender.send(&build, self.cancel, &|_| ())?)?;
        let Some(id) = answer.element("UploadId").filter(|id| !id.is_empty()) else {
            return Err(self.unexpected("gave an upload no id"));
        };
        let done = self.parts(&id, progress).and_then(|etags| self.complete(&id, &etags));
        if done.is_err() {
            self.take_back(&id);
        }
        done
    }

    fn parts(&self, id: &str, progress: &dyn Fn(u64)) -> Result<Vec<String>> {
        let size = part_size(self.clip.bytes, self.sender.tuning.part);
        let mut etags = Vec::new();
        let mut start = 0;
        while start < self.clip.bytes {
            let part = self.clip.part(start, size.min(self.clip.bytes - start));
            let (hash, number) = (part.sha256(self.cancel)?, (etags.len() + 1).to_string());
            let build = |sent: &Sent| {
                let pairs = [("partNumber", number.as_str()), ("uploadId", id)];
                part.put_into(self.request(Method::PUT, &pairs, &hash), sent)
            };
            let outcome = self.sender.send(&build, self.cancel, &|sent| progress(start + sent))?;
            let answer = self.accepted(outcome)?;
            let Some(etag) = answer.header("etag") else {
                return Err(self.unexpected("gave a part no ETag"));
            };
            etags.push(etag.to_owned());
            start += part.length;
        }
        Ok(etags)
    }

    fn complete(&self, id: &str, etags: &[String]) -> Result<()> {
        let bucket = &self.store.place.bucket;
        let names = etags.iter().map(String::as_str);
        let list =
            bucket.complete_multipart_upload(Some(&self.store.credentials), self.key, id, names).body();
        let hash = hex(&Sha256::digest(&list));
        let build = |_: &Sent| {
            let request = self.request(Method::POST, &[("uploadId", id)], &hash);
            Ok(request.header(CONTENT_TYPE, "application/xml").body(list.clone()))
        };
        let mut sender = self.sender.clone();
        sender.tuning.stall = sender.tuning.stall.max(COMPLETION);
        let outcome = sender.send(&build, self.cancel, &|_| ())?;
        if let Ok(answer) = &outcome {
            // The answer to an earlier try got lost: the upload is gone because it was completed.
            let gone = answer.repeated && answer.fault().as_deref() == Some("NoSuchUpload");
            if gone && self.is_there() {
                return Ok(());
            }
        }
        self.accepted(outcome).map(drop)
    }

    /// Aborts the upload on the server, also when everything else here is to end.
    fn take_back(&self, id: &str) {
        let alone = Cancel::deaf();
        let build = |_: &Sent| Ok(self.request(Method::DELETE, &[("uploadId", id)], EMPTY));
        let cancelled = self.cancel.requested();
        let mut sender = self.sender.clone();
        sender.tuning.stall =
            if cancelled { LAST_WORD } else { sender.tuning.stall.min(Duration::from_secs(10)) };
        sender.tuning.tries = if cancelled { 1 } else { sender.tuning.tries.min(3) };
        // The error that led here says more than one about this.
        let _ = sender.send(&build, &alone, &|_| ());
    }

    fn unexpected(&self, what: &str) -> Error {
        let words = self.store.words();
        Error::remote("bucket_refused", format!("{words} {what}"))
            .because("it does not speak S3 as it should")
            .hint(format!("check {}", self.store.origin.endpoint()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_never_too_many_parts() {
        const MIB: u64 = 1 << 20;
        assert_eq!(part_size(65 * MIB, 16 * MIB), 16 * MIB);
        assert_eq!(part_size(160_000 * MIB, 16 * MIB), 16 * MIB);
        for clip in [160_001 * MIB, 5 << 40] {
            let size = part_size(clip, 16 * MIB);
            assert!(
                clip.div_ceil(size) <= MOST_PARTS && size.is_multiple_of(MIB) && size < 600 * MIB,
                "{clip}: {size}"
            );
        }
    }
}
