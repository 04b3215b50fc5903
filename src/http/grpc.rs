//! OTLP over gRPC: one message in, one message out, by the same path as over HTTP. It is what unary calls need of gRPC and
//! no more, so that sizes, packing and statuses are decided here: a message that is too large is not asked for again.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http_body::Frame;

use crate::traces::{Encoding, Full, Malformed, Receipt, Signal, Traces, acknowledge, retry_later};

/// gRPC's number of a status.
type Code = u8;

const INVALID_ARGUMENT: Code = 3;
pub(super) const PERMISSION_DENIED: Code = 7;
const RESOURCE_EXHAUSTED: Code = 8;
const UNIMPLEMENTED: Code = 12;
const INTERNAL: Code = 13;
const UNAVAILABLE: Code = 14;
pub(super) const UNAUTHENTICATED: Code = 16;

/// A flag and a length stand before each message.
const PREFIX: usize = 5;
const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const ACCEPTED: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// The calls that senders of telemetry make.
pub(super) const CALLS: [(&str, Signal); 3] = [
    ("/opentelemetry.proto.collector.trace.v1.TraceService/Export", Signal::Traces),
    ("/opentelemetry.proto.collector.logs.v1.LogsService/Export", Signal::Logs),
    ("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", Signal::Metrics),
];

/// Takes in what one call brings.
pub(super) async fn export(
    signal: Signal,
    State(store): State<Arc<Traces>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_grpc(&headers) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/grpc").into_response();
    }
    match keep(&store, signal, &headers, body).await {
        Ok(receipt) => answer(&acknowledge(signal, Encoding::Protobuf, &receipt)),
        Err(refusal) => refusal.answer(),
    }
}

/// What there is no other answer for.
pub(super) async fn unknown(headers: HeaderMap) -> Response {
    if is_grpc(&headers) {
        return refusal(UNIMPLEMENTED, "only the traces, logs and metrics of OTLP are taken in here");
    }
    (StatusCode::NOT_FOUND, "telemetry is taken in at /v1/traces, /v1/logs and /v1/metrics\n").into_response()
}

/// Whether the sender speaks gRPC.
pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let rest = media_type.strip_prefix(b"application/grpc");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"+proto") || rest.starts_with(b";"))
}

/// An answer without a message.
pub(super) fn refusal(code: Code, why: &str) -> Response {
    Refusal { code, why: why.to_owned(), details: None }.answer()
}

async fn keep(
    store: &Traces,
    signal: Signal,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Receipt, Refusal> {
    let too_large = |_| Malformed::TooLarge { max_bytes: store.intake().max_bytes };
    let message = unpack(store, headers, &body.map_err(too_large)?)?;
    let batch = store.read(signal, Encoding::Protobuf, &message)?;
    Ok(store.accept(batch).await?)
}

/// The one message of a body.
fn unpack(store: &Traces, headers: &HeaderMap, body: &Bytes) -> Result<Bytes, Refusal> {
    let broken = |why: &str| Refusal { code: INTERNAL, why: why.to_owned(), details: None };
    let (Some(prefix), Some(message)) = (body.first_chunk::<PREFIX>(), body.get(PREFIX..)) else {
        return Err(broken("there is no message"));
    };
    let [packed, length @ ..] = *prefix;
    if usize::try_from(u32::from_be_bytes(length)).is_ok_and(|length| length != message.len()) {
        return Err(broken("there is not one whole message"));
    }
    let encoding = headers.get(ENCODING).map(HeaderValue::as_bytes).unwrap_or(b"identity");
    match (packed, encoding) {
        (0, _) => Ok(body.slice(PREFIX..)),
        (1, b"gzip") => Ok(store.unzip(message)?.into()),
        (1, _) => {
            Err(Refusal { code: UNIMPLEMENTED, why: "messages may be packed with gzip only".to_owned(), details: None })
        }
        _ => Err(broken("the flag before the message is neither 0 nor 1")),
    }
}

/// Why nothing was kept.
struct Refusal {
    code: Code,
    why: String,
    /// A `google.rpc.Status`.
    details: Option<Vec<u8>>,
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        // Without details that say when, neither is sent again.
        let code = match malformed {
            Malformed::TooLarge { .. } | Malformed::TooManyParts { .. } => RESOURCE_EXHAUSTED,
            Malformed::MediaType(_) | Malformed::Unreadable { .. } => INVALID_ARGUMENT,
        };
        Self { code, why: malformed.to_string(), details: None }
    }
}

impl From<Full> for Refusal {
    fn from(full: Full) -> Self {
        let details = Some(retry_later(i32::from(UNAVAILABLE), &full));
        Self { code: UNAVAILABLE, why: full.to_string(), details }
    }
}

impl Refusal {
    fn answer(self) -> Response {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, GRPC);
        headers.insert(STATUS, u16::from(self.code).into());
        headers.insert(ACCEPTED, HeaderValue::from_static("gzip,identity"));
        if let Ok(why) = HeaderValue::try_from(escaped(&self.why)) {
            headers.insert(MESSAGE, why);
        }
        let details = self.details.and_then(|details| HeaderValue::try_from(STANDARD_NO_PAD.encode(details)).ok());
        details.map(|details| headers.insert(DETAILS, details));
        response
    }
}

/// What is not plain ASCII, as gRPC wants it in a header.
fn escaped(why: &str) -> String {
    let mut text = String::with_capacity(why.len());
    for byte in why.bytes() {
        if (b' '..=b'~').contains(&byte) && byte != b'%' {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// A message, and that all went well.
fn answer(message: &[u8]) -> Response {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let data: Bytes = [&[0], &length.to_be_bytes()[..], message].concat().into();
    let trailers = HeaderMap::from_iter([(STATUS, HeaderValue::from_static("0"))]);
    let body = Frames(VecDeque::from([Frame::data(data), Frame::trailers(trailers)]));
    ([(CONTENT_TYPE, GRPC)], Body::new(body)).into_response()
}

/// A body of which everything is there.
struct Frames(VecDeque<Frame<Bytes>>);

impl HttpBody for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _poller: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }
}
