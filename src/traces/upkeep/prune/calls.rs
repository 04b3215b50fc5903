//! Calls are deleted one by one, by their keys: a set of keys would make SQLite read all calls.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::super::super::mark::Mark;
use super::Gone;

/// What goes with the calls of a conversation, or of a run.
#[derive(Default)]
struct Sum {
    steps: i64,
    calls: i64,
    errors: i64,
    input: i64,
    output: i64,
    cost: f64,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.calls += other.calls;
        self.errors += other.errors;
        self.input += other.input;
        self.output += other.output;
        self.cost += other.cost;
    }
}

/// How many steps are gone that marked a conversation.
type Marks = HashMap<(Mark, i64, i64), i64>;

/// Deletes the calls of a stretch of ids, and takes them from their sums. Returns them, and how many conversations ended.
pub(super) fn delete(connection: &Connection, which: &str, from: i64, end: i64) -> rusqlite::Result<(Gone, usize)> {
    let sql = format!(
        "SELECT start, id FROM spans WHERE is_call AND {which} \
         UNION ALL SELECT call_start, id FROM logs WHERE call_start IS NOT NULL AND {which}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let keys = statement.query_map([from, end], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let keys = keys.collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    let mut delete = connection.prepare_cached(
        "DELETE FROM calls WHERE start = ?1 AND id = ?2 RETURNING run, conversation, asks, error IS NOT NULL, input, output, \
         cost, component, team",
    )?;
    let (mut runs, mut talks) = (HashMap::<i64, Sum>::new(), HashMap::<i64, Sum>::new());
    let mut marks = Marks::new();
    let mut gone = Gone { calls: Vec::with_capacity(keys.len()), latest: None };
    for (start, id) in keys {
        let (run, talk, sum, by) = delete.query_row([start, id], |row| {
            // Only those that asked a model were summed up.
            let asks: i64 = row.get(2)?;
            let sum = Sum {
                steps: 1,
                calls: asks,
                errors: asks * row.get::<_, i64>(3)?,
                input: asks * row.get::<_, Option<i64>>(4)?.unwrap_or(0),
                output: asks * row.get::<_, Option<i64>>(5)?.unwrap_or(0),
                cost: asks as f64 * row.get::<_, Option<f64>>(6)?.unwrap_or(0.0),
            };
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, sum, (row.get(7)?, row.get(8)?)))
        })?;
        runs.entry(run).or_default().add(&sum);
        if let Some(talk) = talk {
            talks.entry(talk).or_default().add(&sum);
            for (mark, value) in Mark::of(run, by.0, by.1) {
                *marks.entry((mark, value, talk)).or_default() += 1;
            }
        }
        if sum.calls > 0 {
            gone.latest = gone.latest.max(Some(start));
        }
        gone.calls.push(id);
    }
    let mut statement =
        connection.prepare_cached("UPDATE runs SET calls = calls - ?2, errors = errors - ?3 WHERE id = ?1")?;
    for (run, sum) in runs {
        statement.execute(params![run, sum.calls, sum.errors])?;
    }
    unmark(connection, marks)?;
    Ok((gone, take(connection, talks)?))
}

/// Takes marks from conversations of which no step has them any more.
fn unmark(connection: &Connection, marks: Marks) -> rusqlite::Result<()> {
    let which = "kind = ?1 AND value = ?2 AND conversation = ?3";
    let mut end =
        connection.prepare_cached(&format!("DELETE FROM conversation_marks WHERE {which} AND steps <= ?4"))?;
    let mut take =
        connection.prepare_cached(&format!("UPDATE conversation_marks SET steps = steps - ?4 WHERE {which}"))?;
    for ((mark, value, talk), steps) in marks {
        let values = [mark.code(), value, talk, steps];
        if end.execute(values)? == 0 {
            take.execute(values)?;
        }
    }
    Ok(())
}

/// Takes what is gone from conversations, and ends those of which nothing is left. Returns how many ended.
fn take(connection: &Connection, talks: HashMap<i64, Sum>) -> rusqlite::Result<usize> {
    let mut ended = 0;
    let mut take = connection.prepare_cached(
        "UPDATE conversations SET steps = steps - ?2, calls = calls - ?3, errors = errors - ?4, input = input - ?5, \
         output = output - ?6, cost = ifnull(max(0, cost - ?7), 0), first = ifnull((SELECT start FROM calls WHERE conversation = ?1 \
         ORDER BY start LIMIT 1), first) WHERE id = ?1",
    )?;
    let mut end = connection.prepare_cached("DELETE FROM conversations WHERE id = ?1 AND steps <= 0")?;
    for (talk, sum) in talks {
        take.execute(params![talk, sum.steps, sum.calls, sum.errors, sum.input, sum.output, sum.cost])?;
        ended += end.execute([talk])?;
    }
    Ok(ended)
}
