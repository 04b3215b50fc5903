//! Opens the file: makes it if it is not there, brings an older one up to date, and leaves alone what is not ours.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::config::{Config, Place};
use super::error::{OpenError, explain};

/// Marks the file as ours: "ZrTr".
const APPLICATION: i32 = 0x5a72_5472;
/// Rows are written once and read in stretches; 2 KB of them fit well into pages of this size.
const PAGE: u64 = 8192;
/// How long a lock of another process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Every change of the schema, in order; the place is the version. They are only ever added to.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/traces/0001_traces.sql")];

/// A connection that writes, to a file whose schema is today's.
pub(super) fn writer(config: &Config) -> Result<Connection, OpenError> {
    match &config.place {
        Place::Memory => {
            let memory = || {
                let mut connection = Connection::open_in_memory()?;
                prepare(&mut connection, config)?;
                Ok(connection)
            };
            memory().map_err(|error: rusqlite::Error| {
                OpenError::new(format!("the trace store in memory {}", explain(&error)))
            })
        }
        Place::File(file) => {
            let named = |what: String| OpenError::new(format!("{}: {what}", file.display()));
            create(file).map_err(|error| named(format!("cannot be made: {error}; name another folder")))?;
            let mut connection = connect(file).map_err(|error| named(explain(&error)))?;
            check(&connection).map_err(|error| named(explain(&error)))?.map_err(named)?;
            prepare(&mut connection, config).map_err(|error| named(explain(&error)))?;
            Ok(connection)
        }
    }
}

/// Whether a file that is there is ours; changes nothing.
pub(super) fn examine(file: &Path) -> Result<(), OpenError> {
    let named = |what: String| OpenError::new(format!("{}: {what}", file.display()));
    let connection = connect(file).map_err(|error| named(explain(&error)))?;
    check(&connection).map_err(|error| named(explain(&error)))?.map_err(named)
}

/// A connection that only reads.
pub(super) fn reader(file: &Path) -> Result<Connection, OpenError> {
    let open = || {
        let connection = connect(file)?;
        connection.pragma_update(None, "cache_size", -4000)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| OpenError::new(format!("{}: {}", file.display(), explain(&error))))
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

/// Whether the file is ours, and of a version that we know.
fn check(connection: &Connection) -> rusqlite::Result<Result<(), String>> {
    let look = connection.unchecked_transaction()?;
    let number = |sql: &str| look.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (application, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    let known = MIGRATIONS.len();
    if application != i64::from(APPLICATION) && tables > 0 {
        return Ok(Err("is a database of another program: name another folder".to_owned()));
    }
    if usize::try_from(version).is_ok_and(|version| version > known) {
        return Ok(Err(format!(
            "was written by a newer Zeroth (schema {version}, this one knows {known}): use that one, or name another folder"
        )));
    }
    Ok(Ok(()))
}

fn prepare(connection: &mut Connection, config: &Config) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", PAGE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is in the operating system's hands when it is acknowledged: the death of this process loses nothing.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.pragma_update(None, "wal_autocheckpoint", 2000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.set_prepared_statement_cache_capacity(96);
    migrate(connection)?;
    let page: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    // Above what pruning aims at, so that there is room to prune in.
    let most = (config.max_bytes / 8 * 9 / page).max(256);
    connection.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))
}

/// Runs what is missing, in one transaction.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
