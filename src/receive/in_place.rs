//! A clip that is in its place already: another broll was quicker, or an earlier one ended right after it.

use std::path::Path;

use serde_json::Value;

use super::{Arrived, answer};
use crate::interrupt::Cancel;
use crate::render::{Held, sha256_of_file};

/// The clip at `target`, if it has that digest, and that size where one is known. `response` is the worker's.
pub fn in_place(
    target: &Path,
    bytes: Option<u64>,
    sha256: &str,
    response: &Value,
    cancel: &Cancel,
) -> Option<Arrived> {
    let there = target.metadata().ok().filter(std::fs::Metadata::is_file)?;
    if bytes.is_some_and(|bytes| bytes != there.len()) {
        return None;
    }
    let found = sha256_of_file(target, cancel).ok()?;
    if !found.eq_ignore_ascii_case(sha256.trim()) {
        return None;
    }
    let mut fields = response.as_object().cloned().unwrap_or_default();
    let frames = fields.get("frames").and_then(Value::as_u64).and_then(|frames| frames.try_into().ok());
    Some(Arrived {
        output: std::path::absolute(target).ok()?,
        file_size_bytes: there.len(),
        duration: fields.get("duration").and_then(Value::as_f64).unwrap_or_default(),
        frames,
        sha256: found,
        decoded: false,
        response: answer::without_video(&mut fields).into(),
        notes: Vec::new(),
        held: Held::default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_very_clip_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        fs_err::write(&path, "abc").unwrap();
        let sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        let response = json!({"video_url": "https://h/x?secret", "frames": 3, "duration": 0.5});
        let arrived = in_place(&path, Some(3), sha256, &response, &Cancel::default()).unwrap();
        assert_eq!((arrived.file_size_bytes, arrived.frames, arrived.decoded), (3, Some(3), false));
        assert_eq!(arrived.response, json!({"frames": 3, "duration": 0.5}));
        assert!(in_place(&path, None, sha256, &json!("text"), &Cancel::default()).is_some());
        assert_eq!(in_place(&path, Some(4), sha256, &response, &Cancel::default()), None);
        assert_eq!(in_place(&path, Some(3), &"0".repeat(64), &response, &Cancel::default()), None);
        assert_eq!(in_place(folder.path(), None, sha256, &response, &Cancel::default()), None);
        assert_eq!(
            in_place(&folder.path().join("none.mp4"), None, sha256, &response, &Cancel::default()),
            None
        );
    }
}
