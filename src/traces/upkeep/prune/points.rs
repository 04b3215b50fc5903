//! Points of metrics, and the series that have none left.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::super::error::ReadError;
use super::super::super::write::{Ledger, MINUTE};
use super::SECOND;

/// A series that was told nothing new for so long may make room for others: nanoseconds.
const SILENT: i64 = 3600 * SECOND;
/// The oldest series that are looked at when there are too many.
const LOOKED_AT: usize = 64;

/// Deletes points from before `nanos`. Whether there were any.
pub(super) fn before(connection: &Connection, ledger: &mut Ledger, nanos: i64, size: i64) -> Result<bool, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT p.series, p.time FROM metric_series CROSS JOIN points AS p ON p.series = metric_series.id AND p.time < ?1 \
         LIMIT ?2",
    )?;
    let old = statement.query_map(params![nanos, size], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let old = old.collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    let mut delete = connection.prepare_cached("DELETE FROM points WHERE series = ?1 AND time = ?2")?;
    for (series, time) in &old {
        delete.execute([series, time])?;
    }
    let mut end = connection.prepare_cached(
        "DELETE FROM metric_series WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM points WHERE series = ?1)",
    )?;
    let mut ended = 0;
    for same in old.chunk_by(|left, right| left.0 == right.0) {
        ended += end.execute([same[0].0])?;
    }
    if ended > 0 {
        ledger.forget(connection)?;
    }
    Ok(!old.is_empty())
}

/// In a file that is too large: deletes points that are older than the oldest span or log record, or the oldest of them where
/// there is none. Whether there were any.
pub(super) fn make_room(
    connection: &Connection,
    ledger: &mut Ledger,
    lowest: Option<i64>,
    now: i64,
    size: i64,
) -> Result<bool, ReadError> {
    let number = |sql: &str| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<i64>>(0));
    let until = match lowest {
        Some(_) => number("SELECT min(minute) FROM arrivals")?.unwrap_or(0).saturating_mul(MINUTE * SECOND),
        None => {
            let first = "SELECT min((SELECT time FROM points WHERE series = metric_series.id ORDER BY time LIMIT 1)) \
                         FROM metric_series";
            let Some(first) = number(first)? else { return Ok(false) };
            first.saturating_add((now.saturating_sub(first) / 8).max(MINUTE * SECOND))
        }
    };
    // To find that no series has any takes a look at each: once for each minute is enough.
    if lowest.is_some() && until <= ledger.cleared {
        return Ok(false);
    }
    let found = before(connection, ledger, until, size)?;
    if !found {
        ledger.cleared = until;
    }
    Ok(found)
}

/// Where there are nearly as many series as there may be: deletes points of the oldest that has fallen silent. Whether there
/// was one.
pub(super) fn crowd_out(connection: &Connection, ledger: &mut Ledger, now: i64, size: i64) -> Result<bool, ReadError> {
    if !ledger.is_crowded() {
        return Ok(false);
    }
    let mut oldest = connection.prepare_cached(
        "SELECT id FROM (SELECT id FROM metric_series ORDER BY id LIMIT ?1) AS s \
         WHERE ifnull((SELECT max(time) FROM points WHERE series = s.id), 0) < ?2 LIMIT 1",
    )?;
    let silent = oldest.query_row(params![LOOKED_AT, now.saturating_sub(SILENT)], |row| row.get(0)).optional()?;
    let Some(series) = silent else { return Ok(false) };
    if of(connection, series, size)? {
        ledger.forget(connection)?;
    }
    Ok(true)
}

/// Deletes points of a series, and the series with the last of them. Whether it is gone.
pub(super) fn of(connection: &Connection, series: i64, size: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM points WHERE series = ?1 AND time IN (SELECT time FROM points WHERE series = ?1 LIMIT ?2)",
    )?;
    let gone = i64::try_from(statement.execute([series, size])?).unwrap_or(i64::MAX) < size;
    if gone {
        connection.prepare_cached("DELETE FROM metric_series WHERE id = ?1")?.execute([series])?;
    }
    Ok(gone)
}
