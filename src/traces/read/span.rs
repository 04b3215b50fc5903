//! One span, whole.

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::dialect::read_span;
use super::super::error::ReadError;
use super::super::json;
use super::super::store::Traces;
use super::calls::{CallItem, item};
use super::words::completed;
use super::{hex, micros, unhex};

/// The largest span that is told, in bytes as it came.
const LARGEST: i64 = 32 << 20;

/// A span with everything that came with it.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names are those of OTLP")]
pub struct SpanDetail {
    pub id: i64,
    pub trace: String,
    pub span: String,
    pub parent: Option<String>,
    pub name: String,
    /// OTLP's number.
    pub kind: i32,
    pub at: i64,
    pub end: i64,
    /// `code` and `message`.
    pub status: Value,
    pub attributes: Map<String, Value>,
    /// `name`, `at`, `attributes` of each.
    pub events: Vec<Value>,
    /// `trace`, `span`, `attributes` of each.
    pub links: Vec<Value>,
    pub resource: Map<String, Value>,
    /// `name`, `version`, `attributes`.
    pub scope: Value,
    /// What it says as a call.
    pub call: Option<CallItem>,
    /// The same with all that was said, and what log records tell of it.
    pub content: Option<Call>,
}

impl Traces {
    /// A span, by its ids in hex.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is no such span.
    pub async fn span(&self, trace: &str, span: &str) -> Result<SpanDetail, ReadError> {
        let ids = unhex::<16>(trace).zip(unhex::<8>(span)).ok_or(ReadError::Unknown("span"))?;
        self.ask(move |connection| detail(connection, &ids.0, &ids.1)).await
    }
}

fn detail(connection: &Connection, trace: &[u8], span: &[u8]) -> Result<SpanDetail, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT spans.id, spans.start, is_call, raws.body, resources.body, scopes.body FROM spans \
         JOIN raws ON raws.id = spans.id LEFT JOIN resources ON resources.id = resource LEFT JOIN scopes ON scopes.id = scope \
         WHERE trace = ?1 AND span = ?2 AND length(raws.body) <= ?3",
    )?;
    let found = statement.query_row(rusqlite::params![trace, span, LARGEST], |row| {
        let resource = row.get::<_, Option<Vec<u8>>>(4)?.unwrap_or_default();
        let scope = row.get::<_, Option<Vec<u8>>>(5)?.unwrap_or_default();
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Vec<u8>>(3)?, resource, scope))
    });
    let found = found.optional()?.ok_or(ReadError::Unknown("span"))?;
    let (id, start, is_call, raw, resource, scope): (i64, i64, bool, _, _, _) = found;
    let call = if is_call { item(connection, start, id)? } else { None };
    let span = Span::decode(raw.as_slice()).unwrap_or_default();
    let resource = Resource::decode(resource.as_slice()).unwrap_or_default();
    let scope = InstrumentationScope::decode(scope.as_slice()).unwrap_or_default();
    let content = read_span(&span, &resource.attributes, &scope.name);
    let content = content.map(|call| completed(connection, &span, call)).transpose()?;
    let time = |nanos: u64| micros(i64::try_from(nanos).unwrap_or(i64::MAX));
    let status = span.status.unwrap_or_default();
    let events = span.events.iter().map(|event| {
        json!({"name": event.name, "at": time(event.time_unix_nano), "attributes": json::object(&event.attributes)})
    });
    let links = span.links.iter().map(|link| {
        json!({"trace": hex(&link.trace_id), "span": hex(&link.span_id), "attributes": json::object(&link.attributes)})
    });
    Ok(SpanDetail {
        id,
        trace: hex(&span.trace_id),
        span: hex(&span.span_id),
        parent: (!span.parent_span_id.is_empty()).then(|| hex(&span.parent_span_id)),
        name: span.name,
        kind: span.kind,
        at: time(span.start_time_unix_nano),
        end: time(span.end_time_unix_nano),
        status: json!({"code": status.code, "message": status.message}),
        attributes: json::object(&span.attributes),
        events: events.collect(),
        links: links.collect(),
        resource: json::object(&resource.attributes),
        scope: json!({"name": scope.name, "version": scope.version, "attributes": json::object(&scope.attributes)}),
        call,
        content,
    })
}
