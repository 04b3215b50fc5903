//! SQLite files of ours: made for nobody else to read, marked, brought up to date, and left alone when they are not ours.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

/// How long a lock of another process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often, and after which wait, the first two programs to open a new file try again to agree on its journal.
const TRIES: u32 = 50;
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// A kind of file, and what it holds. What its functions complain about is a sentence that begins with the file's name.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// Marks a file as one of these (`application_id`).
    pub application: i32,
    /// Every change of the schema, in order; the place is the version. They are only ever added to.
    pub migrations: &'static [&'static str],
    /// The setting that bounds its size.
    pub bound: &'static str,
}

impl Schema {
    /// A connection that writes, to a file whose schema is today's; it is made if it is not there. `prepare` sets what has to
    /// be set before anything is written.
    ///
    /// # Errors
    /// When the file cannot be made or used, is damaged, belongs to another program or to a newer one. Then nothing was written
    /// to it.
    pub fn writer(
        &self,
        file: &Path,
        prepare: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Connection, String> {
        let named = |what: String| format!("{}: {what}", file.display());
        let failed = |error| named(self.explain(&error));
        create(file)
            .map_err(|error| named(format!("cannot be made: {error}; name another folder with ZEROTH_DATA_DIR")))?;
        let mut connection = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
        self.check(&connection).map_err(failed)?.map_err(named)?;
        self.settle(&mut connection, prepare).map_err(failed)?;
        Ok(connection)
    }

    /// The same in memory.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn in_memory(&self, prepare: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<Connection, String> {
        let open = || {
            let mut connection = Connection::open_in_memory()?;
            self.settle(&mut connection, prepare)?;
            Ok(connection)
        };
        open().map_err(|error| format!("a database in memory {}", self.explain(&error)))
    }

    /// A connection that only reads, and keeps so many kilobytes of the file in memory.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn reader(&self, file: &Path, kilobytes: i64) -> Result<Connection, String> {
        let open = || {
            let connection = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.pragma_update(None, "cache_size", -kilobytes)?;
            connection.pragma_update(None, "temp_store", "MEMORY")?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(connection)
        };
        open().map_err(|error| format!("{}: {}", file.display(), self.explain(&error)))
    }

    /// Looks at a file that is there, and changes nothing.
    ///
    /// # Errors
    /// As for [`Schema::writer`].
    pub fn examine(&self, file: &Path) -> Result<Connection, String> {
        let named = |what: String| format!("{}: {what}", file.display());
        let failed = |error| named(self.explain(&error));
        let connection = connect(file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
        self.check(&connection).map_err(failed)?.map_err(named)?;
        Ok(connection)
    }

    /// The same, and reads all of it.
    ///
    /// # Errors
    /// As for [`Schema::writer`], and when any part of it is damaged.
    pub fn examine_all(&self, file: &Path) -> Result<(), String> {
        let verdict = self.examine(file)?.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        match verdict {
            Ok(verdict) if verdict == "ok" => Ok(()),
            Ok(_) => Err(format!("{}: {DAMAGED}", file.display())),
            Err(error) => Err(format!("{}: {}", file.display(), self.explain(&error))),
        }
    }

    /// What SQLite complains about, in our words.
    pub fn explain(&self, error: &rusqlite::Error) -> String {
        match Fault::of(error) {
            Fault::Damaged => DAMAGED.to_owned(),
            Fault::Busy => "is locked by another program: end that one".to_owned(),
            Fault::DiskFull => format!("cannot be written: the disk is full, or {} is reached", self.bound),
            Fault::ReadOnly => "may not be written: check its owner and permissions".to_owned(),
            Fault::Unreachable => "cannot be opened: check the folder, its owner and permissions".to_owned(),
            Fault::Other => format!("cannot be used: {error}"),
        }
    }

    /// Whether the file is one of these, and of a version that we know.
    fn check(&self, connection: &Connection) -> rusqlite::Result<Result<(), String>> {
        // One look: another program may be making the file.
        let look = connection.unchecked_transaction()?;
        let number = |sql: &str| look.query_row(sql, [], |row| row.get::<_, i64>(0));
        let (application, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
        let known = self.migrations.len();
        if application != i64::from(self.application) && number("SELECT count(*) FROM sqlite_schema")? > 0 {
            return Ok(Err("is a database of another program: name another folder with ZEROTH_DATA_DIR".to_owned()));
        }
        if usize::try_from(version).map_or(true, |version| version > known) {
            return Ok(Err(format!(
                "was written by a newer Zeroth (schema {version}, this one knows {known}): use that one, or name another \
                 folder with ZEROTH_DATA_DIR"
            )));
        }
        Ok(Ok(()))
    }

    fn settle(
        &self,
        connection: &mut Connection,
        prepare: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        prepare(connection)?;
        keep_a_log(connection)?;
        // A commit is in the operating system's hands when it is acknowledged: the death of this process loses nothing. Waiting
        // for the disk as well would make each commit take milliseconds, for the sake of power cuts.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        self.migrate(connection)
    }

    /// Runs what is missing, in one transaction; two programs that start at once do it one after the other.
    fn migrate(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: usize = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        for migration in self.migrations.iter().skip(version) {
            transaction.execute_batch(migration)?;
        }
        if version < self.migrations.len() {
            transaction.pragma_update(None, "application_id", self.application)?;
            transaction.pragma_update(None, "user_version", self.migrations.len())?;
        }
        transaction.commit()
    }
}

/// Bounds how large the file may become, in bytes.
///
/// # Errors
/// As SQLite says.
pub fn bound(connection: &Connection, max_bytes: u64) -> rusqlite::Result<()> {
    let page: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    connection.query_row(&format!("PRAGMA max_page_count = {}", (max_bytes / page).max(1)), [], |_| Ok(()))
}

/// What is the matter with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another program holds the lock.
    Busy,
    /// There is no room on the disk, or the file may not become larger.
    DiskFull,
    /// The file may not be written.
    ReadOnly,
    /// The file cannot be read.
    Unreachable,
    /// What is in it makes no sense.
    Damaged,
    /// None of these.
    Other,
}

impl Fault {
    /// What an error of SQLite comes to.
    pub fn of(error: &rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::DiskFull => Self::DiskFull,
                ErrorCode::ReadOnly => Self::ReadOnly,
                ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure => Self::Unreachable,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
                _ => Self::Other,
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Damaged,
            _ => Self::Other,
        }
    }
}

const DAMAGED: &str =
    "is damaged or no database: nothing is written to it; put a copy in its place, or move it away and begin anew";

/// Makes the folder and the file for nobody else to read.
fn create(file: &Path) -> std::io::Result<()> {
    let mut folder = fs::DirBuilder::new();
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folder.mode(0o700);
        options.mode(0o600);
    }
    if let Some(parent) = file.parent() {
        folder.recursive(true).create(parent)?;
    }
    let made = options.open(file);
    // One that may be read but not written is complained about when it is written.
    if made.is_err() && file.exists() { Ok(()) } else { made.map(drop) }
}

fn connect(file: &Path, how: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, how | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Readers and the writer do not wait for each other when changes go to a log first.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<()> {
    for _ in 1..TRIES {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if Fault::of(&error) == Fault::Busy => thread::sleep(TRY_AGAIN),
            done => return done,
        }
    }
    connection.pragma_update(None, "journal_mode", "WAL")
}
