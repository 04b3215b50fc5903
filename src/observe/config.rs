//! What is observed, under which names, and where it goes.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::console::Console;

/// The configuration of the outer ring.
#[derive(Debug, Clone)]
pub struct Config {
    /// `service.name`.
    pub service_name: String,
    /// `service.version`.
    pub service_version: String,
    /// Further resource attributes.
    pub resource: BTreeMap<String, String>,
    /// Where spans go.
    pub traces: Export,
    /// Where metrics go, besides `/metrics`.
    pub metrics: Export,
    /// Where log records go, besides standard error.
    pub logs: Export,
    /// Where the console exporters write.
    pub console: Console,
    /// How often metrics are pushed.
    pub metric_interval: Duration,
    /// Whether pushed metrics count from the start or since the last time.
    pub temporality: Temporality,
    /// How spans wait for export.
    pub span_batch: BatchLimits,
    /// How log records wait for export.
    pub log_batch: BatchLimits,
    /// Which traces are kept.
    pub sampling: Sampling,
    /// Under which names metrics appear.
    pub metric_names: MetricNames,
    /// Whether the words of players and models are recorded, and where.
    pub capture: Capture,
    /// Whether they are recorded for the trace store of this process, wherever else.
    pub kept_content: bool,
    /// How trace context travels.
    pub propagators: Vec<Propagator>,
    /// Longer attribute values of spans are cut to this many characters.
    pub attribute_value_limit: Option<usize>,
    /// More attributes of one span than this are dropped.
    pub attribute_count_limit: u32,
}

impl Config {
    /// Sends what goes nowhere yet to another Zeroth of this user, at `url`, which takes the place of a trace store here and may
    /// want to see its token.
    pub fn send_to(&mut self, url: &str, token: Option<&SecretString>) {
        let token = token.map(|token| format!("Bearer {}", token.expose_secret()).into());
        let headers: Vec<(String, SecretString)> =
            token.into_iter().map(|token| ("authorization".to_owned(), token)).collect();
        if matches!(self.traces, Export::Off) && self.kept_content {
            self.capture = self.capture.with_spans();
        }
        let signals = [(&mut self.traces, "traces"), (&mut self.metrics, "metrics"), (&mut self.logs, "logs")];
        for (export, signal) in signals.into_iter().filter(|(export, _)| matches!(export, Export::Off)) {
            *export = Export::Otlp(Otlp {
                endpoint: format!("{url}/v1/{signal}"),
                protocol: Protocol::HttpProtobuf,
                headers: headers.clone(),
                compression: Compression::None,
                timeout: Duration::from_secs(10),
            });
        }
        // Somebody may be watching.
        self.span_batch.delay = self.span_batch.delay.min(Duration::from_millis(200));
    }
}

/// How items wait for export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// How many may wait; more are dropped and counted.
    pub queue: usize,
    /// How many are sent at once.
    pub batch: usize,
    /// How long they wait for company.
    pub delay: Duration,
}

/// Which traces are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling {
    /// This part of them, from 0 to 1.
    Ratio(f64),
    /// Those that the caller keeps; of those without a caller, this part.
    ParentOr(f64),
}

/// Whether pushed metrics count from the start or since the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temporality {
    /// From the start.
    Cumulative,
    /// Since the last time.
    Delta,
    /// Whichever needs less memory.
    LowMemory,
}

/// Log lines on standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// Which lines appear, in the syntax of `tracing` filters, if the user chose.
    pub filter: Option<String>,
    /// How they look.
    pub format: LogFormat,
}

impl LogConfig {
    /// What a server tells unless someone says otherwise: our own news, other people's warnings.
    pub const DEFAULT_FILTER: &str = "warn,zeroth=info";
}

/// Where one signal goes.
#[derive(Debug, Clone)]
pub enum Export {
    /// Nowhere.
    Off,
    /// Standard error, for humans.
    Console,
    /// An OpenTelemetry backend.
    Otlp(Otlp),
}

/// How to reach an OpenTelemetry backend for one signal.
#[derive(Debug, Clone)]
pub struct Otlp {
    /// The whole address for HTTP (path included), the base address for gRPC.
    pub endpoint: String,
    /// On which protocol.
    pub protocol: Protocol,
    /// Headers, or metadata for gRPC; may hold credentials.
    pub headers: Vec<(String, SecretString)>,
    /// Whether to compress.
    pub compression: Compression,
    /// The longest wait for one export, retries included.
    pub timeout: Duration,
}

/// OTLP's protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Protobuf over HTTP, the default.
    HttpProtobuf,
    /// JSON over HTTP.
    HttpJson,
    /// gRPC.
    Grpc,
}

/// How OTLP requests are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
}

/// Under which names metrics appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricNames {
    /// Today's conventions only.
    Current,
    /// Those that older dashboards query only.
    Legacy,
    /// Side by side.
    Both,
}

/// Whether the words of players and models are recorded, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// Nowhere.
    NoContent,
    /// On spans.
    SpanOnly,
    /// On log events.
    EventOnly,
    /// On both.
    SpanAndEvent,
}

impl Capture {
    /// Whether spans carry content.
    pub const fn on_spans(self) -> bool {
        matches!(self, Self::SpanOnly | Self::SpanAndEvent)
    }

    /// The same, and on spans.
    pub const fn with_spans(self) -> Self {
        match self {
            Self::NoContent | Self::SpanOnly => Self::SpanOnly,
            Self::EventOnly | Self::SpanAndEvent => Self::SpanAndEvent,
        }
    }

    /// Whether events carry content.
    pub const fn on_events(self) -> bool {
        matches!(self, Self::EventOnly | Self::SpanAndEvent)
    }
}

/// How trace context travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagator {
    /// W3C `traceparent` and `tracestate`.
    TraceContext,
    /// W3C `baggage`.
    Baggage,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line for a reader.
    Text,
    /// One JSON object.
    Json,
}
