//! Words as people type them, and the calls in which they are.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use super::super::blocks;
use super::super::error::ReadError;
use super::super::subject;
use super::filter::{Conditions, Filter};

/// Spans and log records with all words that are looked at together, and the most calls that are found.
const PIECE: usize = 10_000;
/// How many of them are looked at, the newest first, where those that are looked for may be.
const LOOKED_AT: usize = 100_000;
/// Calls by which it is known where in the sequence of ids a stretch of time is.
const EDGE: usize = 10_000;

/// Finds the calls that a filter chooses and that have the words of a query of FTS5, themselves or in log records about them.
/// Puts their keys into the first value of the filter's conditions.
pub(super) fn find(
    connection: &Connection,
    query: &str,
    filter: &Filter,
    conditions: &mut Conditions,
) -> Result<(), ReadError> {
    let sql = format!("SELECT c.start, c.id FROM {} WHERE {}", filter.source(), conditions.sql());
    let mut choose = connection.prepare_cached(&sql)?;
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    for (first, mut last, most) in stretches(connection, filter)? {
        let mut looked_at = 0;
        while first <= last {
            if looked_at >= most || found.len() >= PIECE {
                conditions.cut = true;
                break;
            }
            let ids = blocks::find(connection, query, (first, last), PIECE)?;
            looked_at += ids.len();
            last = ids.last().filter(|_| ids.len() == PIECE).map_or(first, |id| *id) - 1;
            conditions.values[0] = json(&keys(connection, ids, &mut seen)?).into();
            let chosen =
                choose.query_map(params_from_iter(&conditions.values), |row| Ok((row.get(0)?, row.get(1)?)))?;
            found.extend(chosen.collect::<rusqlite::Result<Vec<(i64, i64)>>>()?);
        }
    }
    conditions.values[0] = json(&found).into();
    Ok(())
}

/// Where to look, and at how many: first among the ids of the time that the filter asks for. What came before and after may tell
/// something about it too.
fn stretches(connection: &Connection, filter: &Filter) -> Result<Vec<(i64, i64, usize)>, ReadError> {
    if filter.from.is_none() && filter.until.is_none() {
        return Ok(vec![(0, i64::MAX, LOOKED_AT)]);
    }
    let mut time = Conditions::default();
    filter.times(&mut time, "start", 1000);
    let edge = |which: &str, order: &str| {
        let sql = format!(
            "SELECT {which}(id) FROM (SELECT id FROM calls WHERE {} ORDER BY start {order} LIMIT {EDGE})",
            time.sql()
        );
        let mut statement = connection.prepare_cached(&sql)?;
        statement.query_row(params_from_iter(&time.values), |row| row.get::<_, Option<i64>>(0))
    };
    let lowest = match filter.from {
        Some(_) => edge("min", "ASC")?,
        None => Some(0),
    };
    let highest = match filter.until {
        Some(_) => edge("max", "DESC")?,
        None => Some(i64::MAX),
    };
    // Nothing was called then.
    let (Some(lowest), Some(highest)) = (lowest, highest) else { return Ok(Vec::new()) };
    Ok(vec![(lowest, highest, LOOKED_AT), (highest.saturating_add(1), i64::MAX, PIECE), (0, lowest - 1, PIECE)])
}

/// The calls that spans and log records are or tell of, unless they were seen.
fn keys(connection: &Connection, ids: Vec<i64>, seen: &mut HashSet<i64>) -> Result<Vec<(i64, i64)>, ReadError> {
    let mut spans = connection.prepare_cached("SELECT start, id FROM spans WHERE id = ?1 AND is_call")?;
    let mut keys = Vec::with_capacity(ids.len());
    for id in ids {
        let span = spans.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let key = match span {
            Some(key) => Some(key),
            None => told(connection, id)?,
        };
        keys.extend(key.filter(|(_, id)| seen.insert(*id)));
    }
    Ok(keys)
}

fn json(keys: &[(i64, i64)]) -> String {
    let keys = keys.iter().map(|(start, id)| format!("[{start},{id}]")).collect::<Vec<_>>().join(",");
    format!("[{keys}]")
}

/// The key of the call that a log record tells, or tells something about.
fn told(connection: &Connection, id: i64) -> Result<Option<(i64, i64)>, ReadError> {
    type Record = (Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>, Option<String>, i64, i64);
    let mut statement =
        connection.prepare_cached("SELECT call_start, trace, span, subject, time, run FROM logs WHERE id = ?1")?;
    let found = statement
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)));
    let Some(record): Option<Record> = found.optional()? else { return Ok(None) };
    let (start, trace, span, about, time, run) = record;
    if let Some(start) = start {
        return Ok(Some((start, id)));
    }
    let key = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    if let (Some(trace), Some(span)) = (trace, span) {
        let sql = "SELECT start, id FROM spans WHERE trace = ?1 AND span = ?2 AND is_call";
        let found = connection.prepare_cached(sql)?.query_row(params![trace, span], key).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(about) = about else { return Ok(None) };
    let found = match subject::named_talk(&about) {
        // What was said before a call was said to it.
        Some(name) => {
            let sql = "SELECT start, id FROM calls WHERE conversation = (SELECT id FROM conversations WHERE name = ?1 AND service = \
                       (SELECT service FROM runs WHERE id = ?3)) AND start >= ?2 AND asks = 1 ORDER BY start LIMIT 1";
            connection.prepare_cached(sql)?.query_row(params![name, time, run], key)
        }
        None => {
            let sql = "SELECT call_start, id FROM logs WHERE subject = ?1 AND call_start IS NOT NULL LIMIT 1";
            connection.prepare_cached(sql)?.query_row([about], key)
        }
    };
    Ok(found.optional()?)
}

/// Every word must be there, the last one at least in its beginning. None when there is no word in it.
///
/// Words are cut where FTS5 cuts them (`unicode61`), because an index without places finds words and no phrases.
pub(super) fn query(text: &str) -> Option<String> {
    /// More than anybody types.
    const MOST: usize = 32;
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(MOST);
    let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    (!words.is_empty()).then(|| format!("{}*", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_words_is_taken_out() {
        assert_eq!(
            query("the \"hatch\" OR (NEAR* x:y"),
            Some("\"the\" \"hatch\" \"OR\" \"NEAR\" \"x\" \"y\"*".to_owned())
        );
        assert_eq!(query("Überlicht-Antrieb"), Some("\"Überlicht\" \"Antrieb\"*".to_owned()));
        assert_eq!(query(" \"*() "), None);
    }
}
