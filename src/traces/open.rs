//! The file of the traces.

use std::path::Path;

use rusqlite::Connection;

use crate::sqlite::{Schema, bound};

use super::config::{Config, Place};
use super::error::OpenError;

/// Marked "ZrTr".
pub(super) const TRACES: Schema = Schema {
    application: 0x5a72_5472,
    migrations: &[
        include_str!("../../migrations/traces/0001_traces.sql"),
        include_str!("../../migrations/traces/0002_ranks.sql"),
        include_str!("../../migrations/traces/0003_costs.sql"),
        include_str!("../../migrations/traces/0004_conversations.sql"),
    ],
    bound: "ZEROTH_TRACES_MAX_MB",
};
/// Rows are written once and read in stretches; 2 KB of them fit well into pages of this size.
const PAGE: u64 = 8192;
/// The smallest bound of a file, in bytes.
const LEAST: u64 = 256 * PAGE;

/// A connection that writes, to a file whose schema is today's.
pub(super) fn writer(config: &Config) -> Result<Connection, OpenError> {
    let prepare = |connection: &Connection| {
        connection.pragma_update(None, "page_size", PAGE)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "cache_size", -16_000)?;
        // Whoever commits when there are so many pages in the log moves them: 8 MB, some 10 ms.
        connection.pragma_update(None, "wal_autocheckpoint", 1000)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)
    };
    let connection = match &config.place {
        Place::Memory => TRACES.in_memory(prepare),
        Place::File(file) => TRACES.writer(file, prepare),
    };
    let connection = connection.map_err(OpenError::new)?;
    connection.set_prepared_statement_cache_capacity(96);
    // Above what pruning aims at, so that there is room to prune in; also in a file that may be smaller from now on.
    let bounded = bounds(&connection, config.max_bytes);
    bounded.map_err(|error| OpenError::new(told(&config.place, &error)))?;
    Ok(connection)
}

/// Whether the file is ours and of today's schema: who only reads cannot bring it up to date.
pub(super) fn up_to_date(file: &Path) -> Result<(), OpenError> {
    let named = |what: &str| OpenError::new(format!("{}: {what}", file.display()));
    let connection = TRACES.examine(file).map_err(OpenError::new)?;
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, usize>(0));
    if version.map_err(|error| named(&TRACES.explain(&error)))? == TRACES.migrations.len() {
        return Ok(());
    }
    Err(named("was written by an older Zeroth: start `zeroth serve` once, which brings it up to date"))
}

/// Says of which store SQLite complains, and what can be done.
pub(super) fn told(place: &Place, error: &rusqlite::Error) -> String {
    match place {
        Place::Memory => format!("the trace store in memory {}", TRACES.explain(error)),
        Place::File(file) => format!("{}: {}", file.display(), TRACES.explain(error)),
    }
}

/// Reads all of a file that is there, and changes nothing.
pub(super) fn examine_all(file: &Path) -> Result<(), OpenError> {
    TRACES.examine_all(file).map_err(OpenError::new)
}

fn bounds(connection: &Connection, max_bytes: u64) -> rusqlite::Result<()> {
    let pages: u64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    bound(connection, max_bytes.max(pages * PAGE).max(LEAST) / 8 * 9)
}

/// A connection that only reads.
pub(super) fn reader(file: &Path) -> Result<Connection, OpenError> {
    TRACES.reader(file, 4000).map_err(OpenError::new)
}

/// Whether a file that is there is ours; changes nothing.
pub(super) fn examine(file: &Path) -> Result<(), OpenError> {
    TRACES.examine(file).map(drop).map_err(OpenError::new)
}
