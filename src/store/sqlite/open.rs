//! Opens the file: makes it if it is not there, brings an older one up to date, and leaves alone what is not ours.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::super::error::{OpenError, Outage};
use super::fault::outage;

/// Marks the file as ours: "Zrth".
const APPLICATION: i32 = 0x5a72_7468;
/// How long a lock of another process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often, and after which wait, the first two programs to open a new file try again to agree on its journal.
const TRIES: u32 = 50;
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// Every change of the schema, in order; the place is the version. They are only ever added to.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_sessions.sql"),
    include_str!("../../../migrations/sqlite/0002_revision.sql"),
];

/// A connection that writes, to a file whose schema is today's.
pub(super) fn writer(file: &Path, max_bytes: Option<u64>) -> Result<Connection, OpenError> {
    let named = |what: String| OpenError(format!("{}: {what}", file.display()));
    create(file).map_err(|error| named(format!("cannot be made: {error}; ZEROTH_DATA_DIR names another folder")))?;
    let mut connection = connect(file).map_err(|error| named(explain(&error)))?;
    let found = identify(&connection).map_err(|error| named(explain(&error)))?;
    found.check().map_err(named)?;
    prepare(&mut connection, max_bytes).map_err(|error| named(explain(&error)))?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(file: &Path) -> Result<Connection, OpenError> {
    let open = || {
        let connection = connect(file)?;
        connection.pragma_update(None, "cache_size", -2000)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| OpenError(format!("{}: {}", file.display(), explain(&error))))
}

/// What `zeroth doctor` says about the file; changes nothing, and reads all of it.
pub(super) fn examine(file: &Path) -> Result<(), OpenError> {
    let named = |what: String| OpenError(format!("{}: {what}", file.display()));
    let look = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(PATIENCE)?;
        let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok((identify(&connection)?, verdict))
    };
    let (found, verdict) = look().map_err(|error: rusqlite::Error| named(explain(&error)))?;
    found.check().map_err(named)?;
    if verdict == "ok" { Ok(()) } else { Err(named(DAMAGED.to_owned())) }
}

const DAMAGED: &str = "is damaged: nothing is written to it; put a copy in its place, or move it away and begin anew";

fn explain(error: &rusqlite::Error) -> String {
    match outage(error) {
        Outage::Damaged => DAMAGED.to_owned(),
        Outage::Busy => "is locked by another program: end that one".to_owned(),
        Outage::DiskFull => "cannot be written: the disk is full, or ZEROTH_STORE_MAX_MB is reached".to_owned(),
        Outage::ReadOnly => "may not be written: check its owner and permissions".to_owned(),
        Outage::Unreachable => "cannot be opened: check the folder, its owner and permissions".to_owned(),
        Outage::Refused => format!("cannot be used: {error}"),
    }
}

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

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// What a file says that it is.
struct Identity {
    application: i32,
    version: usize,
    tables: i64,
}

fn identify(connection: &Connection) -> rusqlite::Result<Identity> {
    // One look: another program may be making the file.
    let connection = connection.unchecked_transaction()?;
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    Ok(Identity {
        application: connection.query_row("PRAGMA application_id", [], |row| row.get(0))?,
        version: usize::try_from(number("PRAGMA user_version")?).unwrap_or(usize::MAX),
        tables: number("SELECT count(*) FROM sqlite_schema")?,
    })
}

impl Identity {
    fn check(&self) -> Result<(), String> {
        let known = MIGRATIONS.len();
        if self.application != APPLICATION && self.tables > 0 {
            return Err("is a database of another program: ZEROTH_DATA_DIR names another folder".to_owned());
        }
        if self.version > known {
            return Err(format!(
                "was written by a newer Zeroth (schema {}, this one knows {known}): use that one, or name another folder \
                 with ZEROTH_DATA_DIR",
                self.version
            ));
        }
        Ok(())
    }
}

fn prepare(connection: &mut Connection, max_bytes: Option<u64>) -> rusqlite::Result<()> {
    keep_a_log(connection)?;
    // A commit is in the operating system's hands when it is acknowledged: the death of this process loses nothing. Waiting
    // for the disk as well would make each turn take milliseconds, for the sake of power cuts.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -8000)?;
    connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    migrate(connection)?;
    if let Some(most) = max_bytes {
        let page: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        connection.query_row(&format!("PRAGMA max_page_count = {}", (most / page).max(1)), [], |_| Ok(()))?;
    }
    Ok(())
}

/// Readers and the writer do not wait for each other when changes go to a log first.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<()> {
    for _ in 1..TRIES {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if outage(&error) == Outage::Busy => thread::sleep(TRY_AGAIN),
            done => return done,
        }
    }
    connection.pragma_update(None, "journal_mode", "WAL")
}

/// Runs what is missing, in one transaction; two programs that start at once do it one after the other.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: usize = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", MIGRATIONS.len())?;
    }
    transaction.commit()
}
