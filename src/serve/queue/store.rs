//! The records of all jobs on disk, one transaction a change.

use std::cell::Cell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;

use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};

use super::record::Record;
use crate::error::{Error, Result};
use crate::paths::display;

/// Records as JSON, by the job's id.
const JOBS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("jobs");
/// Records are small, and all of them are in memory anyway.
const CACHE: usize = 4 << 20;

/// Opens the file of the store, again after an error.
type Opener = Box<dyn Fn() -> Result<Database, DatabaseError> + Send>;

/// What one transaction changes.
#[derive(Default)]
pub(super) struct Change {
    /// Records that are new, or as they are from now on.
    pub(super) put: Vec<Record>,
    /// Jobs that are no more.
    pub(super) gone: Vec<String>,
}

impl Change {
    pub(super) fn put(record: Record) -> Self {
        Self { put: vec![record], gone: Vec::new() }
    }
}

/// The file, locked while this value lives.
pub(super) struct Store {
    opener: Opener,
    database: Option<Database>,
}

impl Store {
    /// Opens `path`, making it where there is none, and reads every record. A file that is there and empty is damaged
    /// if it was `used`.
    ///
    /// # Errors
    /// `store_busy` when another process has it, `bad_store` when it cannot be read, and those of the file system.
    pub(super) fn open(path: &Path, used: bool) -> Result<(Self, Vec<Record>)> {
        if used && fs_err::metadata(path).is_ok_and(|data| data.len() == 0) {
            return Err(explain(redb::Error::Corrupted("it is empty".to_owned()), path));
        }
        let file = path.to_owned();
        Self::open_with(path, Box::new(move || builder().create_file(private(&file)?)))
    }

    fn open_with(path: &Path, opener: Opener) -> Result<(Self, Vec<Record>)> {
        let opened = quietly(|| {
            let database = opener()?;
            // Present from now on: a table is made by the first transaction that writes.
            let made = database.begin_write()?;
            made.open_table(JOBS)?;
            made.commit()?;
            let records = read_all(&database)?;
            Ok((database, records))
        });
        match opened {
            Ok((database, records)) => Ok((Self { opener, database: Some(database) }, records)),
            Err(error) => Err(explain(error, path)),
        }
    }

    /// Makes a change, wholly or not at all. After an error of the disk the file is opened anew and the change tried
    /// once more.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn write(&mut self, change: &Change) -> Result<()> {
        let first = match &self.database {
            Some(database) => quietly(|| write(database, change)),
            None => Err(redb::Error::DatabaseClosed),
        };
        let Err(_) = first else { return Ok(()) };
        // A database that met an error refuses everything until it is opened again, and has the lock until it is gone.
        self.close();
        let second = quietly(|| {
            let database = self.database.insert((self.opener)()?);
            write(database, change)
        });
        second.map_err(|error| match error {
            redb::Error::Io(error) => error.into(),
            other => Error::environment("bad_store", "a job cannot be stored").because(other),
        })
    }

    fn close(&mut self) {
        // What was to be written is written, or was told as an error.
        let _ = quietly(|| {
            drop(self.database.take());
            Ok(())
        });
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE);
    builder
}

/// The file, for its owner alone.
fn private(path: &Path) -> io::Result<std::fs::File> {
    use fs_err::os::unix::fs::OpenOptionsExt;
    let mut options = fs_err::OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    Ok(file.into_parts().0)
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Turns panics of redb into errors: it checks its file by sums, but not every byte of it, and what it then trips
/// over is no bug of broll's. Nothing of them is printed.
fn quietly<T>(work: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, redb::Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    QUIET.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    done.unwrap_or_else(|_| Err(redb::Error::Corrupted("it contradicts itself".to_owned())))
}

fn read_all(database: &Database) -> Result<Vec<Record>, redb::Error> {
    let table = database.begin_read()?.open_table(JOBS)?;
    let mut records = Vec::new();
    for entry in table.iter()? {
        let (id, bytes) = entry?;
        let record = serde_json::from_slice::<Record>(bytes.value())
            .ok()
            .filter(|record| record.id == id.value())
            .ok_or_else(|| redb::Error::Corrupted("a job in it cannot be read".to_owned()))?;
        records.push(record);
    }
    Ok(records)
}

fn write(database: &Database, change: &Change) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(JOBS)?;
        for record in &change.put {
            let bytes = serde_json::to_vec(record).map_err(|error| redb::Error::Io(error.into()))?;
            table.insert(record.id.as_str(), bytes.as_slice())?;
        }
        for id in &change.gone {
            table.remove(id.as_str())?;
        }
    }
    transaction.commit()?;
    Ok(())
}

fn explain(error: redb::Error, path: &Path) -> Error {
    let shown = display(path);
    let damaged = |why: String| {
        let hint = format!("move it away to start with an empty queue: mv '{shown}' '{shown}.damaged'");
        Error::environment("bad_store", format!("the local endpoint's jobs in {shown} cannot be read"))
            .because(why)
            .hint(hint)
    };
    match error {
        redb::Error::DatabaseAlreadyOpen => {
            Error::environment("store_busy", format!("another `broll serve` uses {shown}"))
                .hint("use that one, stop it, or give this one a folder of its own with BROLL_STATE_DIR")
        }
        redb::Error::UpgradeRequired(version) => {
            damaged(format!("it has version {version} of the file format"))
        }
        redb::Error::Io(error) => match error.kind() {
            // What the file holds, not how it is read.
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => damaged(error.to_string()),
            _ => error.into(),
        },
        other => damaged(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use proptest::prelude::*;
    use redb::StorageBackend;
    use redb::backends::FileBackend;

    use super::*;
    use crate::serve::order::Order;

    fn record(id: &str, seq: u64) -> Record {
        Record::new(id.to_owned(), seq, &Order::parse(br#"{"input":{}}"#).unwrap(), 0)
    }

    fn put(id: &str) -> Change {
        Change { put: vec![record(id, 1)], gone: Vec::new() }
    }

    fn ids(records: &[Record]) -> Vec<&str> {
        records.iter().map(|record| record.id.as_str()).collect()
    }

    #[test]
    fn what_is_written_is_there_again_and_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.redb");
        let (mut store, records) = Store::open(&path, false).unwrap();
        assert!(records.is_empty());
        store.write(&put("a")).unwrap();
        store.write(&Change { put: vec![record("b", 2)], gone: vec!["a".to_owned()] }).unwrap();
        assert_eq!(Store::open(&path, false).err().unwrap().code(), "store_busy");
        drop(store);
        assert_eq!(ids(&Store::open(&path, false).unwrap().1), ["b"]);
        assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    /// A disk that can be full.
    #[derive(Debug)]
    struct Disk(FileBackend, Arc<AtomicBool>);

    impl Disk {
        fn room(&self) -> io::Result<()> {
            let full = self.1.load(Ordering::SeqCst);
            if full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }
    }

    impl StorageBackend for Disk {
        fn len(&self) -> io::Result<u64> {
            self.0.len()
        }
        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.0.read(offset, out)
        }
        fn set_len(&self, len: u64) -> io::Result<()> {
            self.0.set_len(len)
        }
        fn sync_data(&self) -> io::Result<()> {
            self.0.sync_data()
        }
        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.room().and_then(|()| self.0.write(offset, data))
        }
    }

    #[test]
    fn a_full_disk_loses_one_change_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.redb");
        let full = Arc::new(AtomicBool::new(false));
        let (file, disk) = (path.clone(), Arc::clone(&full));
        let opener: Opener = Box::new(move || {
            let backend = FileBackend::new(private(&file)?)?;
            builder().create_with_backend(Disk(backend, Arc::clone(&disk)))
        });
        let (mut store, _) = Store::open_with(&path, opener).unwrap();
        store.write(&put("a")).unwrap();
        full.store(true, Ordering::SeqCst);
        for _ in 0..3 {
            assert_eq!(store.write(&put("b")).unwrap_err().code(), "disk_full");
        }
        full.store(false, Ordering::SeqCst);
        store.write(&put("c")).unwrap();
        drop(store);
        assert_eq!(ids(&Store::open(&path, false).unwrap().1), ["a", "c"]);
    }

    #[test]
    fn a_file_that_is_no_store_is_named_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.redb");
        fs_err::write(&path, "not a store").unwrap();
        let error = Store::open(&path, false).err().unwrap();
        assert_eq!(error.code(), "bad_store");
        assert!(error.message().contains("jobs.redb") && error.hint_text().contains("mv "), "{error}");
        assert_eq!(fs_err::read(&path).unwrap(), b"not a store");
        fs_err::write(&path, "").unwrap();
        assert_eq!(Store::open(&path, true).err().unwrap().code(), "bad_store");
        assert!(Store::open(&path, false).is_ok());
        assert_eq!(Store::open(folder.path(), false).err().unwrap().kind().exit_code(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn damage_is_an_error_or_harmless(at: prop::sample::Index, bytes: [u8; 16], cut: bool) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("jobs.redb");
            let (mut store, _) = Store::open(&path, false).unwrap();
            store.write(&Change { put: (0..40).map(|n| record(&n.to_string(), n)).collect(), gone: Vec::new() }).unwrap();
            drop(store);
            let mut whole = fs_err::read(&path).unwrap();
            let at = at.index(whole.len() - bytes.len());
            if cut { whole.truncate(at) } else { whole[at..at + bytes.len()].copy_from_slice(&bytes) }
            fs_err::write(&path, &whole).unwrap();
            match Store::open(&path, false) {
                Ok((mut store, _)) => drop(store.write(&put("b"))),
                Err(error) => prop_assert_eq!(error.code(), "bad_store"),
            }
        }
    }
}
