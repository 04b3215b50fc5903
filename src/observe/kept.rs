//! The way of our own telemetry into the trace store of this process: as OTLP, like everyone else's, but without a socket.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    LogExporter, MetricExporter, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::logs::BatchLogProcessor;
use opentelemetry_sdk::metrics::PeriodicReader;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor};

use crate::traces::{Encoding, Packet, Packing, Refusal, Signal, Traces, acknowledge, refuse};

use super::config::{BatchLimits, Config};
use super::flow::{Counted, Flow, Gate, Throttle, Way, Words};
use super::pipeline::PipelineError;

/// How long spans and log records wait for company: somebody may be watching.
const DELAY: Duration = Duration::from_millis(200);
/// How often metrics are kept, unless they are sent more often.
const INTERVAL: Duration = Duration::from_secs(15);

/// What the SDK needs to bring spans, metrics and log records into the trace store.
pub(super) struct Kept {
    store: Desk,
    pub(super) spans: Arc<Flow>,
    pub(super) logs: Arc<Flow>,
    pub(super) metrics: Arc<Flow>,
    words: Words,
}

impl Kept {
    pub(super) fn new(store: Arc<Traces>, config: &Config, throttle: &Arc<Throttle>) -> Self {
        let flow = |signal, queue| Flow::new(signal, Way::Kept, queue, Arc::clone(throttle));
        Self {
            store: Desk(store),
            spans: flow("spans", config.span_batch.queue),
            logs: flow("logs", config.log_batch.queue),
            metrics: flow("metrics", 1),
            words: if config.kept_content { Words::Told } else { Words::Withheld },
        }
    }

    pub(super) fn span_processor(&self, config: &Config) -> Result<Gate<BatchSpanProcessor>, PipelineError> {
        let builder = SpanExporter::builder().with_http().with_http_client(self.store.clone());
        let builder = builder.with_endpoint("http://traces/v1/traces").with_protocol(Protocol::HttpBinary);
        let exporter = builder.build().map_err(|error| failed("spans", &error))?;
        let BatchLimits { queue, batch, delay } = config.span_batch;
        let limits = BatchConfigBuilder::default().with_max_queue_size(queue).with_max_export_batch_size(batch);
        let limits = limits.with_scheduled_delay(delay.min(DELAY)).build();
        let exporter = Counted { inner: exporter, flow: Arc::clone(&self.spans) };
        let inner = BatchSpanProcessor::builder(exporter).with_batch_config(limits).build();
        let flow = Arc::clone(&self.spans);
        Ok(Gate { inner, flow, value_limit: config.attribute_value_limit, words: self.words })
    }

    pub(super) fn log_processor(&self, config: &Config) -> Result<Gate<BatchLogProcessor>, PipelineError> {
        let builder = LogExporter::builder().with_http().with_http_client(self.store.clone());
        let builder = builder.with_endpoint("http://traces/v1/logs").with_protocol(Protocol::HttpBinary);
        let exporter = builder.build().map_err(|error| failed("logs", &error))?;
        let BatchLimits { queue, batch, delay } = config.log_batch;
        let limits = opentelemetry_sdk::logs::BatchConfigBuilder::default();
        let limits = limits.with_max_queue_size(queue).with_max_export_batch_size(batch);
        let limits = limits.with_scheduled_delay(delay.min(DELAY)).build();
        let exporter = Counted { inner: exporter, flow: Arc::clone(&self.logs) };
        let inner = BatchLogProcessor::builder(exporter).with_batch_config(limits).build();
        Ok(Gate { inner, flow: Arc::clone(&self.logs), value_limit: None, words: self.words })
    }

    pub(super) fn metric_reader(
        &self,
        config: &Config,
    ) -> Result<PeriodicReader<Counted<MetricExporter>>, PipelineError> {
        let builder = MetricExporter::builder().with_http().with_http_client(self.store.clone());
        let builder = builder.with_endpoint("http://traces/v1/metrics").with_protocol(Protocol::HttpBinary);
        let exporter = builder.build().map_err(|error| failed("metrics", &error))?;
        let exporter = Counted { inner: exporter, flow: Arc::clone(&self.metrics) };
        Ok(PeriodicReader::builder(exporter).with_interval(config.metric_interval.min(INTERVAL)).build())
    }
}

fn failed(signal: &'static str, error: &dyn fmt::Display) -> PipelineError {
    PipelineError::Exporter { signal, reason: error.to_string() }
}

/// Takes the exporters' requests as a server would. Called on the SDK's own threads, which may wait.
#[derive(Clone)]
struct Desk(Arc<Traces>);

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desk")
    }
}

#[async_trait]
impl HttpClient for Desk {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let signal = match request.uri().path() {
            "/v1/traces" => Signal::Traces,
            "/v1/logs" => Signal::Logs,
            _ => Signal::Metrics,
        };
        let encoding = Encoding::of(header(request.headers(), &CONTENT_TYPE))?;
        // The exporter heeds the environment, which may say that everything is packed.
        let packed = header(request.headers(), &CONTENT_ENCODING) == "gzip";
        let packing = if packed { Packing::Gzip } else { Packing::Plain };
        let packet = Packet { signal, encoding, packing, bytes: request.into_body() };
        let (status, body) = match self.0.take_blocking(&packet) {
            Ok(receipt) => (StatusCode::OK, acknowledge(signal, encoding, &receipt)),
            Err(refusal @ Refusal::Full(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, refuse(encoding, &refusal.to_string()))
            }
            Err(refusal) => (StatusCode::INTERNAL_SERVER_ERROR, refuse(encoding, &refusal.to_string())),
        };
        Ok(Response::builder().status(status).header(CONTENT_TYPE, encoding.media_type()).body(Bytes::from(body))?)
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
