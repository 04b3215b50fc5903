//! OTLP as lines of JSON, one request on each: what the Collector's file exporter writes, and what is taken out of a store.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::logs::v1::{ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
use prost::Message as _;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::batch::Batch;
use super::config::Intake;
use super::otlp::{Encoding, Malformed, Signal, read};
use super::shift::Extent;

const WHAT: &str = "a line of OTLP as JSON";

/// Which signals a line has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signals {
    resource_spans: Option<IgnoredAny>,
    resource_logs: Option<IgnoredAny>,
    resource_metrics: Option<IgnoredAny>,
}

/// Reads a line, whichever signal it is of.
///
/// # Errors
/// [`Malformed`], which says what is wrong with it.
pub fn read_line(line: &[u8], limits: &Intake) -> Result<Batch, Malformed> {
    let unreadable = |why: String| Malformed::Unreadable { what: WHAT, why };
    let found: Signals = serde_json::from_slice(line).map_err(|error| unreadable(error.to_string()))?;
    let mut batch = Batch { bytes: line.len(), ..Batch::default() };
    if found.resource_spans.is_some() {
        batch.spans = read(Signal::Traces, Encoding::Json, line, limits)?.spans;
    }
    if found.resource_logs.is_some() {
        batch.logs = read(Signal::Logs, Encoding::Json, line, limits)?.logs;
    }
    if found.resource_metrics.is_some() {
        batch.metrics = read(Signal::Metrics, Encoding::Json, line, limits)?.metrics;
    }
    match found {
        Signals { resource_spans: None, resource_logs: None, resource_metrics: None } => {
            Err(unreadable("it has neither resourceSpans nor resourceLogs nor resourceMetrics".to_owned()))
        }
        _ => Ok(batch),
    }
}

impl Batch {
    /// A line for each signal, each with its end.
    pub fn into_lines(self) -> Vec<u8> {
        let mut lines = Vec::new();
        let Self { spans, logs, metrics, bytes: _ } = self;
        if !spans.is_empty() {
            line(&mut lines, &ExportTraceServiceRequest { resource_spans: spans });
        }
        if !logs.is_empty() {
            line(&mut lines, &ExportLogsServiceRequest { resource_logs: logs });
        }
        if !metrics.is_empty() {
            line(&mut lines, &ExportMetricsServiceRequest { resource_metrics: metrics });
        }
        lines
    }

    /// A message in protobuf for each signal.
    pub fn into_messages(self) -> Vec<(Signal, Vec<u8>)> {
        let Self { spans, logs, metrics, bytes: _ } = self;
        let mut messages = Vec::new();
        if !spans.is_empty() {
            let request = ExportTraceServiceRequest { resource_spans: spans };
            messages.push((Signal::Traces, request.encode_to_vec()));
        }
        if !logs.is_empty() {
            messages.push((Signal::Logs, ExportLogsServiceRequest { resource_logs: logs }.encode_to_vec()));
        }
        if !metrics.is_empty() {
            let request = ExportMetricsServiceRequest { resource_metrics: metrics };
            messages.push((Signal::Metrics, request.encode_to_vec()));
        }
        messages
    }

    /// Each span, log record and metric by itself.
    pub fn into_items(self) -> Vec<Item> {
        let mut items = Vec::with_capacity(self.count());
        let mut push = |batch: Self, trace: Vec<u8>| {
            let trace = (!trace.is_empty()).then_some(trace);
            let end = Extent::of(&batch).map_or(0, |extent| extent.last);
            items.push(Item { end, trace, batch });
        };
        for mut part in self.spans {
            for mut scope in std::mem::take(&mut part.scope_spans) {
                for span in std::mem::take(&mut scope.spans) {
                    let trace = span.trace_id.clone();
                    let scope_spans = vec![ScopeSpans { spans: vec![span], ..scope.clone() }];
                    push(Self { spans: vec![ResourceSpans { scope_spans, ..part.clone() }], ..Self::default() }, trace);
                }
            }
        }
        for mut part in self.logs {
            for mut scope in std::mem::take(&mut part.scope_logs) {
                for record in std::mem::take(&mut scope.log_records) {
                    let trace = record.trace_id.clone();
                    let scope_logs = vec![ScopeLogs { log_records: vec![record], ..scope.clone() }];
                    push(Self { logs: vec![ResourceLogs { scope_logs, ..part.clone() }], ..Self::default() }, trace);
                }
            }
        }
        for mut part in self.metrics {
            for mut scope in std::mem::take(&mut part.scope_metrics) {
                for metric in std::mem::take(&mut scope.metrics) {
                    let scope_metrics = vec![ScopeMetrics { metrics: vec![metric], ..scope.clone() }];
                    let metrics = vec![ResourceMetrics { scope_metrics, ..part.clone() }];
                    push(Self { metrics, ..Self::default() }, Vec::new());
                }
            }
        }
        items
    }

    /// Adds what another brought.
    pub fn merge(&mut self, other: Self) {
        self.spans.extend(other.spans);
        self.logs.extend(other.logs);
        self.metrics.extend(other.metrics);
        self.bytes += other.bytes;
    }

    /// How many spans, log records and metrics there are.
    pub fn count(&self) -> usize {
        let spans = self.spans.iter().flat_map(|part| &part.scope_spans).map(|part| part.spans.len());
        let logs = self.logs.iter().flat_map(|part| &part.scope_logs).map(|part| part.log_records.len());
        let metrics = self.metrics.iter().flat_map(|part| &part.scope_metrics).map(|part| part.metrics.len());
        spans.chain(logs).chain(metrics).sum()
    }
}

/// A span, a log record or a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// When it ended: nanoseconds since 1970.
    pub end: u64,
    /// The trace that it belongs to.
    pub trace: Option<Vec<u8>>,
    /// It alone.
    pub batch: Batch,
}

fn line(lines: &mut Vec<u8>, request: &impl Serialize) {
    // Its types have names for keys and nothing that could fail otherwise; half a line would be worse than none.
    let before = lines.len();
    match serde_json::to_writer(&mut *lines, request) {
        Ok(()) => lines.push(b'\n'),
        Err(_) => lines.truncate(before),
    }
}
