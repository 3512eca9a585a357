//! An entry as it stands on the disk, and whether somebody is still sending its job.

use std::fs::TryLockError;
use std::io::Read;
use std::path::Path;

use nix::sys::signal::kill;
use nix::unistd::Pid;

use super::now;
use super::record::{Record, Sending, VERSION};
use crate::paths::is_absent;
use crate::render::lock::lies_at;

/// Files larger than this are no entries: requests stand there without what they carry.
pub(super) const LARGEST: u64 = 1024 * 1024;
/// Seconds. No submission takes longer; a process with its id is another one by then.
const SENDING: u64 = 3600;

/// Reads an entry; `None` when there is no such file. A job whose sender has ended is lost, whatever stands there.
pub(super) fn read(path: &Path) -> Result<Option<Record>, String> {
    let mut moved = 0;
    loop {
        let kind = fs_err::metadata(path).map(|there| there.file_type());
        let mut file =
            match kind.and_then(|kind| kind.is_file().then(|| fs_err::File::open(path)).transpose()) {
                Ok(Some(file)) => file,
                // One that waits for somebody to write into it, for instance.
                Ok(None) => return Err("it is no file".to_owned()),
                Err(error) if is_absent(&error) => return Ok(None),
                Err(error) => return Err(error.to_string()),
            };
        if let Some(record) = judged(parse(&mut file)?, &file, path, &mut moved)? {
            return Ok(Some(record));
        }
    }
}

/// The record as what its file and its sender make of it; `None` when it has to be read anew.
fn judged(
    mut record: Record,
    file: &fs_err::File,
    path: &Path,
    moved: &mut u32,
) -> Result<Option<Record>, String> {
    if abandoned(&record, file.file()) {
        // It may have been replaced just now, by the last that its sender did.
        if !lies_at(file, path, moved).map_err(|error| error.to_string())? {
            return Ok(None);
        }
        record.sending = Sending::Lost { why: "broll ended while it was sent".to_owned() };
    }
    Ok(Some(record))
}

fn parse(file: &mut fs_err::File) -> Result<Record, String> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is too large".to_owned());
    }
    let record: Record = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    if record.version > VERSION {
        return Err("a newer broll wrote it".to_owned());
    }
    Ok(record)
}

/// Whether its job was being sent by a process that has ended.
fn abandoned(record: &Record, file: &std::fs::File) -> bool {
    let Sending::Open { pid } = record.sending else { return false };
    match file.try_lock_shared() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        // There are no locks here. Without a signal, this asks whether there is such a process.
        Err(TryLockError::Error(_)) => {
            now().saturating_sub(record.submitted) > SENDING || kill(Pid::from_raw(pid), None).is_err()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Draft, Endpoint};
    use super::*;

    #[test]
    fn a_job_whose_entry_was_replaced_while_it_was_read_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let endpoint = Endpoint::new("https://api.example/v2", "ep").unwrap();
        let record = || Record::new("a".to_owned(), &Draft::default(), &endpoint);
        fs_err::write(&path, "as it was before the job was accepted").unwrap();
        let file = fs_err::File::open(&path).unwrap();
        let lost = judged(record(), &file, &path, &mut 0).unwrap().unwrap();
        assert!(matches!(lost.sending, Sending::Lost { .. }));
        fs_err::write(folder.path().join("b"), "with its id").unwrap();
        fs_err::rename(folder.path().join("b"), &path).unwrap();
        assert!(judged(record(), &file, &path, &mut 0).unwrap().is_none());
    }
}
