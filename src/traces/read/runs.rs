//! Runs: looked at, named, paused and deleted.

use rusqlite::{Connection, params};
use serde::Serialize;

use super::super::error::ReadError;
use super::super::store::Traces;
use super::{MOST, micros};

/// One start of one program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the columns of migrations/traces")]
pub struct RunItem {
    pub id: i64,
    pub service: String,
    pub instance: Option<String>,
    pub label: Option<String>,
    /// Whether what comes from it is dropped.
    pub paused: bool,
    pub first: i64,
    pub last: i64,
    pub spans: i64,
    /// Calls to models.
    pub calls: i64,
    pub errors: i64,
    pub logs: i64,
}

impl Traces {
    /// The latest runs.
    ///
    /// # Errors
    /// [`ReadError`] when the store cannot be read.
    pub async fn runs(&self) -> Result<Vec<RunItem>, ReadError> {
        self.ask(list).await
    }

    /// Names a run; without a label, takes its name away.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is no such run.
    pub async fn label_run(&self, id: i64, label: Option<String>) -> Result<(), ReadError> {
        let label = label.map(|label| label.chars().take(200).collect::<String>());
        self.change(move |connection, _| {
            let sql = "UPDATE runs SET label = ?2 WHERE id = ?1 AND state < 2";
            found(connection.execute(sql, params![id, label])?)
        })
        .await
    }

    /// Drops what comes from a run from now on.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is no such run.
    pub async fn pause_run(&self, id: i64) -> Result<(), ReadError> {
        self.set_state(id, 1).await
    }

    /// Keeps again what comes from a run.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is no such run.
    pub async fn resume_run(&self, id: i64) -> Result<(), ReadError> {
        self.set_state(id, 0).await
    }

    /// Deletes a run with all that it told: it is not listed any more, and its rows go in the background. What comes from it
    /// afterwards is a new run.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is no such run.
    pub async fn delete_run(&self, id: i64) -> Result<(), ReadError> {
        self.change(move |connection, ledger| {
            let sql = "UPDATE runs SET state = 2, identity = 'deleted ' || id WHERE id = ?1 AND state < 2";
            let changed = connection.execute(sql, [id])?;
            ledger.forget(connection)?;
            found(changed)
        })
        .await
    }

    async fn set_state(&self, id: i64, state: i64) -> Result<(), ReadError> {
        self.change(move |connection, ledger| {
            let changed = connection.execute("UPDATE runs SET state = ?2 WHERE id = ?1 AND state < 2", [id, state])?;
            ledger.forget(connection)?;
            found(changed)
        })
        .await
    }
}

fn found(changed: usize) -> Result<(), ReadError> {
    if changed == 1 { Ok(()) } else { Err(ReadError::Unknown("run")) }
}

fn list(connection: &Connection) -> Result<Vec<RunItem>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, (SELECT text FROM texts WHERE id = service), instance, label, state, first, last, spans, calls, errors, \
         logs FROM runs WHERE state < 2 ORDER BY last DESC LIMIT ?1",
    )?;
    let runs = statement.query_map([MOST], |row| {
        Ok(RunItem {
            id: row.get(0)?,
            service: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            instance: row.get(2)?,
            label: row.get(3)?,
            paused: row.get::<_, i64>(4)? == 1,
            first: micros(row.get(5)?),
            last: micros(row.get(6)?),
            spans: row.get(7)?,
            calls: row.get(8)?,
            errors: row.get(9)?,
            logs: row.get(10)?,
        })
    })?;
    Ok(runs.collect::<Result<_, _>>()?)
}
