//! What is observed, under which names, and where it goes.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;

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
    /// How often metrics are pushed.
    pub metric_interval: Duration,
    /// How many spans may wait for export.
    pub span_queue: usize,
    /// How many log records may wait for export.
    pub log_queue: usize,
    /// Under which names metrics appear.
    pub metric_names: MetricNames,
    /// Whether the words of players and models are recorded, and where.
    pub capture: Capture,
    /// How trace context travels.
    pub propagators: Vec<Propagator>,
    /// Longer attribute values of spans are cut to this many characters.
    pub attribute_value_limit: Option<usize>,
    /// More attributes of one span than this are dropped.
    pub attribute_count_limit: u32,
    /// Which log lines appear on standard error, in the syntax of `tracing` filters.
    pub log_filter: String,
    /// How they look.
    pub log_format: LogFormat,
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

impl Default for Config {
    fn default() -> Self {
        Self {
            service_name: "zeroth".to_owned(),
            service_version: env!("CARGO_PKG_VERSION").to_owned(),
            resource: BTreeMap::new(),
            traces: Export::Off,
            metrics: Export::Off,
            logs: Export::Off,
            metric_interval: Duration::from_secs(60),
            span_queue: 2048,
            log_queue: 2048,
            metric_names: MetricNames::Both,
            capture: Capture::NoContent,
            propagators: vec![Propagator::TraceContext, Propagator::Baggage],
            attribute_value_limit: None,
            attribute_count_limit: 128,
            log_filter: "warn,zeroth=info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}
