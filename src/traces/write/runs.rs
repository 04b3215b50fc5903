//! Runs: one for each start of a program that says which start it is.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::rows::{ResourceRow, SpanRow};
use super::texts::Texts;

/// How many there may be; what comes from further ones is of the run that has no name.
const MOST: usize = 10_000;

/// What is done with what comes from a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum State {
    Kept,
    Paused,
    Leaving,
}

/// What is known of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) service: i64,
    pub(super) state: State,
}

/// The runs, and what they grew by.
#[derive(Default)]
pub(in super::super) struct Runs {
    known: HashMap<String, Known>,
    count: usize,
    grown: HashMap<i64, Growth>,
}

struct Growth {
    first: i64,
    last: i64,
    spans: i64,
    calls: i64,
    errors: i64,
    logs: i64,
}

impl Default for Growth {
    fn default() -> Self {
        Self { first: i64::MAX, last: 0, spans: 0, calls: 0, errors: 0, logs: 0 }
    }
}

impl Growth {
    fn reach(&mut self, first: i64, last: i64) {
        self.first = self.first.min(first);
        self.last = self.last.max(last);
    }
}

impl Runs {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let count = connection.query_row("SELECT count(*) FROM runs", [], |row| row.get(0))?;
        Ok(Self { count, ..Self::default() })
    }

    /// The run of a resource, which begins with it if there is none.
    pub(super) fn of(
        &mut self,
        connection: &Connection,
        texts: &mut Texts,
        resource: &ResourceRow,
        now: i64,
        next: i64,
    ) -> rusqlite::Result<Known> {
        let mut identity = format!("{}\n{}", resource.service, resource.instance.as_deref().unwrap_or_default());
        if let Some(known) = self.known.get(&identity) {
            return Ok(*known);
        }
        let service = texts.id(connection, &resource.service)?;
        let mut found = find(connection, &identity)?;
        if found.is_none() && self.count >= MOST {
            identity = "\n".to_owned();
            found = find(connection, &identity)?;
        }
        let known = match found {
            Some(known) => known,
            None => {
                let mut statement = connection.prepare_cached(
                    "INSERT INTO runs (identity, service, instance, first, last, first_id) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
                )?;
                statement.execute(params![identity, service, resource.instance, now, next])?;
                self.count += 1;
                Known { id: connection.last_insert_rowid(), service, state: State::Kept }
            }
        };
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(identity, known);
        Ok(known)
    }

    pub(super) fn span(&mut self, run: i64, span: &SpanRow) {
        let growth = self.grown.entry(run).or_default();
        growth.spans += 1;
        growth.reach(span.start, span.start.saturating_add(span.duration));
    }

    pub(super) fn call(&mut self, run: i64, failed: bool) {
        let growth = self.grown.entry(run).or_default();
        growth.calls += 1;
        growth.errors += i64::from(failed);
    }

    /// Counts a log record; what it tells may have begun before.
    pub(super) fn log(&mut self, run: i64, began: i64, time: i64) {
        let growth = self.grown.entry(run).or_default();
        growth.logs += 1;
        growth.reach(began, time);
    }

    /// Forgets what it knows, because somebody changed it.
    pub(in super::super) fn forget(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.known.clear();
        self.count = connection.query_row("SELECT count(*) FROM runs", [], |row| row.get(0))?;
        Ok(())
    }

    pub(super) fn flush(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(
            "UPDATE runs SET first = CASE WHEN spans + logs = 0 THEN ?2 ELSE min(first, ?2) END, \
             last = CASE WHEN spans + logs = 0 THEN ?3 ELSE max(last, ?3) END, \
             spans = spans + ?4, calls = calls + ?5, errors = errors + ?6, logs = logs + ?7 WHERE id = ?1",
        )?;
        for (run, growth) in self.grown.drain() {
            let Growth { first, last, spans, calls, errors, logs } = growth;
            statement.execute(params![run, first, last, spans, calls, errors, logs])?;
        }
        Ok(())
    }
}

fn find(connection: &Connection, identity: &str) -> rusqlite::Result<Option<Known>> {
    let mut statement = connection.prepare_cached("SELECT id, service, state FROM runs WHERE identity = ?1")?;
    let known = statement.query_row([identity], |row| {
        let state = match row.get(2)? {
            0 => State::Kept,
            1 => State::Paused,
            _ => State::Leaving,
        };
        Ok(Known { id: row.get(0)?, service: row.get(1)?, state })
    });
    known.optional()
}
