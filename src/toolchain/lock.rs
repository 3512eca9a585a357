//! One at a time in a folder.

use std::fs::TryLockError;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::error::Result;
use crate::interrupt;

/// Waits until nobody else holds this folder, and tells once that it waits; the lock goes with the file.
///
/// # Errors
/// `interrupted`, those of the file system.
pub(super) fn lock(home: &Path, waits: &mut dyn FnMut()) -> Result<fs_err::File> {
    let file =
        fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(home.join(".lock"))?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if !told => {
                waits();
                told = true;
            }
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(100)),
            // Some network disks know no locks; two at once then only waste time.
            Err(TryLockError::Error(_)) => return Ok(file),
        }
        interrupt::check()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_waits() {
        let root = tempfile::tempdir().unwrap();
        let first = lock(root.path(), &mut || ()).unwrap();
        let other = fs_err::OpenOptions::new().write(true).open(root.path().join(".lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        let folder = root.path();
        let (tell, told) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            let waiting = scope.spawn(move || lock(folder, &mut || tell.send(()).unwrap()).is_ok());
            told.recv().unwrap();
            drop(first);
            assert!(waiting.join().unwrap());
        });
        assert!(told.try_recv().is_err(), "it was told twice");
        assert!(other.try_lock().is_ok());
    }
}
