//! Telemetry of other programs comes in here: OTLP over HTTP, in protobuf or JSON, packed with gzip or not, and over gRPC
//! (`grpc`). Whoever is answered with 200 finds it again after any crash.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::traces::{Batch, Encoding, Full, Malformed, Receipt, Signal, Traces, acknowledge, refuse};

use super::grpc;
use super::guard::Guard;
use super::server::Config;

type Store = State<Arc<Traces>>;
type Body = Result<Bytes, BytesRejection>;

/// The receivers on the server's own port, at the paths that every OpenTelemetry SDK knows. Their requests are not observed:
/// telemetry of telemetry would never end.
pub fn intake(store: Arc<Traces>) -> Router {
    let limit = DefaultBodyLimit::max(store.intake().max_bytes);
    let mut routes = Router::new()
        .route("/v1/traces", post(|store, headers, body| receive(Signal::Traces, store, headers, body)))
        .route("/v1/logs", post(|store, headers, body| receive(Signal::Logs, store, headers, body)))
        .route("/v1/metrics", post(|store, headers, body| receive(Signal::Metrics, store, headers, body)));
    for (path, signal) in grpc::CALLS {
        routes = routes.route(path, post(move |store, headers, body| grpc::export(signal, store, headers, body)));
    }
    routes.layer(limit).with_state(store)
}

/// The receivers alone, for a port on which nothing else is; `host` is what it listens on.
pub(super) fn alone(store: Arc<Traces>, host: &str, config: &Config) -> Router {
    Guard::new(host, config).around(intake(store).fallback(grpc::unknown))
}

async fn receive(signal: Signal, State(store): Store, headers: HeaderMap, body: Body) -> Response {
    let encoding = Encoding::of(text(&headers, &CONTENT_TYPE));
    // Who sends what nobody reads is told so in JSON.
    let tongue = encoding.as_ref().map_or(Encoding::Json, |encoding| *encoding);
    match keep(&store, signal, encoding, &headers, body).await {
        Ok(receipt) => answer(StatusCode::OK, tongue, acknowledge(signal, tongue, &receipt)),
        Err(refusal) => refusal.answer(tongue),
    }
}

async fn keep(
    store: &Traces,
    signal: Signal,
    encoding: Result<Encoding, Malformed>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Receipt, Refusal> {
    let batch = open(store, signal, encoding?, headers, body)?;
    store.accept(batch).await.map_err(Refusal::Full)
}

fn open(store: &Traces, signal: Signal, encoding: Encoding, headers: &HeaderMap, body: Body) -> Result<Batch, Refusal> {
    let bytes = body.map_err(|_| Malformed::TooLarge { max_bytes: store.intake().max_bytes })?;
    Ok(match text(headers, &CONTENT_ENCODING).trim() {
        "" | "identity" => store.read(signal, encoding, &bytes)?,
        "gzip" => store.read(signal, encoding, &store.unzip(&bytes)?)?,
        other => return Err(Refusal::Packed(other.chars().take(40).collect())),
    })
}

/// Why nothing was kept.
enum Refusal {
    Malformed(Malformed),
    /// Packed in a way that nobody unpacks here.
    Packed(String),
    Full(Full),
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl Refusal {
    /// 503 asks senders to come again, as OTLP has it; the others are not sent again.
    fn answer(self, encoding: Encoding) -> Response {
        let status = match &self {
            Self::Malformed(Malformed::MediaType(_)) | Self::Packed(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed(Malformed::TooLarge { .. } | Malformed::TooManyParts { .. }) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Malformed(Malformed::Unreadable { .. }) => StatusCode::BAD_REQUEST,
            Self::Full(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        let why = match &self {
            Self::Malformed(malformed) => malformed.to_string(),
            Self::Packed(other) => format!("the content encoding is {other:?}; send gzip or none"),
            Self::Full(full) => full.to_string(),
        };
        let mut response = answer(status, encoding, refuse(encoding, &why));
        if let Self::Full(full) = self {
            response.headers_mut().insert(RETRY_AFTER, full.retry_after.as_secs().max(1).into());
        }
        response
    }
}

fn answer(status: StatusCode, encoding: Encoding, body: Vec<u8>) -> Response {
    let media_type = HeaderValue::from_static(encoding.media_type());
    (status, [(CONTENT_TYPE, media_type)], body).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
