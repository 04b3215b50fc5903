//! The router, observed: a SERVER span from the head of a request to the end of the answer's body.

use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use bytes::Bytes;
use futures::future::BoxFuture;
use http::header::{HOST, USER_AGENT};
use http::{HeaderMap, Method, StatusCode, Version};
use http_body::{Frame, SizeHint};
use opentelemetry::propagation::Extractor;
use opentelemetry::trace::{FutureExt as _, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use tower::{Layer, Service};

use crate::id::TraceId;

use super::pipeline::SharedPropagator;
use super::scope::RequestScope;
use super::semconv::attr;
use super::telemetry::{Telemetry, with};

/// A layer that observes requests, and tells them the id of their trace by a [`TraceId`] in their extensions.
#[derive(Clone)]
pub struct ObserveHttp {
    telemetry: Telemetry,
    propagator: SharedPropagator,
}

impl ObserveHttp {
    /// Observes by `telemetry`; callers' traces are continued as `propagator` reads them.
    pub fn new(telemetry: Telemetry, propagator: SharedPropagator) -> Self {
        Self { telemetry, propagator }
    }

    fn open(&self, request: &Request) -> RequestRecord {
        let parent = self.propagator.extract_with_context(&Context::new(), &Headers(request.headers()));
        let scope = RequestScope::default();
        let labels = labels(request);
        let name = span_name(request);
        let builder = SpanBuilder::from_name(name)
            .with_kind(SpanKind::Server)
            .with_attributes(with(&labels, request_attributes(request)));
        let context = self.telemetry.start(builder, &parent).with_value(scope.clone());
        let active = labels[..2].to_vec();
        self.telemetry.instruments().http_server_active.add(1, &active);
        let started = self.telemetry.clock().ticks();
        RequestRecord { telemetry: self.telemetry.clone(), context, scope, labels, active, started, status: None }
    }
}

impl<S> Layer<S> for ObserveHttp {
    type Service = Observed<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Observed { inner, layer: self.clone() }
    }
}

/// An observed service; made by [`ObserveHttp`].
#[derive(Clone)]
pub struct Observed<S> {
    inner: S,
    layer: ObserveHttp,
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response, S::Error>>;

    fn poll_ready(&mut self, poller: &mut Poller<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(poller)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let mut record = self.layer.open(&request);
        let trace = record.context.span().span_context().trace_id();
        request.extensions_mut().insert(TraceId(u128::from_be_bytes(trace.to_bytes())));
        let answer = self.inner.call(request).with_context(record.context.clone());
        Box::pin(async move {
            let answer = answer.await?;
            record.status = Some(answer.status());
            Ok(answer.map(|body| Body::new(ObservedBody { body, _record: record })))
        })
    }
}

/// A request under way; it ends when this is dropped: with the last byte of the answer, or when the client leaves.
struct RequestRecord {
    telemetry: Telemetry,
    context: Context,
    scope: RequestScope,
    labels: Vec<KeyValue>,
    active: Vec<KeyValue>,
    started: Duration,
    status: Option<StatusCode>,
}

impl Drop for RequestRecord {
    fn drop(&mut self) {
        let span = self.context.span();
        let mut more = vec![KeyValue::new(attr::COMPONENT, self.scope.component())];
        if let Some(status) = self.status {
            more.push(KeyValue::new(attr::HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16())));
            if status.is_server_error() {
                more.push(KeyValue::new(attr::ERROR_TYPE, status.as_u16().to_string()));
                span.set_status(Status::error(""));
            }
        }
        span.set_attributes(more.clone());
        self.telemetry.end(&self.context);
        let instruments = self.telemetry.instruments();
        instruments.http_server_active.add(-1, &self.active);
        instruments.http_server_duration.record(self.telemetry.since(self.started), &with(&self.labels, more));
    }
}

/// A body that holds the record of its request until it ends.
struct ObservedBody {
    body: Body,
    _record: RequestRecord,
}

impl HttpBody for ObservedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        poller: &mut Poller<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(poller));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

/// What the duration metric is split by; the first two are also those of the number of active requests.
fn labels(request: &Request) -> Vec<KeyValue> {
    let mut labels = vec![
        KeyValue::new(attr::HTTP_REQUEST_METHOD, known_method(request.method())),
        KeyValue::new(attr::URL_SCHEME, "http"),
        KeyValue::new(attr::NETWORK_PROTOCOL_VERSION, protocol_version(request.version())),
    ];
    if let Some(route) = route(request) {
        labels.push(KeyValue::new(attr::HTTP_ROUTE, route.to_owned()));
    }
    labels
}

fn request_attributes(request: &Request) -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new(attr::URL_PATH, request.uri().path().to_owned())];
    if known_method(request.method()) == OTHER {
        attributes.push(KeyValue::new(attr::HTTP_REQUEST_METHOD_ORIGINAL, request.method().to_string()));
    }
    if let Some(agent) = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()) {
        attributes.push(KeyValue::new(attr::USER_AGENT_ORIGINAL, agent.to_owned()));
    }
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    if let Some(authority) = host.and_then(|host| host.parse::<http::uri::Authority>().ok()) {
        attributes.push(KeyValue::new(attr::SERVER_ADDRESS, authority.host().to_owned()));
        attributes.extend(authority.port_u16().map(|port| KeyValue::new(attr::SERVER_PORT, i64::from(port))));
    }
    attributes
}

fn span_name(request: &Request) -> String {
    let method = match known_method(request.method()) {
        OTHER => "HTTP",
        method => method,
    };
    route(request).map_or_else(|| method.to_owned(), |route| format!("{method} {route}"))
}

fn route(request: &Request) -> Option<&str> {
    request.extensions().get::<MatchedPath>().map(MatchedPath::as_str)
}

/// What the conventions call a method that is none of the known ones.
const OTHER: &str = "_OTHER";

fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER)
}

fn protocol_version(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "2",
        Version::HTTP_10 => "1.0",
        _ => "1.1",
    }
}
