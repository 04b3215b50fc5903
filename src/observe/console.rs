//! Exporters for humans: a trace as a tree, metrics as a table, log records as lines, all on standard error.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::{Event, Status};
use opentelemetry::{Array, KeyValue, SpanId, TraceId, Value};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::flow::Words;
use super::semconv::{attr, span_event};

/// Where the console exporters write: standard error, or a memory that someone with a screen of its own empties.
#[derive(Debug, Clone, Default)]
pub struct Console {
    held: Option<Arc<Mutex<String>>>,
}

/// How much is held for a screen that nobody empties.
const MOST_HELD: usize = 1 << 20;

impl Console {
    /// Holds everything back until [`Console::take`].
    pub fn held() -> Self {
        Self { held: Some(Arc::default()) }
    }

    /// What was held back since the last time.
    pub fn take(&self) -> String {
        self.held.as_ref().map(|held| std::mem::take(&mut *lock(held))).unwrap_or_default()
    }

    fn write(&self, text: &str) -> OTelSdkResult {
        let Some(held) = &self.held else {
            let written = std::io::stderr().lock().write_all(text.as_bytes());
            return written.map_err(|error| OTelSdkError::InternalFailure(error.to_string()));
        };
        let mut held = lock(held);
        if held.len() + text.len() <= MOST_HELD {
            held.push_str(text);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is a single one, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Traces whose root has not ended yet; more than this and the collection starts anew.
const MOST_OPEN_TRACES: usize = 1000;

/// How many printed spans are remembered, for children that end after their parents.
const MOST_PRINTED: usize = 1000;

/// Prints each trace as a tree when its root ends. A turn whose client left ends after its request: it is printed as a
/// tree of its own.
#[derive(Debug)]
pub(super) struct ConsoleSpans {
    console: Console,
    words: Words,
    seen: Mutex<Seen>,
}

/// What was not printed yet, and the last that was.
#[derive(Debug, Default)]
struct Seen {
    open: HashMap<TraceId, Vec<SpanData>>,
    printed: VecDeque<SpanId>,
}

impl SpanExporter for ConsoleSpans {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        for mut span in batch {
            self.words.settle(&mut span);
            if let Some(trace) = self.add(span) {
                self.console.write(&tree(&trace))?;
            }
        }
        Ok(())
    }
}

impl ConsoleSpans {
    pub(super) fn new(console: Console, words: Words) -> Self {
        Self { console, words, seen: Mutex::default() }
    }

    /// Keeps `span`; gives back the whole trace when this was its root in this process.
    fn add(&self, span: SpanData) -> Option<Vec<SpanData>> {
        let mut seen = lock(&self.seen);
        if seen.open.len() >= MOST_OPEN_TRACES {
            seen.open.clear();
        }
        let id = span.span_context.trace_id();
        let is_root = span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote;
        let is_late = seen.printed.contains(&span.parent_span_id);
        seen.open.entry(id).or_default().push(span);
        let trace = if is_root || is_late { seen.open.remove(&id)? } else { return None };
        seen.printed.extend(trace.iter().map(|span| span.span_context.span_id()));
        let surplus = seen.printed.len().saturating_sub(MOST_PRINTED);
        seen.printed.drain(..surplus);
        Some(trace)
    }
}

/// A trace as text, children below their parents in the order in which they started.
fn tree(spans: &[SpanData]) -> String {
    let mut text = String::new();
    let known = |id: SpanId| spans.iter().any(|span| span.span_context.span_id() == id);
    for root in ordered(spans.iter().filter(|span| !known(span.parent_span_id))) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "trace {}", root.span_context.trace_id());
        branch(&mut text, spans, root, "", "");
    }
    text
}

fn branch(text: &mut String, spans: &[SpanData], span: &SpanData, first: &str, rest: &str) {
    let millis = span.end_time.duration_since(span.start_time).unwrap_or_default().as_secs_f64() * 1000.0;
    let _ = writeln!(text, "{first}{}  {millis:.1} ms{}", span.name, story(span));
    let children = spans.iter().filter(|child| child.parent_span_id == span.span_context.span_id());
    let mut below: Vec<Below<'_>> = children.map(Below::Span).chain(span.events.iter().map(Below::Event)).collect();
    below.sort_by_key(|item| match item {
        Below::Span(span) => span.start_time,
        Below::Event(event) => event.timestamp,
        Below::Line(_) => span.start_time,
    });
    below.extend(blows(span).into_iter().map(Below::Line));
    for (index, item) in below.iter().enumerate() {
        let (edge, indent) = if index + 1 == below.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        match item {
            Below::Span(child) => branch(text, spans, child, &format!("{rest}{edge}"), &format!("{rest}{indent}")),
            Below::Event(event) => {
                let _ = writeln!(text, "{rest}{edge}{}", detour(event));
            }
            Below::Line(line) => {
                let _ = writeln!(text, "{rest}{edge}{line}");
            }
        }
    }
}

/// What stands below a span, in the order in which it happened.
enum Below<'a> {
    Span(&'a SpanData),
    Event(&'a Event),
    Line(&'a str),
}

/// The lines of the mechanics log of a round of a fight: other steps say in a few words what they were.
fn blows(span: &SpanData) -> Vec<&str> {
    let value = |key: &str| span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    match (value(attr::COMBAT_ROUND), value(attr::LOG).map(|log| &log.value)) {
        (Some(_), Some(Value::Array(Array::String(lines)))) => lines.iter().map(|line| line.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// What happened to a call on its way.
fn detour(event: &Event) -> String {
    let value = |key: &str| {
        let found = event.attributes.iter().find(|attribute| attribute.key.as_str() == key);
        found.map_or_else(String::new, |attribute| attribute.value.to_string())
    };
    let why = value(attr::ERROR_TYPE);
    match event.name.as_ref() {
        span_event::RETRY => {
            let wait: f64 = value(attr::RETRY_WAIT).parse().unwrap_or(0.0);
            format!("{why}: again in {:.0} ms", wait * 1000.0)
        }
        span_event::FALLBACK => format!("{why}: on to {}", value(attr::FALLBACK_MODEL)),
        span_event::FAULT => format!("fault {}, put in on purpose", value(attr::FAULT)),
        other => other.to_owned(),
    }
}

fn ordered<'a>(spans: impl Iterator<Item = &'a SpanData>) -> Vec<&'a SpanData> {
    let mut spans: Vec<&SpanData> = spans.collect();
    spans.sort_by_key(|span| span.start_time);
    spans
}

/// What a reader wants to know of a span, in a few words.
fn story(span: &SpanData) -> String {
    let value = |key: &str| {
        let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
        found.map(|attribute| &attribute.value)
    };
    let told = [
        value(attr::HTTP_RESPONSE_STATUS_CODE).map(|status| format!("status {status}")),
        value(attr::TURN_NUMBER).map(|turn| format!("turn {turn}")),
        value(attr::TURN_NATURE).filter(|nature| nature.as_str() != "turn").map(|nature| nature.to_string()),
        value(attr::INTENT).map(|intent| intent.to_string()),
        value(attr::COMBAT_ROUND).map(|round| format!("round {round}")),
        value(attr::SKILL).map(|skill| skill.to_string()),
        value(attr::ROLL_TOTAL).zip(value(attr::ROLL_OUTCOME)).map(|(total, outcome)| match value(attr::ROLL_DC) {
            Some(dc) => format!("{total} against {dc}: {outcome}"),
            None => format!("{total}"),
        }),
        value(attr::COMBAT_END).map(|end| end.to_string()),
        value(attr::PLAYER_HP).zip(value(attr::PLAYER_MAX_HP)).map(|(hp, max)| format!("HP {hp} of {max}")),
        value(attr::PROMPT_NAME)
            .zip(value(attr::PROMPT_VERSION))
            .map(|(name, version)| format!("prompt {name} v{version}")),
        value(attr::RESPONSE_TIME_TO_FIRST_CHUNK).map(|seconds| format!("first token {}", millis(seconds))),
        value(attr::USAGE_INPUT_TOKENS).map(|tokens| format!("tokens in {tokens}")),
        value(attr::USAGE_OUTPUT_TOKENS).map(|tokens| format!("out {tokens}")),
        value(attr::COST_USD).map(|usd| match value(attr::COST_SIMULATED) {
            Some(Value::Bool(true)) => format!("${} (simulated)", rounded(usd)),
            _ => format!("${}", rounded(usd)),
        }),
        value(attr::RESPONSE_MODEL)
            .filter(|_| span.events.iter().any(|event| event.name == span_event::FALLBACK))
            .map(|model| format!("answered by {model}")),
        value(attr::ERROR_TYPE).map(|kind| format!("error {kind}")),
        match &span.status {
            Status::Error { description } if !description.is_empty() => Some(description.to_string()),
            _ => None,
        },
    ];
    told.into_iter().flatten().map(|words| format!(" · {words}")).collect()
}

/// Dollars to the millionth.
fn rounded(usd: &Value) -> String {
    match usd {
        Value::F64(usd) => format!("{usd:.6}"),
        other => other.to_string(),
    }
}

/// Seconds as an attribute has them, in milliseconds.
fn millis(seconds: &Value) -> String {
    match seconds {
        Value::F64(seconds) => format!("{:.0} ms", seconds * 1000.0),
        other => format!("{other} s"),
    }
}

/// Prints every metric whenever it is read.
#[derive(Debug)]
pub(super) struct ConsoleMetrics(pub(super) Console);

impl PushMetricExporter for ConsoleMetrics {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let mut text = String::from("metrics\n");
        for metric in metrics.scope_metrics().flat_map(|scope| scope.metrics()) {
            lines(&mut text, metric);
        }
        self.0.write(&text)
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

fn lines(text: &mut String, metric: &Metric) {
    match metric.data() {
        AggregatedMetrics::F64(data) => points(text, metric, data),
        AggregatedMetrics::U64(data) => points(text, metric, data),
        AggregatedMetrics::I64(data) => points(text, metric, data),
    }
}

fn points<T: Copy + std::fmt::Display>(text: &mut String, metric: &Metric, data: &MetricData<T>) {
    let (name, unit) = (metric.name(), metric.unit());
    match data {
        MetricData::Sum(sum) => sum.data_points().for_each(|point| {
            let _ = writeln!(text, "  {name} {} {unit} {}", point.value(), labels(point.attributes()));
        }),
        MetricData::Gauge(gauge) => gauge.data_points().for_each(|point| {
            let _ = writeln!(text, "  {name} {} {unit} {}", point.value(), labels(point.attributes()));
        }),
        MetricData::Histogram(histogram) => histogram.data_points().for_each(|point| {
            let (count, sum) = (point.count(), point.sum());
            let _ = writeln!(text, "  {name} count {count} sum {sum} {unit} {}", labels(point.attributes()));
        }),
        MetricData::ExponentialHistogram(histogram) => histogram.data_points().for_each(|point| {
            let (count, sum) = (point.count(), point.sum());
            let _ = writeln!(text, "  {name} count {count} sum {sum} {unit} {}", labels(point.attributes()));
        }),
    }
}

fn labels<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    let labels: Vec<String> = attributes.map(|label| format!("{}={}", label.key, label.value)).collect();
    format!("{{{}}}", labels.join(", "))
}

/// Prints each log record with all its attributes.
#[derive(Debug)]
pub(super) struct ConsoleLogs(pub(super) Console);

impl LogExporter for ConsoleLogs {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let mut text = String::new();
        for (record, _) in batch.iter() {
            let name = record.event_name().unwrap_or("log");
            let severity = record.severity_text().unwrap_or("-");
            let _ = write!(text, "log {severity} {name}");
            for (key, value) in record.attributes_iter() {
                let _ = write!(text, " {key}={}", plain(value));
            }
            if let Some(context) = record.trace_context() {
                let _ = write!(text, " trace_id={} span_id={}", context.trace_id, context.span_id);
            }
            text.push('\n');
        }
        self.0.write(&text)
    }
}

/// A value as a reader writes it.
fn plain(value: &AnyValue) -> String {
    let list = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
    match value {
        AnyValue::Int(value) => value.to_string(),
        AnyValue::Double(value) => value.to_string(),
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::String(text) => format!("{:?}", text.as_str()),
        AnyValue::ListAny(items) => format!("[{}]", list(&mut items.iter().map(plain))),
        AnyValue::Map(fields) => {
            format!("{{{}}}", list(&mut fields.iter().map(|(key, value)| format!("{key}: {}", plain(value)))))
        }
        AnyValue::Bytes(bytes) => format!("{} bytes", bytes.len()),
        _ => "?".to_owned(),
    }
}
