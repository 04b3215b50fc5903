//! What is new, for those who watch.

use rusqlite::Connection;
use serde::Serialize;

use super::super::error::ReadError;
use super::super::store::Traces;
use super::MOST;
use super::calls::{CallItem, item};

/// What came after a change number.
#[derive(Debug, Clone, Serialize)]
pub struct Changes {
    /// Up to where this reaches: what to ask from the next time.
    pub number: i64,
    /// Calls and what stands around them, in the order of their arrival.
    pub calls: Vec<CallItem>,
}

impl Traces {
    /// The change number, which rises with every span and log record; see [`Traces::watch`] for waiting until it does.
    pub fn number(&self) -> i64 {
        *self.watch().borrow()
    }

    /// The calls that came after the change number, at most 500 of them; then `number` says where to go on.
    ///
    /// # Errors
    /// [`ReadError`] when the store cannot be read.
    pub async fn changes(&self, after: i64) -> Result<Changes, ReadError> {
        self.ask(move |connection| changes(connection, after)).await
    }
}

fn changes(connection: &Connection, after: i64) -> Result<Changes, ReadError> {
    // No more than a stretch, in which there may be few calls.
    const STRETCH: i64 = 20_000;
    let last: i64 = connection.query_row("SELECT next - 1 FROM progress", [], |row| row.get(0))?;
    let reach = last.min(after.max(0).saturating_add(STRETCH));
    let mut statement = connection.prepare_cached(
        "SELECT start, id FROM spans WHERE id > ?1 AND id <= ?2 AND is_call UNION ALL SELECT call_start, id FROM logs \
         WHERE id > ?1 AND id <= ?2 AND call_start IS NOT NULL ORDER BY 2 LIMIT ?3",
    )?;
    let mut rows = statement.query(rusqlite::params![after, reach, MOST])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        calls.extend(item(connection, row.get(0)?, row.get(1)?)?);
    }
    let number = if calls.len() == MOST { calls.last().map_or(reach, |call| call.id) } else { reach };
    Ok(Changes { number, calls })
}
