//! Words as people type them, and the calls in which they are.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::blocks;
use super::super::error::ReadError;
use super::super::subject;

/// Spans and log records with all words that are looked at, the newest first.
const LOOKED_AT: usize = 10_000;

/// The calls that have the words of a query.
pub(super) struct Hits {
    /// Their keys in `calls`.
    pub(super) json: String,
    /// Whether there may be more.
    pub(super) cut: bool,
}

/// The calls that have the words of a query of FTS5, themselves or in log records about them.
pub(super) fn hits(connection: &Connection, query: &str) -> Result<Hits, ReadError> {
    let ids = blocks::find(connection, query, LOOKED_AT)?;
    let cut = ids.len() == LOOKED_AT;
    let mut spans = connection.prepare_cached("SELECT start, id FROM spans WHERE id = ?1 AND is_call")?;
    let (mut seen, mut keys) = (HashSet::new(), Vec::with_capacity(ids.len()));
    for id in ids {
        let span = spans.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let key = match span {
            Some(key) => Some(key),
            None => told(connection, id)?,
        };
        keys.extend(key.filter(|(_, id)| seen.insert(*id)));
    }
    let json = keys.iter().map(|(start, id)| format!("[{start},{id}]")).collect::<Vec<_>>().join(",");
    Ok(Hits { json: format!("[{json}]"), cut })
}

/// The key of the call that a log record tells, or tells something about.
fn told(connection: &Connection, id: i64) -> Result<Option<(i64, i64)>, ReadError> {
    type Record = (Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>, Option<String>, i64);
    let mut statement =
        connection.prepare_cached("SELECT call_start, trace, span, subject, time FROM logs WHERE id = ?1")?;
    let found = statement.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
    let Some(record): Option<Record> = found.optional()? else { return Ok(None) };
    let (start, trace, span, about, time) = record;
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
            let sql = "SELECT start, id FROM calls WHERE conversation = (SELECT id FROM conversations WHERE name = ?1) \
                       AND start >= ?2 AND asks = 1 ORDER BY start LIMIT 1";
            connection.prepare_cached(sql)?.query_row(params![name, time], key)
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
