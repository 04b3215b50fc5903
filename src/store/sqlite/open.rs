//! The file of the sessions.

use std::path::Path;

use rusqlite::Connection;

use crate::sqlite::{Schema, bound};

use super::super::error::OpenError;

/// Marked "Zrth".
const SESSIONS: Schema = Schema {
    application: 0x5a72_7468,
    migrations: &[
        include_str!("../../../migrations/sqlite/0001_sessions.sql"),
        include_str!("../../../migrations/sqlite/0002_revision.sql"),
    ],
    bound: "ZEROTH_STORE_MAX_MB",
};

/// A connection that writes, to a file whose schema is today's.
pub(super) fn writer(file: &Path, max_bytes: Option<u64>) -> Result<Connection, OpenError> {
    let connection = SESSIONS.writer(file, |connection| {
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -8000)?;
        connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)
    });
    let connection = connection.map_err(OpenError)?;
    let bounded = max_bytes.map_or(Ok(()), |most| bound(&connection, most));
    bounded.map_err(|error| OpenError(format!("{}: {}", file.display(), SESSIONS.explain(&error))))?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(file: &Path) -> Result<Connection, OpenError> {
    SESSIONS.reader(file, 2000).map_err(OpenError)
}

/// What `zeroth doctor` says about the file; changes nothing, and reads all of it.
pub(super) fn examine(file: &Path) -> Result<(), OpenError> {
    SESSIONS.examine_all(file).map_err(OpenError)
}
