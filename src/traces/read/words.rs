//! What was said in calls: the dialects read it again from what came.

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, Params, params};

use super::super::call::Call;
use super::super::dialect::{LogCall, LogEvent, read_log, read_span};
use super::super::error::ReadError;
use super::super::store::Traces;
use super::super::subject;

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
        return call.map(|call| completed(connection, &span, call)).transpose();
    }
    let Some((raw, sender)) = of("logs")? else { return Ok(None) };
    let record = LogRecord::decode(raw.as_slice()).unwrap_or_default();
    let told = read_log(&record, &sender.resource.attributes, &sender.scope.name);
    told.map(|told| surrounded(connection, id, told.call)).transpose()
}

/// The call of a span with what log records tell of it: messages, judgements, failures. They were written in the span, or name
/// its answer.
pub(super) fn completed(connection: &Connection, span: &Span, mut call: Call) -> Result<Call, ReadError> {
    let ids = params![span.trace_id, span.span_id];
    let mut told = records(connection, "l.trace = ?1 AND l.span = ?2 ORDER BY l.time, l.id", RECORDS, ids)?;
    if let Some(id) = &call.response_id {
        let elsewhere = "l.subject = ?1 AND NOT ifnull(l.trace = ?2 AND l.span = ?3, 0) ORDER BY l.time, l.id";
        told.extend(records(
            connection,
            elsewhere,
            RECORDS,
            params![subject::answer(id), span.trace_id, span.span_id],
        )?);
    }
    // Whether the span has its messages already.
    let has_words = !(call.content.input.is_empty() && call.content.output.is_empty());
    for told in told.into_iter().filter(|told| !(has_words && told.event == LogEvent::Message)) {
        told.complete(&mut call);
    }
    Ok(call)
}

/// A call that only log record `id` tells, with what others tell of its answer and what was said before it.
fn surrounded(connection: &Connection, id: i64, mut call: Call) -> Result<Call, ReadError> {
    if let Some(answer) = &call.response_id {
        let others = "l.subject = ?1 AND l.id <> ?2 ORDER BY l.time, l.id";
        for told in records(connection, others, RECORDS, params![subject::answer(answer), id])? {
            told.complete(&mut call);
        }
    }
    if let Some(talk) = call.conversation.as_deref().filter(|_| call.content.input.is_empty()) {
        // Another program may call one of its own by the same name.
        let before = "l.subject = ?1 AND l.time <= (SELECT call_start FROM logs WHERE id = ?2) AND l.run = \
                      (SELECT run FROM logs WHERE id = ?2) ORDER BY l.time DESC";
        let said = records(connection, before, 1, params![subject::talk(talk), id])?;
        call.content.input = said.into_iter().next().map(|told| told.call.content.input).unwrap_or_default();
    }
    Ok(call)
}

/// What the first log records tell that `which` chooses and puts in order.
fn records(connection: &Connection, which: &str, most: usize, values: impl Params) -> Result<Vec<LogCall>, ReadError> {
    let sql = format!(
        "SELECT raws.body, resources.body, scopes.body FROM logs AS l CROSS JOIN raws ON raws.id = l.id \
         AND length(raws.body) <= {LARGEST_RECORD} LEFT JOIN resources ON resources.id = l.resource \
         LEFT JOIN scopes ON scopes.id = l.scope WHERE {which} LIMIT {most}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(values)?;
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        let (raw, sender) = Sender::read(row)?;
        let record = LogRecord::decode(raw.as_slice()).unwrap_or_default();
        told.extend(read_log(&record, &sender.resource.attributes, &sender.scope.name));
    }
    Ok(told)
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
