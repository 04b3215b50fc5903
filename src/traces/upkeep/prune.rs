//! Lets go of what is too old, too much, or of a run that was deleted.

mod calls;

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::config::Config;
use super::super::error::ReadError;
use super::super::rows::nanos;
use super::super::store::Core;
use super::super::write::{HOUR, Ledger, MINUTE};
use super::{Step, wait_for};

/// Minutes and hours of sums that go in one step.
const SUMS: usize = 20;

pub(super) fn step(core: &Core, size: usize) -> Result<Step, ReadError> {
    let config = core.config.clone();
    let clock = core.clock.clone();
    let now = nanos(clock.now());
    wait_for(core.writer.step(move |connection, ledger| {
        let begun = clock.ticks();
        // What is deleted from the index is written down in it: in a full file nothing could be let go of.
        let most = |pages: u64| connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0));
        let kept: u64 = connection.query_row("PRAGMA max_page_count", [], |row| row.get(0))?;
        let _: u64 = most(u64::from(u32::MAX - 1))?;
        let more = prune(connection, ledger, &config, now, i64::try_from(size).unwrap_or(i64::MAX));
        let _: u64 = most(kept)?;
        Ok(Step { more: more?, held: clock.ticks().saturating_sub(begun) })
    }))
}

/// Whether there is more to do.
fn prune(
    connection: &Connection,
    ledger: &mut Ledger,
    config: &Config,
    now: i64,
    size: i64,
) -> Result<bool, ReadError> {
    let before = |age: Duration| now.saturating_sub(i64::try_from(age.as_nanos()).unwrap_or(i64::MAX));
    if leave(connection, ledger, size)? {
        return Ok(true);
    }
    let mut more = sums(connection, MINUTE, before(config.minutes_age))?;
    more |= sums(connection, HOUR, before(config.hours_age))?;
    let Some(lowest) = lowest(connection)? else { return Ok(more | points(connection, before(config.max_age), size)?) };
    let end = if used(connection)? > config.max_bytes {
        lowest + size
    } else {
        let minute = before(config.max_age) / 60_000_000_000;
        let sql = "SELECT id FROM arrivals WHERE minute >= ?1 ORDER BY minute LIMIT 1";
        let young = connection.prepare_cached(sql)?.query_row([minute], |row| row.get(0)).optional()?;
        young.unwrap_or(ledger.next).min(lowest + size)
    };
    if end > lowest {
        ledger.counts.pruned += delete(connection, ledger, "id >= ?1 AND id < ?2", lowest, end)?;
        connection
            .execute("DELETE FROM arrivals WHERE id < ?1 AND minute < (SELECT max(minute) FROM arrivals)", [end])?;
        return Ok(true);
    }
    Ok(more | points(connection, before(config.max_age), size)?)
}

/// Bytes in use.
fn used(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |sql: &str| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, u64>(0));
    let pages = number("PRAGMA page_count")?.saturating_sub(number("PRAGMA freelist_count")?);
    Ok(pages * number("PRAGMA page_size")?)
}

fn lowest(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached("SELECT min(id) FROM raws")?.query_row([], |row| row.get(0))
}

/// Deletes some of a run that shall leave, and in the end the run.
fn leave(connection: &Connection, ledger: &mut Ledger, size: i64) -> Result<bool, ReadError> {
    let sql = "SELECT id, first_id FROM runs WHERE state = 2 LIMIT 1";
    let leaving = connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((run, from)): Option<(i64, i64)> = leaving.optional()? else { return Ok(false) };
    // Others tell things in the same time: its rows are looked for stretch by stretch.
    let end = from + size * 4;
    ledger.counts.pruned += delete(connection, ledger, &format!("id >= ?1 AND id < ?2 AND run = {run}"), from, end)?;
    if end < ledger.next {
        connection.execute("UPDATE runs SET first_id = ?2 WHERE id = ?1", [run, end])?;
        return Ok(true);
    }
    for sql in [
        "DELETE FROM points WHERE series IN (SELECT id FROM metric_series WHERE run = ?1)",
        "DELETE FROM metric_series WHERE run = ?1",
        "DELETE FROM rollups WHERE run = ?1",
        "DELETE FROM resources WHERE run = ?1",
        "DELETE FROM runs WHERE id = ?1",
    ] {
        connection.execute(sql, [run])?;
    }
    ledger.forget();
    Ok(true)
}

/// Deletes spans and log records of a stretch of ids, and takes them from the sums of conversations and runs. Returns how many.
fn delete(connection: &Connection, ledger: &mut Ledger, which: &str, from: i64, end: i64) -> rusqlite::Result<u64> {
    let stretch = params![from, end];
    if calls::delete(connection, which, from, end)? > 0 {
        ledger.conversations.forget();
    }
    let run = |sql: &str| connection.prepare_cached(sql)?.execute(stretch);
    let ids = format!("SELECT id FROM spans WHERE {which} UNION ALL SELECT id FROM logs WHERE {which}");
    run(&format!("DELETE FROM raws WHERE id IN ({ids})"))?;
    let mut gone = 0;
    for table in ["spans", "logs"] {
        run(&format!(
            "UPDATE runs SET {table} = {table} - gone.c FROM (SELECT run AS k, count(*) AS c FROM {table} WHERE {which} \
             GROUP BY 1) AS gone WHERE runs.id = gone.k"
        ))?;
        gone += run(&format!("DELETE FROM {table} WHERE {which}"))?;
    }
    Ok(gone as u64)
}

/// Deletes the oldest sums that begin before `nanos`.
fn sums(connection: &Connection, width: i64, nanos: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM rollups WHERE width = ?1 AND start < ?2 AND start = (SELECT min(start) FROM rollups WHERE width = ?1)",
    )?;
    for _ in 0..SUMS {
        if statement.execute([width, nanos / 1_000_000_000])? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Deletes points from before `nanos`.
fn points(connection: &Connection, nanos: i64, size: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT p.series, p.time FROM metric_series CROSS JOIN points AS p ON p.series = metric_series.id AND p.time < ?1 \
         LIMIT ?2",
    )?;
    let old = statement.query_map(params![nanos, size], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let old = old.collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    let mut statement = connection.prepare_cached("DELETE FROM points WHERE series = ?1 AND time = ?2")?;
    for (series, time) in &old {
        statement.execute([series, time])?;
    }
    Ok(!old.is_empty())
}
