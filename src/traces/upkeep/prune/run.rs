//! A run that was deleted leaves piece by piece: what it told, its points, its sums, and at last itself.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::super::blocks;
use super::super::super::error::ReadError;
use super::super::super::write::Ledger;
use super::delete;

/// Deletes some of a run that shall leave, and in the end the run. Whether there is such a run.
pub(super) fn leave(connection: &Connection, ledger: &mut Ledger, size: i64) -> Result<bool, ReadError> {
    let sql = "SELECT id, first_id FROM runs WHERE state = 2 LIMIT 1";
    let leaving = connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((run, from)): Option<(i64, i64)> = leaving.optional()? else { return Ok(false) };
    if from < ledger.next {
        // Others tell things in the same time: its rows are looked for stretch by stretch.
        let end = from + size * 4;
        let gone = delete(connection, ledger, &format!("id >= ?1 AND id < ?2 AND run = {run}"), from, end)?;
        blocks::remove(connection, &gone.calls)?;
        connection.execute("UPDATE runs SET first_id = ?2 WHERE id = ?1", [run, end])?;
    } else if !(points(connection, run, size)? || sums(connection, run, size)? || resources(connection, run, size)? > 0)
    {
        connection.execute("DELETE FROM runs WHERE id = ?1", [run])?;
        ledger.forget(connection)?;
    }
    Ok(true)
}

/// Deletes points of one of its series, and the series with the last of them. Whether it had one.
fn points(connection: &Connection, run: i64, size: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached("SELECT id FROM metric_series WHERE run = ?1 LIMIT 1")?;
    let Some(series) = statement.query_row([run], |row| row.get(0)).optional()? else { return Ok(false) };
    super::points::of(connection, series, size)?;
    Ok(true)
}

/// Deletes sums, a minute or an hour at a time. Whether it had any.
fn sums(connection: &Connection, run: i64, size: i64) -> rusqlite::Result<bool> {
    let mut find = connection.prepare_cached("SELECT width, start FROM rollups WHERE run = ?1 LIMIT 1")?;
    let mut delete = connection.prepare_cached("DELETE FROM rollups WHERE width = ?1 AND start = ?2 AND run = ?3")?;
    let mut gone = 0;
    while gone < size {
        let found = find.query_row([run], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).optional()?;
        let Some((width, start)) = found else { break };
        gone += i64::try_from(delete.execute([width, start, run])?).unwrap_or(i64::MAX);
    }
    Ok(gone > 0)
}

/// Lets go of runs of which nothing but sums is left, and which told nothing since `nanos`. Their sums stay, and with them a
/// run that somebody named or paused. Whether there were any.
pub(super) fn retire(connection: &Connection, ledger: &mut Ledger, nanos: i64, size: i64) -> Result<bool, ReadError> {
    // The latest stays, so that no other gets its number and with it its sums.
    let mut statement = connection.prepare_cached(
        "SELECT id FROM runs WHERE state = 0 AND spans + logs = 0 AND last < ?1 AND id < (SELECT max(id) FROM runs) \
         AND NOT EXISTS (SELECT 1 FROM metric_series WHERE run = runs.id) \
         AND (label IS NULL OR NOT EXISTS (SELECT 1 FROM rollups WHERE run = runs.id)) LIMIT ?2",
    )?;
    let runs = statement.query_map(params![nanos, size], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut room = size;
    for run in &runs {
        room -= i64::try_from(resources(connection, *run, room)?).unwrap_or(i64::MAX);
        if room <= 0 {
            break;
        }
        connection.prepare_cached("DELETE FROM runs WHERE id = ?1")?.execute([run])?;
    }
    if !runs.is_empty() {
        ledger.forget(connection)?;
    }
    Ok(!runs.is_empty())
}

fn resources(connection: &Connection, run: i64, size: i64) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM resources WHERE id IN (SELECT id FROM resources WHERE run = ?1 LIMIT ?2)";
    connection.prepare_cached(sql)?.execute(params![run, size])
}
