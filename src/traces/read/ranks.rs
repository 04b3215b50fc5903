//! Which calls come first, in the order of a list.
//!
//! In the order of time they are stored. For the slowest and the dearest there is an index in which they are in order within
//! each block of ids: the first of all are among the first of each block. To walk down a block costs a look at each call that
//! the filter leaves out. Where it leaves out most, or those that come first (the dearest calls of a cheap model), all calls are
//! read instead, which is cheaper for each.

use std::cmp::Ordering;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::super::error::ReadError;
use super::calls::{CallQuery, Sort, Total};
use super::filter::{Conditions, Filter};
use super::totals::total;

/// The blocks of the indexes `calls_by_duration` and `calls_by_cost`: ids that are the same without so many bits.
const BITS: u32 = 15;
/// About how many calls can be read one after the other in the time that it takes to look one up.
const LOOKUP: i64 = 20;
/// The most calls of a block that are looked at before it is given up.
const STEPS: i64 = 4096;

/// Where a call stands in the order of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// What the list is sorted by.
    key: Value,
    pub(super) start: i64,
    pub(super) id: i64,
}

impl Place {
    /// What the next page begins after.
    pub(super) fn cursor(&self) -> String {
        let (start, id) = (self.start, self.id);
        match self.key {
            Value::Real(key) => format!("{key:?}:{start}:{id}"),
            Value::Integer(key) => format!("{key}:{start}:{id}"),
            _ => format!("0:{start}:{id}"),
        }
    }

    fn parse(sort: Sort, cursor: &str) -> Result<Self, ReadError> {
        const BAD: ReadError = ReadError::Query("the cursor is none of ours: begin at the first page");
        let mut parts = cursor.splitn(3, ':');
        let mut part = || parts.next().ok_or(BAD);
        let key = match sort {
            Sort::Cost => Value::Real(part()?.parse().map_err(|_| BAD)?),
            Sort::Time | Sort::Duration => Value::Integer(part()?.parse().map_err(|_| BAD)?),
        };
        let mut number = || part()?.parse().map_err(|_| BAD);
        Ok(Self { key, start: number()?, id: number()? })
    }

    /// What is after nothing and before everything.
    fn lowest(sort: Sort) -> Self {
        let key = if sort == Sort::Cost { Value::Real(f64::NEG_INFINITY) } else { Value::Integer(i64::MIN) };
        Self { key, start: i64::MIN, id: i64::MIN }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let keys = match (&self.key, &other.key) {
            (Value::Real(mine), Value::Real(theirs)) => mine.total_cmp(theirs),
            (Value::Integer(mine), Value::Integer(theirs)) => mine.cmp(theirs),
            _ => Ordering::Equal,
        };
        keys.then(self.start.cmp(&other.start)).then(self.id.cmp(&other.id))
    }
}

/// The first `limit` calls of a query; `conditions` and `total` are those of its filter.
pub(super) fn first(
    connection: &Connection,
    query: &CallQuery,
    conditions: &Conditions,
    total: &Total,
    limit: usize,
) -> Result<Vec<Place>, ReadError> {
    // Where it is known how many there are, nothing more is looked for after the last.
    let known = query.filter.is_known_to_sums() && query.filter.asks() && query.after.is_none() && !total.at_least;
    let limit = if known { limit.min(usize::try_from(total.calls).unwrap_or(limit)) } else { limit };
    let after = query.after.as_deref().map(|cursor| Place::parse(query.sort, cursor)).transpose()?;
    if limit > 0
        && let Some(steps) = steps(connection, query, total, limit)?
        && let Some(places) = by_block(connection, query, conditions, after.as_ref(), (limit, steps))?
    {
        return Ok(places);
    }
    let mut conditions = conditions.clone();
    if query.sort == Sort::Cost {
        // With the plus it is no reason to go through an index that has not all that is asked for.
        conditions.all.push("+c.cost IS NOT NULL".to_owned());
    }
    if let Some(after) = &after {
        compare(&mut conditions, query.sort, "<", after);
    }
    let sql = format!("{} LIMIT {limit}", sql(query.sort, query.filter.source(), &conditions));
    let mut statement = connection.prepare_cached(&sql)?;
    let places = statement.query_map(params_from_iter(&conditions.values), |row| place(query.sort, row))?;
    Ok(places.collect::<rusqlite::Result<_>>()?)
}

/// The calls of a source in the order of a list.
pub(super) fn sql(sort: Sort, source: &str, conditions: &Conditions) -> String {
    let (key, order) = (key(sort), order(sort));
    format!("SELECT {key}, c.start, c.id FROM {source} WHERE {} ORDER BY {order}", conditions.sql())
}

/// The first calls of a block which come before one place and after another, and whether the filter chooses them. Added to
/// the values of the filter: block, and the place before which they come.
pub(super) fn block_sql(
    query: &CallQuery,
    filter: &Conditions,
    after: Option<&Place>,
    steps: i64,
) -> (String, Conditions) {
    let sort = query.sort;
    let mut walk = Conditions { all: Vec::new(), values: filter.values.clone(), cut: false };
    walk.all.push(format!("c.asks = {}", i64::from(query.filter.asks())));
    if sort == Sort::Cost {
        walk.all.push("c.cost IS NOT NULL".to_owned());
    }
    if let Some(after) = after {
        compare(&mut walk, sort, "<", after);
    }
    walk.add(&format!("c.id >> {BITS} = ?"), 0_i64);
    compare(&mut walk, sort, ">", &Place::lowest(sort));
    let (key, order, chosen) = (key(sort), order(sort), filter.sql());
    let sql = format!(
        "SELECT {key}, c.start, c.id, {chosen} FROM calls AS c WHERE {} ORDER BY {order} LIMIT {steps}",
        walk.sql()
    );
    (sql, walk)
}

const fn key(sort: Sort) -> &'static str {
    match sort {
        Sort::Time => "c.start",
        Sort::Duration => "c.duration",
        Sort::Cost => "c.cost",
    }
}

const fn columns(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Time => &["c.start", "c.id"],
        Sort::Duration => &["c.duration", "c.start", "c.id"],
        Sort::Cost => &["c.cost", "c.start", "c.id"],
    }
}

fn order(sort: Sort) -> String {
    columns(sort).iter().map(|column| format!("{column} DESC")).collect::<Vec<_>>().join(", ")
}

/// Adds that calls come before (`>`) or after (`<`) a place.
fn compare(conditions: &mut Conditions, sort: Sort, sign: &str, place: &Place) {
    let columns = columns(sort);
    let first = conditions.values.len() + 1;
    if columns.len() == 3 {
        conditions.values.push(place.key.clone());
    }
    conditions.values.extend([Value::Integer(place.start), Value::Integer(place.id)]);
    let values = (first..first + columns.len()).map(|value| format!("?{value}")).collect::<Vec<_>>();
    conditions.all.push(format!("({}) {sign} ({})", columns.join(", "), values.join(", ")));
}

/// How many calls of a block to look at, if that may take less than to read all calls of the stretch of time.
fn steps(connection: &Connection, query: &CallQuery, found: &Total, limit: usize) -> Result<Option<i64>, ReadError> {
    let filter = &query.filter;
    if query.sort == Sort::Time || !filter.is_known_to_sums() || !filter.asks() {
        return Ok(None);
    }
    let count = |filter: Filter| Ok::<_, ReadError>(total(connection, &filter, &filter.conditions(connection)?)?.calls);
    let all = count(Filter::default())?;
    let read = match (filter.from, filter.until) {
        (None, None) => all,
        (from, until) => count(Filter { from, until, ..Filter::default() })?,
    };
    // Of later blocks only what is better than the best so far is looked at: together some times the first of them.
    let passed = i64::try_from(limit).unwrap_or(i64::MAX).saturating_mul(8).saturating_mul(all / found.calls.max(1));
    Ok((passed.min(all).saturating_mul(LOOKUP) < read).then_some(passed.min(STEPS)))
}

/// The first calls, from block after block; none when what comes first in a block is what the filter leaves out.
fn by_block(
    connection: &Connection,
    query: &CallQuery,
    conditions: &Conditions,
    after: Option<&Place>,
    (limit, steps): (usize, i64),
) -> Result<Option<Vec<Place>>, ReadError> {
    let sort = query.sort;
    let sql = "SELECT ifnull((SELECT min(id) FROM raws), next), next - 1 FROM progress";
    let (lowest, last): (i64, i64) = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (sql, mut walk) = block_sql(query, conditions, after, steps);
    let block_at = walk.values.len() - columns(sort).len() - 1;
    let mut statement = connection.prepare_cached(&sql)?;
    let mut best = Vec::<Place>::new();
    for block in (lowest >> BITS..=last >> BITS).rev() {
        let bound = best.get(limit - 1).cloned().unwrap_or_else(|| Place::lowest(sort));
        walk.values.truncate(block_at);
        walk.values.extend([block.into(), bound.key, bound.start.into(), bound.id.into()]);
        let mut rows = statement.query(params_from_iter(&walk.values))?;
        let (mut looked_at, mut chosen) = (0, 0);
        while chosen < limit
            && let Some(row) = rows.next()?
        {
            looked_at += 1;
            if row.get::<_, Option<bool>>(3)?.unwrap_or_default() {
                chosen += 1;
                best.push(place(sort, row)?);
            }
        }
        if looked_at == steps && chosen < limit {
            return Ok(None);
        }
        best.sort_by(|left, right| right.cmp(left));
        best.truncate(limit);
    }
    Ok(Some(best))
}

fn place(sort: Sort, row: &Row<'_>) -> rusqlite::Result<Place> {
    // SQLite stores whole dollars as integers.
    let key = if sort == Sort::Cost { Value::Real(row.get(0)?) } else { Value::Integer(row.get(0)?) };
    Ok(Place { key, start: row.get(1)?, id: row.get(2)? })
}
