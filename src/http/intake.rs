//! Telemetry of other programs comes in here: OTLP over HTTP, in protobuf or JSON, packed with gzip or not, and over gRPC
//! (`grpc`). How it is received stands in `reception`. Whoever is answered with 200 finds it again after any crash.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use crate::traces::{
    Encoding, Full, Malformed, Packet, Packing, Receipt, Refusal, Signal, Traces, acknowledge, refuse,
};

use super::guard::Guard;
use super::reception::{LATE, Lost, Reception};
use super::server::Config;
use super::{edge, grpc};

/// The receivers on the server's own port, at the paths that every OpenTelemetry SDK knows. Their requests are not observed:
/// telemetry of telemetry would never end. Once `closing` is cancelled, nobody waits for a message that is still on its way.
pub fn intake(store: Arc<Traces>, config: &Config, closing: CancellationToken) -> Router {
    let mut routes = Router::new()
        .route("/v1/traces", post(|at, headers, body| receive(Signal::Traces, at, headers, body)))
        .route("/v1/logs", post(|at, headers, body| receive(Signal::Logs, at, headers, body)))
        .route("/v1/metrics", post(|at, headers, body| receive(Signal::Metrics, at, headers, body)));
    for (path, signal) in grpc::CALLS {
        routes = routes.route(path, post(move |at, headers, body| grpc::export(signal, at, headers, body)));
    }
    let reception = Reception { store, patience: config.body_timeout, closing };
    routes.with_state(reception).layer(CatchPanicLayer::custom(edge::panicked))
}

/// The receivers alone, for a port on which nothing else is; `host` is what it listens on.
pub(super) fn alone(store: Arc<Traces>, host: &str, config: &Config, closing: CancellationToken) -> Router {
    Guard::new(host, config).around(intake(store, config, closing).fallback(grpc::unknown))
}

async fn receive(signal: Signal, State(at): State<Reception>, headers: HeaderMap, body: Body) -> Response {
    let encoding = Encoding::of(text(&headers, &CONTENT_TYPE));
    // Who sends what nobody reads is told so in JSON.
    let tongue = encoding.as_ref().map_or(Encoding::Json, |encoding| *encoding);
    match keep(&at, signal, encoding, &headers, body).await {
        Ok(receipt) => answer(StatusCode::OK, tongue, acknowledge(signal, tongue, &receipt)),
        Err(declined) => declined.answer(tongue),
    }
}

async fn keep(
    at: &Reception,
    signal: Signal,
    encoding: Result<Encoding, Malformed>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Receipt, Declined> {
    let encoding = encoding.map_err(Lost::from)?;
    let packing = match text(headers, &CONTENT_ENCODING).trim() {
        "" | "identity" => Packing::Plain,
        "gzip" => Packing::Gzip,
        other => return Err(Declined::Packed(other.chars().take(40).collect())),
    };
    let (bytes, _room) = at.receive(body).await?;
    Ok(at.store.take(Packet { signal, encoding, packing, bytes }).await.map_err(Lost::from)?)
}

/// Why nothing was kept.
enum Declined {
    Lost(Lost),
    /// Packed in a way that nobody unpacks here.
    Packed(String),
}

impl From<Lost> for Declined {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

impl Declined {
    /// 503 asks senders to come again, as OTLP has it; the others are not sent again.
    fn answer(self, encoding: Encoding) -> Response {
        let (status, why) = match &self {
            Self::Packed(other) => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("the content encoding is {other:?}; send gzip or none"))
            }
            Self::Lost(Lost::Late) => (StatusCode::REQUEST_TIMEOUT, LATE.to_owned()),
            Self::Lost(Lost::Refused(refusal)) => (status(refusal), refusal.to_string()),
        };
        let mut response = answer(status, encoding, refuse(encoding, &why));
        let headers = response.headers_mut();
        match self {
            Self::Lost(Lost::Late) => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Self::Lost(Lost::Refused(Refusal::Full(Full { retry_after, .. }))) => {
                headers.insert(RETRY_AFTER, retry_after.as_secs().max(1).into());
            }
            _ => {}
        }
        response
    }
}

const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Malformed(Malformed::MediaType(_)) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Refusal::Malformed(Malformed::TooLarge { .. } | Malformed::TooManyParts { .. }) => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        Refusal::Malformed(Malformed::Unreadable { .. }) => StatusCode::BAD_REQUEST,
        Refusal::Full(_) => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn answer(status: StatusCode, encoding: Encoding, body: Vec<u8>) -> Response {
    let media_type = HeaderValue::from_static(encoding.media_type());
    (status, [(CONTENT_TYPE, media_type)], body).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
