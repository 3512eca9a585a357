//! An entry as it stands on the disk, and whether somebody is still sending its job.

use std::fs::TryLockError;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::sys::signal::kill;
use nix::unistd::Pid;

use super::now;
use super::record::{Record, Sending, VERSION};
use crate::paths::is_absent;

/// Files larger than this are no entries: requests stand there without what they carry.
pub(super) const LARGEST: u64 = 1024 * 1024;
/// Seconds. No submission takes longer; a process with its id is another one by then.
const SENDING: u64 = 3600;

/// Reads an entry; `None` when there is no such file. A job whose sender has ended is lost, whatever stands there.
pub(super) fn read(path: &Path) -> Result<Option<Record>, String> {
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
        let mut record = parse(&mut file)?;
        if !abandoned(&record, file.file()) {
            return Ok(Some(record));
        }
        // Unless it has just been replaced, by the last that its sender did.
        let ids = |at: &std::fs::Metadata| (at.dev(), at.ino());
        let opened = file.metadata().map_err(|error| error.to_string())?;
        if fs_err::metadata(path).is_ok_and(|now| ids(&now) == ids(&opened)) {
            record.sending = Sending::Lost { why: "broll ended while it was sent".to_owned() };
            return Ok(Some(record));
        }
    }
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
