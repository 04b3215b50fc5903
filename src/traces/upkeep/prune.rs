//! Lets go of what is too old, too much, or of a run that was deleted: one kind of thing in a step, and few of it.

#[cfg(test)]
mod bounds;
mod calls;
mod points;
mod run;

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::blocks;
use super::super::config::Config;
use super::super::error::ReadError;
use super::super::rows::nanos;
use super::super::store::Core;
use super::super::write::{HOUR, Ledger, MINUTE};
use super::wait_for;

const SECOND: i64 = 1_000_000_000;
/// Pages that some batches need.
const ROOM: u64 = 1024;

/// What a step did.
pub(super) struct Pruned {
    /// Whether there may be more to do.
    pub(super) more: bool,
    /// Whether the file is still too large.
    pub(super) urgent: bool,
    /// Whether there is room for some batches.
    pub(super) roomy: bool,
    /// How long nobody else could write.
    pub(super) held: Duration,
}

pub(super) fn step(core: &Core, size: usize) -> Result<Pruned, ReadError> {
    let config = core.config.clone();
    let now = nanos(core.clock.now());
    let ((more, urgent, roomy), held) = wait_for(core.writer.timed(move |connection, ledger| {
        // To let go of something is to write that it is gone: in a full file nothing could be let go of.
        let most = |pages: u64| connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0));
        let kept = number(connection, "PRAGMA max_page_count")?;
        let _: u64 = most(u64::from(u32::MAX - 1))?;
        let more = prune(connection, ledger, &config, now, i64::try_from(size).unwrap_or(i64::MAX));
        let _: u64 = most(kept)?;
        let free = kept.saturating_sub(number(connection, "PRAGMA page_count")?)
            + number(connection, "PRAGMA freelist_count")?;
        Ok((more?, used(connection)? > config.max_bytes, free >= ROOM.min(kept / 32)))
    }))?;
    Ok(Pruned { more, urgent, roomy, held })
}

/// Whether there may be more to do.
fn prune(
    connection: &Connection,
    ledger: &mut Ledger,
    config: &Config,
    now: i64,
    size: i64,
) -> Result<bool, ReadError> {
    let before = |age: Duration| now.saturating_sub(i64::try_from(age.as_nanos()).unwrap_or(i64::MAX));
    let lowest: Option<i64> = connection.prepare_cached("SELECT min(id) FROM raws")?.query_row([], |row| row.get(0))?;
    if run::leave(connection, ledger, size)?
        || blocks::release(connection, lowest.unwrap_or(ledger.next), size)?
        || sums(connection, MINUTE, before(config.minutes_age), size)?
        || sums(connection, HOUR, before(config.hours_age), size)?
    {
        return Ok(true);
    }
    let too_much = used(connection)? > config.max_bytes;
    if too_much && points::make_room(connection, ledger, lowest, now, size)? {
        return Ok(true);
    }
    let end = match lowest {
        Some(lowest) if too_much => lowest + size,
        Some(lowest) => young(connection, before(config.max_age))?.unwrap_or(ledger.next).min(lowest + size),
        None => 0,
    };
    match lowest.filter(|lowest| end > *lowest) {
        Some(lowest) => {
            let gone = delete(connection, ledger, "id >= ?1 AND id < ?2", lowest, end)?;
            if let Some(latest) = gone.latest {
                raise(connection, latest.saturating_add(1))?;
            }
            arrive(connection, end)?;
            Ok(true)
        }
        None => Ok(points::before(connection, ledger, before(config.max_age), size)?
            || points::crowd_out(connection, ledger, now, size)?
            || run::retire(connection, ledger, before(config.max_age), size)?),
    }
}

/// Bytes in use.
fn used(connection: &Connection) -> rusqlite::Result<u64> {
    let pages = number(connection, "PRAGMA page_count")?.saturating_sub(number(connection, "PRAGMA freelist_count")?);
    Ok(pages * number(connection, "PRAGMA page_size")?)
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<u64> {
    connection.prepare_cached(pragma)?.query_row([], |row| row.get(0))
}

/// The first id that came then or later.
fn young(connection: &Connection, nanos: i64) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM arrivals WHERE minute >= ?1 ORDER BY minute LIMIT 1";
    connection.prepare_cached(sql)?.query_row([nanos / (MINUTE * SECOND)], |row| row.get(0)).optional()
}

/// Forgets the minutes of arrival of which nothing is left before the id `end`.
fn arrive(connection: &Connection, end: i64) -> rusqlite::Result<()> {
    let mut second =
        connection.prepare_cached("SELECT minute FROM arrivals WHERE id <= ?1 ORDER BY minute LIMIT 1 OFFSET 1")?;
    let mut delete = connection.prepare_cached("DELETE FROM arrivals WHERE minute < ?1")?;
    while let Some(minute) = second.query_row([end], |row| row.get::<_, i64>(0)).optional()? {
        delete.execute([minute])?;
    }
    Ok(())
}

/// From here on sums are those of what is there: of what began before `nanos`, something is gone.
fn raise(connection: &Connection, nanos: i64) -> rusqlite::Result<()> {
    let minute = MINUTE * SECOND;
    let whole = (nanos.saturating_add(minute - 1)).div_euclid(minute).saturating_mul(minute);
    connection.prepare_cached("UPDATE progress SET whole = max(whole, ?1)")?.execute([whole])?;
    Ok(())
}

/// What of calls was deleted with spans and log records.
struct Gone {
    /// Ids of calls.
    calls: Vec<i64>,
    /// When the latest call of a model began.
    latest: Option<i64>,
}

/// Deletes spans and log records of a stretch of ids, and takes them from the sums of conversations and runs. Their words
/// stay in the index.
fn delete(connection: &Connection, ledger: &mut Ledger, which: &str, from: i64, end: i64) -> rusqlite::Result<Gone> {
    let stretch = params![from, end];
    let (calls, ended) = calls::delete(connection, which, from, end)?;
    if ended > 0 {
        ledger.conversations.forget();
    }
    let run = |sql: &str| connection.prepare_cached(sql)?.execute(stretch);
    let ids = format!("SELECT id FROM spans WHERE {which} UNION ALL SELECT id FROM logs WHERE {which}");
    run(&format!("DELETE FROM raws WHERE id IN ({ids})"))?;
    for table in ["spans", "logs"] {
        run(&format!(
            "UPDATE runs SET {table} = {table} - gone.c FROM (SELECT run AS k, count(*) AS c FROM {table} WHERE {which} \
             GROUP BY 1) AS gone WHERE runs.id = gone.k"
        ))?;
        ledger.counts.pruned += run(&format!("DELETE FROM {table} WHERE {which}"))? as u64;
    }
    Ok(calls)
}

/// Deletes the oldest sums that begin before `nanos`, a minute or an hour at a time. Whether there were any.
fn sums(connection: &Connection, width: i64, nanos: i64, size: i64) -> rusqlite::Result<bool> {
    let mut oldest = connection.prepare_cached("SELECT min(start) FROM rollups WHERE width = ?1")?;
    let mut delete = connection.prepare_cached("DELETE FROM rollups WHERE width = ?1 AND start = ?2")?;
    // Sums of minutes go by the hour: whoever finds the first of them knows that its hour is whole.
    let end = (nanos / SECOND).div_euclid(HOUR).saturating_mul(HOUR);
    let mut gone = 0;
    while gone < size {
        let start: Option<i64> = oldest.query_row([width], |row| row.get(0))?;
        let Some(start) = start.filter(|start| *start < end) else { break };
        gone += i64::try_from(delete.execute([width, start])?).unwrap_or(i64::MAX);
        raise(connection, (start + width).saturating_mul(SECOND))?;
    }
    Ok(gone > 0)
}
