//! A clip on its way: its file, and what it is called where it arrives.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::body::Stretch;
use crate::error::Result;
use crate::paths::hex;

/// Longest job id that is taken as it is; RunPod's have about 40 characters.
const LONGEST: usize = 128;

/// A clip to be delivered.
#[derive(Debug)]
pub(super) struct Parcel<'a> {
    pub(super) file: &'a Path,
    pub(super) bytes: u64,
    /// The same for the same job, and never a path.
    pub(super) name: String,
    /// The media type.
    pub(super) kind: &'static str,
}

impl<'a> Parcel<'a> {
    /// # Errors
    /// Those of the file system.
    pub(super) fn new(file: &'a Path, job_id: &str, extension: &str) -> Result<Self> {
        let bytes = fs_err::metadata(file)?.len();
        let kind = if extension == "mov" { "video/quicktime" } else { "video/mp4" };
        Ok(Self { file, bytes, name: object_name(job_id, extension), kind })
    }

    /// All of it.
    pub(super) fn whole(&self) -> Stretch<'a> {
        self.part(0, self.bytes)
    }

    /// A part of it.
    pub(super) fn part(&self, start: u64, length: u64) -> Stretch<'a> {
        Stretch { file: self.file, start, length }
    }
}

/// `JOB.EXTENSION`. A job id that is more than a plain word is cut to one and told apart from others by its hash.
fn object_name(job_id: &str, extension: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let tame = !job_id.is_empty()
        && job_id.len() <= LONGEST
        && job_id.chars().all(plain)
        && !job_id.starts_with(['.', '-']);
    if tame {
        return format!("{job_id}.{extension}");
    }
    let mut word: String =
        job_id.chars().map(|c| if plain(c) && c != '.' { c } else { '_' }).take(64).collect();
    if !word.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        word.insert_str(0, "job");
    }
    let hash = hex(&Sha256::digest(job_id)[..8]);
    format!("{word}-{hash}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_of_the_platform_stay_as_they_are() {
        let id = "9f4e5b1c-62d3-4a6b-a6bb-35b0a0c0c8b2-u1";
        assert_eq!(object_name(id, "mp4"), format!("{id}.mp4"));
        assert_eq!(object_name("sync-a_b.1", "mov"), "sync-a_b.1.mov");
    }

    #[test]
    fn no_id_is_a_path_and_no_two_are_the_same() {
        let ids = [
            "", ".", "..", "../a", "/a", "a/b", "a_b\0", "a b", "-rf", ".a", "ä", "a/../b", "a\\b", "%2e%2e",
        ];
        let long = ["x".repeat(5000), "x".repeat(5001)];
        let names: Vec<_> =
            ids.into_iter().chain(long.iter().map(String::as_str)).map(|id| object_name(id, "mp4")).collect();
        for name in &names {
            assert!(
                name.len() < 100 && !name.contains(['/', '\\', '\0', '%']) && !name.starts_with(['.', '-']),
                "{name}"
            );
        }
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len());
    }

    proptest! {
        #[test]
        fn any_id_gives_one_file_name(id in any::<String>()) {
            let name = object_name(&id, "mp4");
            prop_assert!(name.is_ascii() && name.len() <= LONGEST + 5 && name.ends_with(".mp4"));
            prop_assert_eq!(Path::new(&name).components().count(), 1);
            prop_assert_eq!(object_name(&id, "mp4"), name);
        }
    }
}
