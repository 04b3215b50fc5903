//! Conversations, and what they came to.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::mark::Mark;
use super::super::rows::CallRow;

/// How many are remembered.
const REMEMBERED: usize = 20_000;

/// The conversations, and what they grew by.
#[derive(Default)]
pub(in super::super) struct Conversations {
    /// By service and name.
    known: HashMap<(i64, String), i64>,
    grown: HashMap<i64, Growth>,
}

/// Who tells a call, as numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller {
    pub(super) service: i64,
    pub(super) run: i64,
    pub(super) component: Option<i64>,
    pub(super) team: Option<i64>,
    pub(super) user: Option<i64>,
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
    /// How many steps have each mark.
    marks: HashMap<(Mark, i64), i64>,
}

impl Conversations {
    /// Counts a call of the conversation that its service calls `name`, and returns the number of the conversation.
    pub(super) fn count(
        &mut self,
        connection: &Connection,
        name: &str,
        teller: Teller,
        (start, duration): (i64, i64),
        call: &CallRow,
    ) -> rusqlite::Result<i64> {
        let id = self.id(connection, name, teller, start)?;
        let growth = self.grown.entry(id).or_insert_with(|| Growth { first: start, ..Growth::default() });
        growth.first = growth.first.min(start);
        growth.last = growth.last.max(start.saturating_add(duration));
        growth.steps += 1;
        for mark in Mark::of(teller.run, teller.component, teller.team) {
            *growth.marks.entry(mark).or_default() += 1;
        }
        // What an agent or a workflow tells is the sum of its calls.
        if call.asks {
            growth.calls += 1;
            growth.errors += i64::from(call.error.is_some());
            growth.input += call.tokens[0].unwrap_or(0);
            growth.output += call.tokens[1].unwrap_or(0);
            growth.cost += call.cost.unwrap_or(0.0);
            growth.sources |= call.cost_source.map_or(0, |source| 1 << source);
            let told = [teller.component, teller.team, teller.user];
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
        Teller { service, run, component, team, user }: Teller,
        start: i64,
    ) -> rusqlite::Result<i64> {
        let key = (service, name.to_owned());
        if let Some(id) = self.known.get(&key) {
            return Ok(*id);
        }
        let mut statement =
            connection.prepare_cached("SELECT id FROM conversations WHERE name = ?1 AND service = ?2")?;
        let found = statement.query_row(params![name, service], |row| row.get(0)).optional()?;
        let id = match found {
            Some(id) => id,
            None => {
                let mut statement = connection.prepare_cached(
                    "INSERT INTO conversations (name, service, run, component, team, user, first, last, steps, calls, errors, \
                     input, output, cost) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0, 0, 0, 0, 0, 0)",
                )?;
                statement.execute(params![name, service, run, component, team, user, start])?;
                connection.last_insert_rowid()
            }
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(key, id);
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
        let mut mark = connection.prepare_cached(
            "INSERT INTO conversation_marks VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET steps = steps + excluded.steps",
        )?;
        for (id, growth) in self.grown.drain() {
            let Growth { first, last, steps, calls, errors, input, output, cost, sources, about, marks } = growth;
            let [component, team, user] = about;
            statement.execute(params![
                id, first, last, steps, calls, errors, input, output, cost, sources, component, team, user
            ])?;
            for ((kind, value), steps) in marks {
                mark.execute([kind.code(), value, id, steps])?;
            }
        }
        Ok(())
    }
}
