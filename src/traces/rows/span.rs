//! The columns of a span and of a log record.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

use super::super::dialect::{self, LogCall};
use super::super::subject;
use super::Making;
use super::call::{CallRow, short};

/// How much of a log record's body a list shows, in bytes.
const SHOWN: usize = 500;

/// A span, in columns.
#[derive(Debug)]
pub(in super::super) struct SpanRow {
    /// Places in the batch.
    pub(in super::super) resource: usize,
    pub(in super::super) scope: usize,
    /// As it came.
    pub(in super::super) raw: Vec<u8>,
    /// Nanoseconds.
    pub(in super::super) start: i64,
    pub(in super::super) duration: i64,
    pub(in super::super) name: String,
    pub(in super::super) kind: i32,
    pub(in super::super) status: i32,
    pub(in super::super) trace: [u8; 16],
    pub(in super::super) span: [u8; 8],
    pub(in super::super) parent: Option<[u8; 8]>,
    pub(in super::super) call: Option<CallRow>,
}

/// A log record, in columns.
#[derive(Debug)]
pub(in super::super) struct LogRow {
    pub(in super::super) resource: usize,
    pub(in super::super) scope: usize,
    pub(in super::super) raw: Vec<u8>,
    pub(in super::super) time: i64,
    pub(in super::super) severity: i32,
    pub(in super::super) event: Option<String>,
    pub(in super::super) text: String,
    pub(in super::super) trace: Option<[u8; 16]>,
    pub(in super::super) span: Option<[u8; 8]>,
    pub(in super::super) digest: i64,
    /// What it is about, beside the span.
    pub(in super::super) subject: Option<String>,
    /// A call that no span tells, with when it began and how long it took.
    pub(in super::super) call: Option<(i64, i64, CallRow)>,
}

pub(super) fn span(
    span: &Span,
    (resource, scope): (usize, usize),
    told: &[KeyValue],
    scope_name: &str,
    making: &Making<'_>,
) -> Result<SpanRow, &'static str> {
    let trace = id(&span.trace_id).ok_or("a span has no valid trace id (16 bytes, not all zero)")?;
    let own = id(&span.span_id).ok_or("a span has no valid span id (8 bytes, not all zero)")?;
    let start = making.time(span.start_time_unix_nano)?;
    // One that has not ended takes no time yet.
    let end = if span.end_time_unix_nano == 0 { start } else { making.time(span.end_time_unix_nano)? };
    let call = dialect::read_span(span, told, scope_name).map(|call| CallRow::of(call, making));
    Ok(SpanRow {
        resource,
        scope,
        raw: span.encode_to_vec(),
        start,
        duration: end.saturating_sub(start).max(0),
        name: short(span.name.clone()),
        kind: span.kind,
        status: span.status.as_ref().map_or(0, |status| status.code.clamp(0, 2)),
        trace,
        span: own,
        parent: id(&span.parent_span_id),
        call,
    })
}

pub(super) fn log(
    record: &LogRecord,
    (resource, scope): (usize, usize),
    told: &[KeyValue],
    scope_name: &str,
    making: &Making<'_>,
) -> Result<LogRow, &'static str> {
    let raw = record.encode_to_vec();
    let mut digest = DefaultHasher::new();
    raw.hash(&mut digest);
    let time = if record.time_unix_nano == 0 { record.observed_time_unix_nano } else { record.time_unix_nano };
    let mut text = record.body.as_ref().map(shown).unwrap_or_default();
    text.truncate(text.floor_char_boundary(SHOWN));
    let time = making.time(time)?;
    let told = dialect::read_log(record, told, scope_name);
    let subject = told.as_ref().and_then(subject::of);
    // What is told in a span is told by it too.
    let call = told.filter(LogCall::stands_alone).map(|log| {
        let duration = (log.duration.unwrap_or(0.0) * 1e9) as i64;
        (time.saturating_sub(duration), duration, CallRow::of(log.call, making))
    });
    Ok(LogRow {
        resource,
        scope,
        raw,
        time,
        severity: record.severity_number.clamp(0, 24),
        event: dialect::event_of(record).map(short),
        text,
        trace: id(&record.trace_id),
        span: id(&record.span_id),
        digest: digest.finish().cast_signed(),
        subject,
        call,
    })
}

/// An id as the conventions have it: of the right length, and not all zero.
fn id<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    <[u8; N]>::try_from(bytes).ok().filter(|bytes| bytes.iter().any(|byte| *byte != 0))
}

/// A value as text.
fn shown(value: &AnyValue) -> String {
    match &value.value {
        Some(Any::StringValue(text)) => text[..text.floor_char_boundary(SHOWN)].to_owned(),
        _ => super::super::json::value(value).to_string(),
    }
}
