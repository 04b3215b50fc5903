//! Conversations, and what they came to.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::rows::CallRow;

/// How many are remembered.
const REMEMBERED: usize = 20_000;

/// The conversations, and what they grew by.
#[derive(Default)]
pub(in super::super) struct Conversations {
    known: HashMap<String, i64>,
    grown: HashMap<i64, Growth>,
}

#[derive(Default)]
struct Growth {
    first: i64,
    last: i64,
    steps: i64,
    calls: i64,
    errors: i64,
    input: i64,
    output: i64,
    cost: f64,
    /// Who says what it cost, as bits.
    sources: i64,
    /// Component, team and user, as calls to models tell them.
    about: [Option<i64>; 3],
}

impl Conversations {
    /// Counts a call of the conversation `name`, and returns its number. `about` are run, component, team and user of the call.
    pub(super) fn count(
        &mut self,
        connection: &Connection,
        name: &str,
        about: (i64, Option<i64>, Option<i64>, Option<i64>),
        (start, duration): (i64, i64),
        call: &CallRow,
    ) -> rusqlite::Result<i64> {
        let id = self.id(connection, name, about, start)?;
        let growth = self.grown.entry(id).or_insert_with(|| Growth { first: start, ..Growth::default() });
        growth.first = growth.first.min(start);
        growth.last = growth.last.max(start.saturating_add(duration));
        growth.steps += 1;
        // What an agent or a workflow tells is the sum of its calls.
        if call.asks {
            growth.calls += 1;
            growth.errors += i64::from(call.error.is_some());
            growth.input += call.tokens[0].unwrap_or(0);
            growth.output += call.tokens[1].unwrap_or(0);
            growth.cost += call.cost.unwrap_or(0.0);
            growth.sources |= call.cost_source.map_or(0, |source| 1 << source);
            let told = [about.1, about.2, about.3];
            growth.about.iter_mut().zip(told).for_each(|(slot, told)| *slot = slot.or(told));
        }
        Ok(id)
    }

    /// Forgets what it knows, because some are gone.
    pub(in super::super) fn forget(&mut self) {
        self.known.clear();
    }

    fn id(
        &mut self,
        connection: &Connection,
        name: &str,
        (run, component, team, user): (i64, Option<i64>, Option<i64>, Option<i64>),
        start: i64,
    ) -> rusqlite::Result<i64> {
        if let Some(id) = self.known.get(name) {
            return Ok(*id);
        }
        let mut statement = connection.prepare_cached("SELECT id FROM conversations WHERE name = ?1")?;
        let found = statement.query_row([name], |row| row.get(0)).optional()?;
        let id = match found {
            Some(id) => id,
            None => {
                let mut statement = connection.prepare_cached(
                    "INSERT INTO conversations (name, run, component, team, user, first, last, steps, calls, errors, input, \
                     output, cost) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 0, 0, 0, 0, 0, 0)",
                )?;
                statement.execute(params![name, run, component, team, user, start])?;
                connection.last_insert_rowid()
            }
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(name.to_owned(), id);
        Ok(id)
    }

    pub(super) fn flush(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        // A call to a model knows better to whom it belongs than an agent that began before it.
        let mut statement = connection.prepare_cached(
            "UPDATE conversations SET first = min(first, ?2), last = max(last, ?3), steps = steps + ?4, calls = calls + ?5, \
             errors = errors + ?6, input = input + ?7, output = output + ?8, cost = cost + ?9, sources = sources | ?10, \
             component = iif(calls = 0, ifnull(?11, component), ifnull(component, ?11)), \
             team = iif(calls = 0, ifnull(?12, team), ifnull(team, ?12)), \
             user = iif(calls = 0, ifnull(?13, user), ifnull(user, ?13)) WHERE id = ?1",
        )?;
        for (id, growth) in self.grown.drain() {
            let Growth { first, last, steps, calls, errors, input, output, cost, sources, about } = growth;
            let [component, team, user] = about;
            statement.execute(params![
                id, first, last, steps, calls, errors, input, output, cost, sources, component, team, user
            ])?;
        }
        Ok(())
    }
}
