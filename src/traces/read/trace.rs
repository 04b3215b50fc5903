//! One trace, whole.

use rusqlite::Connection;
use serde::Serialize;

use super::super::error::ReadError;
use super::super::store::Traces;
use super::calls::{CallItem, item};
use super::logs::{LogItem, of_trace};
use super::{hex, micros, seconds, unhex};

/// Spans and log records of a trace that are shown; roots first, then those that began first.
const SPANS: usize = 5_000;
const LOGS: usize = 1_000;

/// A trace.
#[derive(Debug, Clone, Serialize)]
pub struct TraceDetail {
    /// Its id.
    pub trace: String,
    /// Its spans, in the order in which they began.
    pub spans: Vec<TraceSpan>,
    /// Whether there are more.
    pub more_spans: bool,
    /// What was logged in it, in order.
    pub logs: Vec<LogItem>,
}

/// A span of a trace.
#[derive(Debug, Clone, Serialize)]
pub struct TraceSpan {
    /// For [`Traces::span`].
    pub id: i64,
    /// Its id in the trace.
    pub span: String,
    /// The span that it belongs to, which may not be here.
    pub parent: Option<String>,
    /// Its name.
    pub name: String,
    /// OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    pub kind: i64,
    /// OTLP's number: 0 unset, 1 ok, 2 error.
    pub status: i64,
    /// Who told it.
    pub service: String,
    /// When it began.
    pub at: i64,
    /// How long it took, in seconds.
    pub duration: f64,
    /// What it says as a call.
    pub call: Option<CallItem>,
}

impl Traces {
    /// All spans and log records of a trace.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is none of it.
    pub async fn trace(&self, id: &str) -> Result<TraceDetail, ReadError> {
        let bytes = unhex::<16>(id).ok_or(ReadError::Unknown("trace"))?;
        self.ask(move |connection| trace(connection, &bytes)).await
    }
}

fn trace(connection: &Connection, id: &[u8; 16]) -> Result<TraceDetail, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT spans.id, span, parent, (SELECT text FROM texts WHERE id = name), kind, status, \
         (SELECT text FROM texts JOIN runs ON texts.id = runs.service WHERE runs.id = run), start, duration, is_call \
         FROM spans WHERE id IN (SELECT id FROM spans WHERE trace = ?1 ORDER BY parent IS NOT NULL, start, id LIMIT ?2)",
    )?;
    let mut rows = statement.query(rusqlite::params![id.as_slice(), SPANS + 1])?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        let (key, start): (i64, i64) = (row.get(0)?, row.get(7)?);
        let call = if row.get(9)? { item(connection, start, key)? } else { None };
        let span = TraceSpan {
            id: key,
            span: hex(row.get_ref(1)?.as_blob()?),
            parent: row.get_ref(2)?.as_blob_or_null()?.map(hex),
            name: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
            kind: row.get(4)?,
            status: row.get(5)?,
            service: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
            at: micros(start),
            duration: seconds(row.get(8)?),
            call,
        };
        spans.push((start, span));
    }
    let logs = of_trace(connection, id, LOGS)?;
    if spans.is_empty() && logs.is_empty() {
        return Err(ReadError::Unknown("trace"));
    }
    let more_spans = spans.len() > SPANS;
    spans.sort_by_key(|(start, span)| (span.parent.is_some(), *start, span.id));
    spans.truncate(SPANS);
    spans.sort_by_key(|(start, span)| (*start, span.id));
    let spans = spans.into_iter().map(|(_, span)| span).collect();
    Ok(TraceDetail { trace: hex(id), spans, more_spans, logs })
}
