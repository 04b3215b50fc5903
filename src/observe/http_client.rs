//! The wire towards providers, observed: a CLIENT span per attempt, from the request to the end of the answer's body.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use opentelemetry::propagation::Injector;
use opentelemetry::trace::{FutureExt as _, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::llm::{Incoming, Outgoing, Read, Transport, TransportError, TransportFault};

use super::pipeline::SharedPropagator;
use super::scope::{CurrentComponent, CurrentStage};
use super::semconv::{attr, error_type};
use super::telemetry::{Telemetry, with};

/// Wraps a [`Transport`], records each attempt and sends the trace context along.
pub struct ObservedTransport {
    inner: Arc<dyn Transport>,
    telemetry: Telemetry,
    propagator: SharedPropagator,
}

impl ObservedTransport {
    /// Observes `inner`; the trace goes along as `propagator` writes it.
    pub fn new(inner: Arc<dyn Transport>, telemetry: Telemetry, propagator: SharedPropagator) -> Self {
        Self { inner, telemetry, propagator }
    }
}

#[async_trait]
impl Transport for ObservedTransport {
    async fn send(&self, mut request: Outgoing) -> Result<Incoming, TransportError> {
        let mut record = AttemptRecord::open(self.telemetry.clone(), &request);
        self.propagator.inject_context(&record.context, &mut Headers(&mut request.headers));
        match self.inner.send(request).with_context(record.context.clone()).await {
            Ok(answer) => {
                record.outcome = Outcome::Status(answer.status);
                record.read = answer.read.clone();
                Ok(Incoming { body: observed_body(answer.body, record), ..answer })
            }
            Err(error) => {
                record.outcome = Outcome::Fault(error.clone());
                Err(error)
            }
        }
    }
}

type Body = futures::stream::BoxStream<'static, Result<bytes::Bytes, TransportError>>;

fn observed_body(body: Body, record: AttemptRecord) -> Body {
    // The record ends with the stream, or when its reader drops it.
    let body = body.scan(record, |record, item| {
        if let Err(error) = &item {
            record.outcome = Outcome::Fault(error.clone());
        }
        futures::future::ready(Some(item))
    });
    body.boxed()
}

/// An attempt under way; it ends when this is dropped.
struct AttemptRecord {
    telemetry: Telemetry,
    context: Context,
    labels: Vec<KeyValue>,
    started: Duration,
    outcome: Outcome,
    /// Whether the body was read to where its reader wanted to come.
    read: Read,
}

enum Outcome {
    Cancelled,
    Status(StatusCode),
    Fault(TransportError),
}

impl AttemptRecord {
    fn open(telemetry: Telemetry, request: &Outgoing) -> Self {
        let parent = Context::current();
        let method = request.method.to_string();
        let mut labels = vec![KeyValue::new(attr::HTTP_REQUEST_METHOD, method.clone())];
        labels.extend(request.url.host_str().map(|host| KeyValue::new(attr::SERVER_ADDRESS, host.to_owned())));
        let port = request.url.port_or_known_default();
        labels.extend(port.map(|port| KeyValue::new(attr::SERVER_PORT, i64::from(port))));
        if let Some(CurrentComponent(component)) = parent.get::<CurrentComponent>() {
            labels.push(KeyValue::new(attr::COMPONENT, component.as_str()));
        }
        let mut attributes = with(&labels, [KeyValue::new(attr::URL_FULL, redacted(&request.url))]);
        attributes.extend(CurrentStage::attributes(&parent));
        if request.resend_count > 0 {
            attributes.push(KeyValue::new(attr::HTTP_REQUEST_RESEND_COUNT, i64::from(request.resend_count)));
        }
        let builder = SpanBuilder::from_name(method).with_kind(SpanKind::Client).with_attributes(attributes);
        let context = telemetry.start(builder, &parent);
        let started = telemetry.clock().ticks();
        Self { telemetry, context, labels, started, outcome: Outcome::Cancelled, read: Read::default() }
    }

    fn error(&self) -> Option<String> {
        match &self.outcome {
            Outcome::Cancelled => Some(error_type::CANCELLED.to_owned()),
            Outcome::Status(status) if status.as_u16() >= 400 => Some(status.as_u16().to_string()),
            Outcome::Status(_) if self.read.is_done() => None,
            // Whoever read it lost patience, or was dropped himself.
            Outcome::Status(_) => Some(error_type::CANCELLED.to_owned()),
            Outcome::Fault(error) => Some(fault_type(error.fault).to_owned()),
        }
    }
}

impl Drop for AttemptRecord {
    fn drop(&mut self) {
        let span = self.context.span();
        let mut more = Vec::new();
        if let Outcome::Status(status) = self.outcome {
            more.push(KeyValue::new(attr::HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16())));
        }
        if let Some(error) = self.error() {
            more.push(KeyValue::new(attr::ERROR_TYPE, error));
            let message = match &self.outcome {
                Outcome::Fault(error) => error.message.clone(),
                Outcome::Cancelled | Outcome::Status(_) => String::new(),
            };
            span.set_status(Status::error(message));
        }
        span.set_attributes(more.clone());
        self.telemetry.end(&self.context);
        let seconds = self.telemetry.since(self.started);
        self.telemetry.instruments().http_client_duration.record(seconds, &with(&self.labels, more));
    }
}

fn fault_type(fault: TransportFault) -> &'static str {
    match fault {
        TransportFault::Connect => error_type::CONNECT,
        TransportFault::Timeout => error_type::TIMEOUT,
        TransportFault::Broken => error_type::BROKEN,
    }
}

/// The address without user, password and query, any of which may be secret.
fn redacted(url: &reqwest::Url) -> String {
    let mut url = url.clone();
    if url.query().is_some() {
        url.set_query(Some("REDACTED"));
    }
    // These fail only on addresses that cannot have a user, such as `data:`.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

const TRACEPARENT: &str = "traceparent";

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        // Baggage and trace state come from the caller and are none of the provider's business.
        if key == TRACEPARENT
            && let Ok(value) = HeaderValue::try_from(value)
        {
            self.0.insert(HeaderName::from_static(TRACEPARENT), value);
        }
    }
}
