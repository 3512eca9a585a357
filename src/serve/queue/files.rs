//! The big parts of jobs, one file each: what a client sent, and what came of it.

use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::error::Result;
use crate::paths::display;
use crate::runpod::JobState;
use crate::worker::TakenJob;

/// A folder of files that appear by rename: one that exists is whole.
pub(super) struct Files {
    folder: PathBuf,
}

/// What [`crate::serve::order::Order`] wrote.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    input: Value,
    s3_config: Option<Value>,
}

impl Files {
    /// The folder, for its owner alone.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn open(folder: PathBuf) -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|error| {
            std::io::Error::new(error.kind(), format!("cannot make {}: {error}", display(&folder)))
        })?;
        Ok(Self { folder })
    }

    /// Where lies what a client sent.
    pub(super) fn job_path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.job.json"))
    }

    /// Where the whole status body of a finished job lies.
    pub(super) fn result_path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.result.json"))
    }

    /// Keeps what a client sent.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn put_job(&self, id: &str, job: &str) -> Result<()> {
        self.put(&self.job_path(id), |file| file.write_all(job.as_bytes()))
    }

    /// What a client sent.
    ///
    /// # Errors
    /// One sentence that ends the job.
    pub(super) fn job(&self, id: &str) -> Result<TakenJob, String> {
        let bytes =
            fs_err::read(self.job_path(id)).map_err(|error| format!("the job is lost: {}", error.kind()))?;
        let job: Job =
            serde_json::from_slice(&bytes).map_err(|error| format!("`input` cannot be read: {error}"))?;
        Ok(TakenJob { id: id.to_owned(), input: job.input, s3_config: job.s3_config })
    }

    /// Keeps the whole status body of a finished job.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn put_result(&self, body: &JobState) -> Result<()> {
        self.put(&self.result_path(&body.id), |file| Ok(serde_json::to_writer(file, body)?))
    }

    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        fs_err::read_dir(&self.folder).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Removes every other file: what a killed process left.
    pub(super) fn sweep(&self, needed: &HashSet<PathBuf>) {
        for entry in fs_err::read_dir(&self.folder).into_iter().flatten().flatten() {
            if !needed.contains(&entry.path()) {
                let _ = fs_err::remove_file(entry.path());
            }
        }
    }

    fn put(
        &self,
        path: &Path,
        fill: impl FnOnce(&mut BufWriter<NamedTempFile>) -> std::io::Result<()>,
    ) -> Result<()> {
        let failed = |error: std::io::Error| {
            std::io::Error::new(error.kind(), format!("cannot write {}: {error}", display(path)))
        };
        // A name of its own, readable for the owner alone, gone again unless it is given its place.
        let mut file = BufWriter::new(NamedTempFile::new_in(&self.folder).map_err(failed)?);
        fill(&mut file).and_then(|()| file.flush()).map_err(failed)?;
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_data().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}
