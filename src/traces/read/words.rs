//! What was said in calls: the dialects read it again from what came.

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::call::Call;
use super::super::dialect::{LogEvent, read_log, read_span};
use super::super::error::ReadError;
use super::super::store::Traces;

/// How much is read at once of what came, in bytes.
const READ: usize = 4 << 20;
/// The largest call that is read among others.
const LARGEST: usize = 2 << 20;
/// Log records of a span that are looked at, and their largest.
const RECORDS: usize = 200;
const LARGEST_RECORD: usize = 1 << 20;

impl Traces {
    /// What calls said, by their ids and in this order: as many of them as fit into one answer, but at least the first. None
    /// stands for a call that is too large to be read among others, or is gone.
    ///
    /// # Errors
    /// [`ReadError`] when the store cannot be read.
    pub async fn words(&self, ids: Vec<i64>) -> Result<Vec<Option<Call>>, ReadError> {
        self.ask(move |connection| words(connection, &ids)).await
    }
}

fn words(connection: &Connection, ids: &[i64]) -> Result<Vec<Option<Call>>, ReadError> {
    let (mut calls, mut read) = (Vec::new(), 0);
    for id in ids {
        let mut statement = connection.prepare_cached("SELECT length(body) FROM raws WHERE id = ?1")?;
        let length: usize = statement.query_row([id], |row| row.get(0)).optional()?.unwrap_or_default();
        read += length;
        if read > READ && !calls.is_empty() {
            break;
        }
        calls.push(if length > LARGEST { None } else { one(connection, *id)? });
    }
    Ok(calls)
}

fn one(connection: &Connection, id: i64) -> Result<Option<Call>, ReadError> {
    let of = |table: &str| {
        let sql = format!(
            "SELECT raws.body, resources.body, scopes.body FROM {table} AS t JOIN raws ON raws.id = t.id \
             LEFT JOIN resources ON resources.id = t.resource LEFT JOIN scopes ON scopes.id = t.scope WHERE t.id = ?1"
        );
        connection.prepare_cached(&sql)?.query_row([id], Sender::read).optional()
    };
    if let Some((raw, sender)) = of("spans")? {
        let span = Span::decode(raw.as_slice()).unwrap_or_default();
        let call = read_span(&span, &sender.resource.attributes, &sender.scope.name);
        // Looking for records costs more than reading the span.
        return Ok(match call {
            Some(call) if call.content.output.is_empty() => Some(completed(connection, &span, call)?),
            call => call,
        });
    }
    let Some((raw, sender)) = of("logs")? else { return Ok(None) };
    let record = LogRecord::decode(raw.as_slice()).unwrap_or_default();
    Ok(read_log(&record, &sender.resource.attributes, &sender.scope.name).map(|told| told.call))
}

/// The call with what log records tell of it: messages, judgements, failures.
pub(super) fn completed(connection: &Connection, span: &Span, mut call: Call) -> Result<Call, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT raws.body, resources.body, scopes.body FROM logs AS l JOIN raws ON raws.id = l.id \
         LEFT JOIN resources ON resources.id = l.resource LEFT JOIN scopes ON scopes.id = l.scope \
         WHERE l.trace = ?1 AND l.span = ?2 AND length(raws.body) <= ?3 ORDER BY l.time, l.id LIMIT ?4",
    )?;
    let mut rows = statement.query(params![span.trace_id, span.span_id, LARGEST_RECORD, RECORDS])?;
    // Whether the span has its messages already.
    let has_words = !(call.content.input.is_empty() && call.content.output.is_empty());
    while let Some(row) = rows.next()? {
        let (raw, sender) = Sender::read(row)?;
        let record = LogRecord::decode(raw.as_slice()).unwrap_or_default();
        let told = read_log(&record, &sender.resource.attributes, &sender.scope.name);
        if let Some(told) = told.filter(|told| !(has_words && told.event == LogEvent::Message)) {
            told.complete(&mut call);
        }
    }
    Ok(call)
}

/// Where something came from.
#[derive(Default)]
struct Sender {
    resource: Resource,
    scope: InstrumentationScope,
}

impl Sender {
    /// What came, as it came, and from where.
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Vec<u8>, Self)> {
        let bytes = |place| Ok::<_, rusqlite::Error>(row.get::<_, Option<Vec<u8>>>(place)?.unwrap_or_default());
        let resource = Resource::decode(bytes(1)?.as_slice()).unwrap_or_default();
        let scope = InstrumentationScope::decode(bytes(2)?.as_slice()).unwrap_or_default();
        Ok((row.get(0)?, Self { resource, scope }))
    }
}
