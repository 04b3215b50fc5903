//! What all calls of a query come to: from sums where they know it exactly, else counted.

use rusqlite::{Connection, params_from_iter};

use super::super::error::ReadError;
use super::super::write::{HOUR, MINUTE};
use super::calls::Total;
use super::filter::{Conditions, Filter};

/// Calls that are counted one by one; where there are more, the total says so.
const COUNTED: i64 = 100_000;
const SECOND: i64 = 1_000_000_000;

/// What the calls that `filter` chooses come to; `conditions` are its own.
pub(super) fn total(connection: &Connection, filter: &Filter, conditions: &Conditions) -> Result<Total, ReadError> {
    if !(filter.is_known_to_sums() && filter.asks()) {
        return counted(connection, filter, conditions.clone());
    }
    let whole: i64 = connection.query_row("SELECT whole FROM progress", [], |row| row.get(0))?;
    let nanos = |micros: i64| micros.saturating_mul(1000);
    let from = filter.from.map_or(0, nanos).max(0);
    let until = filter.until.map_or(i64::MAX, nanos).max(0);
    // Whole minutes of which every call is still there; what is around them is counted.
    let begin = up(from.max(whole) / SECOND + i64::from(from.max(whole) % SECOND > 0), MINUTE);
    let end = down(until / SECOND, MINUTE);
    if begin >= end {
        return counted(connection, filter, conditions.clone());
    }
    let mut total = summed(connection, filter, begin, end)?;
    if from < begin * SECOND {
        let mut before = conditions.clone();
        before.add("c.start < ?", begin * SECOND);
        add(&mut total, &counted(connection, filter, before)?);
    }
    if filter.until.is_some() {
        let mut after = conditions.clone();
        after.add("c.start >= ?", end * SECOND);
        add(&mut total, &counted(connection, filter, after)?);
    }
    Ok(total)
}

/// From sums: of minutes, and of the whole hours among them. Seconds, multiples of a minute.
fn summed(connection: &Connection, filter: &Filter, begin: i64, end: i64) -> Result<Total, ReadError> {
    let (first, last) = (up(begin, HOUR), down(end, HOUR));
    let parts = if first < last {
        vec![(MINUTE, begin, first), (HOUR, first, last), (MINUTE, last, end)]
    } else {
        vec![(MINUTE, begin, end)]
    };
    let mut total = Total::default();
    for (width, begin, end) in parts {
        let conditions = sums(connection, filter, width, begin, end)?;
        let sql = sums_sql(&conditions);
        let mut statement = connection.prepare_cached(&sql)?;
        let part = statement.query_row(params_from_iter(&conditions.values), |row| {
            Ok(Total {
                calls: row.get(0)?,
                errors: row.get(1)?,
                input: row.get(2)?,
                output: row.get(3)?,
                cost: row.get(4)?,
                at_least: false,
            })
        })?;
        add(&mut total, &part);
    }
    Ok(total)
}

/// Which sums of a width begin in a stretch of seconds.
pub(super) fn sums(
    connection: &Connection,
    filter: &Filter,
    width: i64,
    begin: i64,
    end: i64,
) -> Result<Conditions, ReadError> {
    let mut conditions = filter.conditions_on_sums(connection)?;
    conditions.add("width = ?", width);
    conditions.add("start >= ?", begin);
    conditions.add("start < ?", end);
    Ok(conditions)
}

pub(super) fn sums_sql(conditions: &Conditions) -> String {
    format!(
        "SELECT ifnull(sum(count), 0), ifnull(sum(count) FILTER (WHERE error <> -1), 0), ifnull(sum(input), 0), \
         ifnull(sum(output), 0), ifnull(sum(cost), 0.0) FROM rollups WHERE {}",
        conditions.sql()
    )
}

/// One by one, the newest first.
fn counted(connection: &Connection, filter: &Filter, conditions: Conditions) -> Result<Total, ReadError> {
    let sql = counted_sql(filter, &conditions);
    let mut statement = connection.prepare_cached(&sql)?;
    let total = statement.query_row(params_from_iter(&conditions.values), |row| {
        let calls: i64 = row.get(0)?;
        Ok(Total {
            calls: calls.min(COUNTED),
            errors: row.get(1)?,
            input: row.get(2)?,
            output: row.get(3)?,
            cost: row.get(4)?,
            at_least: calls > COUNTED || conditions.cut,
        })
    })?;
    Ok(total)
}

pub(super) fn counted_sql(filter: &Filter, conditions: &Conditions) -> String {
    format!(
        "SELECT count(*), ifnull(sum(failed), 0), ifnull(sum(input), 0), ifnull(sum(output), 0), ifnull(sum(cost), 0.0) \
         FROM (SELECT c.error IS NOT NULL AS failed, c.input, c.output, c.cost FROM {} WHERE {} \
         ORDER BY c.start DESC LIMIT {})",
        filter.source(),
        conditions.sql(),
        COUNTED + 1,
    )
}

fn add(total: &mut Total, part: &Total) {
    total.calls += part.calls;
    total.errors += part.errors;
    total.input += part.input;
    total.output += part.output;
    total.cost += part.cost;
    total.at_least |= part.at_least;
}

/// The next multiple.
fn up(seconds: i64, width: i64) -> i64 {
    down(seconds.saturating_add(width - 1), width)
}

fn down(seconds: i64, width: i64) -> i64 {
    seconds - seconds.rem_euclid(width)
}
