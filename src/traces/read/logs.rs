//! Log records.

use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message as _;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::error::ReadError;
use super::super::json;
use super::super::store::Traces;
use super::filter::Conditions;
use super::{MOST, hex, micros};

/// Which log records, the latest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// Those from then on.
    pub from: Option<i64>,
    /// Those before.
    pub until: Option<i64>,
    /// Those of a run.
    pub run: Option<i64>,
    /// Those of an event's name.
    pub event: Option<String>,
    /// Those at least as severe, by OTLP's numbers: 9 info, 13 warning, 17 error.
    pub severity: Option<i64>,
    /// Those with this in the beginning of the body.
    pub text: Option<String>,
    /// How many, at most 500; 50 when it is 0.
    pub limit: usize,
    /// Those after: `next` of the page before.
    pub after: Option<String>,
}

/// Log records.
#[derive(Debug, Clone, Serialize)]
pub struct LogPage {
    /// The records.
    pub logs: Vec<LogItem>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A log record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the columns of migrations/traces")]
pub struct LogItem {
    pub id: i64,
    pub at: i64,
    pub run: i64,
    pub service: String,
    pub severity: i64,
    pub event: Option<String>,
    /// The beginning of the body.
    pub text: String,
    pub trace: Option<String>,
    pub span: Option<String>,
}

impl Traces {
    /// Log records, the latest first.
    ///
    /// # Errors
    /// [`ReadError`] when the cursor is none of ours or the store cannot be read.
    pub async fn logs(&self, query: LogQuery) -> Result<LogPage, ReadError> {
        self.ask(move |connection| page(connection, &query)).await
    }

    /// One log record, whole: body and attributes as JSON.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is no such record.
    pub async fn log(&self, id: i64) -> Result<serde_json::Value, ReadError> {
        self.ask(move |connection| detail(connection, id)).await
    }
}

const COLUMNS: &str = "l.id, l.time, l.run, (SELECT text FROM texts JOIN runs ON texts.id = runs.service WHERE \
     runs.id = l.run), l.severity, (SELECT text FROM texts WHERE id = l.event), l.text, l.trace, l.span";

fn page(connection: &Connection, query: &LogQuery) -> Result<LogPage, ReadError> {
    let mut conditions = Conditions::default();
    if let Some(from) = query.from {
        conditions.add("l.time >= ?", from.saturating_mul(1000));
    }
    if let Some(until) = query.until {
        conditions.add("l.time < ?", until.saturating_mul(1000));
    }
    if let Some(run) = query.run {
        conditions.add("l.run = ?", run);
    }
    conditions.text("l.event", query.event.as_ref());
    if let Some(severity) = query.severity {
        conditions.add("l.severity >= ?", severity);
    }
    if let Some(text) = &query.text {
        conditions.add("instr(lower(l.text), lower(?)) > 0", text.clone());
    }
    if let Some(cursor) = &query.after {
        let bad = ReadError::Query("the cursor is none of ours: begin at the first page");
        let (time, digest) = cursor.split_once(':').ok_or(bad.clone())?;
        let number = |text: &str| text.parse::<i64>().map_err(|_| bad.clone());
        conditions.values.extend([Value::Integer(number(time)?), Value::Integer(number(digest)?)]);
        let place = conditions.values.len();
        conditions.all.push(format!("(l.time, l.digest) < (?{}, ?{place})", place - 1));
    }
    let limit = if query.limit == 0 { 50 } else { query.limit.min(MOST) };
    let sql = format!(
        "SELECT {COLUMNS}, l.digest FROM logs AS l WHERE {} ORDER BY l.time DESC, l.digest DESC LIMIT {limit}",
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&conditions.values))?;
    let (mut logs, mut next) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        logs.push(read(row)?);
        next = Some(format!("{}:{}", row.get::<_, i64>(1)?, row.get::<_, i64>(9)?));
    }
    let next = next.filter(|_| logs.len() == limit);
    Ok(LogPage { logs, next })
}

/// What was logged in a trace, in order.
pub(super) fn of_trace(connection: &Connection, trace: &[u8; 16], most: usize) -> rusqlite::Result<Vec<LogItem>> {
    let sql = format!("SELECT {COLUMNS} FROM logs AS l WHERE l.trace = ?1 ORDER BY l.time, l.id LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let logs = statement.query_map(params![trace.as_slice(), most], read)?;
    logs.collect()
}

fn detail(connection: &Connection, id: i64) -> Result<serde_json::Value, ReadError> {
    let sql = format!("SELECT {COLUMNS}, body FROM logs AS l JOIN raws ON raws.id = l.id WHERE l.id = ?1");
    let found = connection.prepare_cached(&sql)?.query_row([id], |row| Ok((read(row)?, row.get::<_, Vec<u8>>(9)?)));
    let (item, raw) = found.optional()?.ok_or(ReadError::Unknown("log record"))?;
    let record = LogRecord::decode(raw.as_slice()).unwrap_or_default();
    Ok(json!({
        "log": item,
        "body": record.body.as_ref().map(json::value),
        "attributes": json::object(&record.attributes),
        "severity": record.severity_text,
    }))
}

fn read(row: &Row<'_>) -> rusqlite::Result<LogItem> {
    Ok(LogItem {
        id: row.get(0)?,
        at: micros(row.get(1)?),
        run: row.get(2)?,
        service: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        severity: row.get(4)?,
        event: row.get(5)?,
        text: row.get(6)?,
        trace: row.get_ref(7)?.as_blob_or_null()?.map(hex),
        span: row.get_ref(8)?.as_blob_or_null()?.map(hex),
    })
}
