//! Calls are deleted one by one, by their keys: a set of keys would make SQLite read all calls.

use std::collections::HashMap;

use rusqlite::{Connection, params};

/// What goes with the calls of a conversation, or of a run.
#[derive(Default)]
struct Gone {
    steps: i64,
    calls: i64,
    errors: i64,
    input: i64,
    output: i64,
    cost: f64,
}

impl Gone {
    fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.calls += other.calls;
        self.errors += other.errors;
        self.input += other.input;
        self.output += other.output;
        self.cost += other.cost;
    }
}

/// Deletes the calls of a stretch of ids with their words, and takes them from their sums. Returns how many conversations ended.
pub(super) fn delete(connection: &Connection, which: &str, from: i64, end: i64) -> rusqlite::Result<usize> {
    let sql = format!(
        "SELECT start, id FROM spans WHERE is_call AND {which} \
         UNION ALL SELECT call_start, id FROM logs WHERE call_start IS NOT NULL AND {which}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let keys = statement.query_map([from, end], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let keys = keys.collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    let indexed: i64 = connection.query_row("SELECT indexed FROM progress", [], |row| row.get(0))?;
    let mut delete = connection.prepare_cached(
        "DELETE FROM calls WHERE start = ?1 AND id = ?2 RETURNING run, conversation, asks, error IS NOT NULL, input, output, \
         cost",
    )?;
    let mut unindex = connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?;
    let (mut runs, mut talks) = (HashMap::<i64, Gone>::new(), HashMap::<i64, Gone>::new());
    for (start, id) in keys {
        let (run, talk, gone) = delete.query_row([start, id], |row| {
            // Only those that asked a model were summed up.
            let asks: i64 = row.get(2)?;
            let gone = Gone {
                steps: 1,
                calls: asks,
                errors: asks * row.get::<_, i64>(3)?,
                input: asks * row.get::<_, Option<i64>>(4)?.unwrap_or(0),
                output: asks * row.get::<_, Option<i64>>(5)?.unwrap_or(0),
                cost: asks as f64 * row.get::<_, Option<f64>>(6)?.unwrap_or(0.0),
            };
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, gone))
        })?;
        runs.entry(run).or_default().add(&gone);
        if let Some(talk) = talk {
            talks.entry(talk).or_default().add(&gone);
        }
        if id <= indexed {
            unindex.execute([id])?;
        }
    }
    let mut statement =
        connection.prepare_cached("UPDATE runs SET calls = calls - ?2, errors = errors - ?3 WHERE id = ?1")?;
    for (run, gone) in runs {
        statement.execute(params![run, gone.calls, gone.errors])?;
    }
    let mut ended = 0;
    let mut take = connection.prepare_cached(
        "UPDATE conversations SET steps = steps - ?2, calls = calls - ?3, errors = errors - ?4, input = input - ?5, \
         output = output - ?6, cost = max(0, cost - ?7) WHERE id = ?1",
    )?;
    let mut end = connection.prepare_cached("DELETE FROM conversations WHERE id = ?1 AND steps <= 0")?;
    for (talk, gone) in talks {
        take.execute(params![talk, gone.steps, gone.calls, gone.errors, gone.input, gone.output, gone.cost])?;
        ended += end.execute([talk])?;
    }
    Ok(ended)
}
