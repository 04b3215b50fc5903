//! Collects what the outer ring records and draws it as text, the same on every run.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use opentelemetry::SpanId;
use opentelemetry::trace::Status;
use opentelemetry_sdk::logs::SdkLogRecord;
use opentelemetry_sdk::trace::SpanData;
use zeroth::observe::Sink;

/// Keeps finished spans and log records.
#[derive(Default)]
pub(crate) struct Recorder {
    spans: Mutex<Vec<SpanData>>,
    logs: Mutex<Vec<SdkLogRecord>>,
}

impl Sink for Recorder {
    fn span(&self, span: SpanData) {
        self.spans.lock().unwrap().push(span);
    }

    fn log(&self, record: &SdkLogRecord) {
        self.logs.lock().unwrap().push(record.clone());
    }
}

impl Recorder {
    /// A recorder to hand to the program.
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The spans so far, in the order in which they ended.
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.spans.lock().unwrap().clone()
    }

    /// The log records so far.
    pub(crate) fn logs(&self) -> Vec<SdkLogRecord> {
        self.logs.lock().unwrap().clone()
    }

    /// Forgets what came so far.
    pub(crate) fn clear(&self) {
        self.spans.lock().unwrap().clear();
        self.logs.lock().unwrap().clear();
    }

    /// Every span with all it says, as a tree. Times are in milliseconds since `start`.
    pub(crate) fn tree(&self, start: SystemTime) -> String {
        let spans = self.spans();
        let mut text = String::new();
        for root in children(&spans, None) {
            draw(&mut text, &spans, root, 0, start);
        }
        text
    }

    /// Only the names of spans, as a tree, with the error where there is one.
    pub(crate) fn outline(&self) -> String {
        let spans = self.spans();
        let mut text = String::new();
        for root in children(&spans, None) {
            outline(&mut text, &spans, root, 0);
        }
        text
    }
}

/// The value of an attribute as text.
pub(crate) fn attribute(span: &SpanData, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| attribute.value.to_string())
}

fn children(spans: &[SpanData], parent: Option<SpanId>) -> Vec<&SpanData> {
    let known = |id: SpanId| spans.iter().any(|span| span.span_context.span_id() == id);
    let mut found: Vec<&SpanData> = spans
        .iter()
        .filter(|span| match parent {
            Some(parent) => span.parent_span_id == parent,
            None => !known(span.parent_span_id),
        })
        .collect();
    found.sort_by_key(|span| (span.start_time, span.span_context.span_id().to_string()));
    found
}

fn draw(text: &mut String, spans: &[SpanData], span: &SpanData, level: usize, start: SystemTime) {
    let indent = "  ".repeat(level);
    let since = |time: SystemTime| time.duration_since(start).unwrap_or(Duration::ZERO).as_millis();
    let (from, to) = (since(span.start_time), since(span.end_time));
    let id = span.span_context.span_id();
    writeln!(text, "{indent}{} [{:?}] {id} {from}..{to} ms", span.name, span.span_kind).unwrap();
    if let Status::Error { description } = &span.status {
        writeln!(text, "{indent}  ! {description}").unwrap();
    }
    let mut attributes: Vec<String> =
        span.attributes.iter().map(|attribute| format!("{} = {}", attribute.key, attribute.value)).collect();
    attributes.sort();
    for attribute in attributes {
        writeln!(text, "{indent}  | {attribute}").unwrap();
    }
    for child in children(spans, Some(id)) {
        draw(text, spans, child, level + 1, start);
    }
}

fn outline(text: &mut String, spans: &[SpanData], span: &SpanData, level: usize) {
    let error = attribute(span, "error.type").map_or_else(String::new, |kind| format!(" ! {kind}"));
    writeln!(text, "{}{}{error}", "  ".repeat(level), span.name).unwrap();
    for child in children(spans, Some(span.span_context.span_id())) {
        outline(text, spans, child, level + 1);
    }
}
