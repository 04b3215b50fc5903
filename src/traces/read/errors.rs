//! Errors of calls, those of a kind together.

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::super::error::ReadError;
use super::super::store::Traces;
use super::filter::Filter;
use super::{hex, micros};

/// Errors that are looked at, the latest first, and groups that are told.
const LOOKED_AT: i64 = 50_000;
const GROUPS: i64 = 100;

/// Errors of one kind, of one model in one component.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorGroup {
    /// The kind.
    pub error: String,
    /// Where.
    pub service: String,
    /// Of which model.
    pub model: Option<String>,
    /// In which component.
    pub component: Option<String>,
    /// How many.
    pub count: i64,
    /// When for the first time.
    pub first: i64,
    /// When for the last time.
    pub last: i64,
    /// The last one's trace and span; none where a log record told it.
    pub example: Option<(String, String)>,
}

impl Traces {
    /// Errors of the calls that `filter` chooses, the most frequent first.
    ///
    /// # Errors
    /// [`ReadError`] when it takes too long or the store cannot be read.
    pub async fn errors(&self, filter: Filter) -> Result<Vec<ErrorGroup>, ReadError> {
        self.ask(move |connection| groups(connection, &filter)).await
    }
}

fn groups(connection: &Connection, filter: &Filter) -> Result<Vec<ErrorGroup>, ReadError> {
    let conditions = filter.conditions(connection)?;
    // Of columns beside max(), SQLite takes those of the row that has it.
    let sql = format!(
        "SELECT (SELECT text FROM texts WHERE id = error), (SELECT text FROM texts WHERE id = service), \
         (SELECT text FROM texts WHERE id = model), (SELECT text FROM texts WHERE id = component), n, first, last, \
         trace, span FROM (SELECT error, service, model, component, count(*) AS n, min(start) AS first, \
         max(start) AS last, id AS key FROM (SELECT c.error, c.service, c.model, c.component, c.start, c.id FROM {} \
         WHERE {} AND c.error IS NOT NULL ORDER BY c.start DESC LIMIT {LOOKED_AT}) GROUP BY error, service, model, component) \
         LEFT JOIN spans ON spans.id = key ORDER BY n DESC, last DESC LIMIT {GROUPS}",
        filter.source(),
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let groups = statement.query_map(params_from_iter(&conditions.values), |row| {
        Ok(ErrorGroup {
            error: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
            service: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            model: row.get(2)?,
            component: row.get(3)?,
            count: row.get(4)?,
            first: micros(row.get(5)?),
            last: micros(row.get(6)?),
            example: row.get_ref(7)?.as_blob_or_null()?.map(hex).zip(row.get_ref(8)?.as_blob_or_null()?.map(hex)),
        })
    })?;
    Ok(groups.collect::<Result<_, _>>()?)
}
