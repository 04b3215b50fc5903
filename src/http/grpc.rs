//! OTLP over gRPC: one message in, one message out, by the same path as over HTTP. It is what unary calls need of gRPC and
//! no more, so that sizes, packing and statuses are decided here: a message that is too large is not asked for again.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http_body::Frame;

use crate::traces::Refusal as Refused;
use crate::traces::{Encoding, Malformed, Packet, Packing, Receipt, Signal, acknowledge, retry_later};

use super::reception::{LATE, Lost, Reception};

/// gRPC's number of a status.
type Code = u8;

const INVALID_ARGUMENT: Code = 3;
const DEADLINE_EXCEEDED: Code = 4;
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
pub(super) async fn export(signal: Signal, State(at): State<Reception>, headers: HeaderMap, body: Body) -> Response {
    if !is_grpc(&headers) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/grpc").into_response();
    }
    match keep(&at, signal, &headers, body).await {
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

async fn keep(at: &Reception, signal: Signal, headers: &HeaderMap, body: Body) -> Result<Receipt, Refusal> {
    let (body, _room) = at.receive(body).await?;
    let (packing, bytes) = unframe(headers, &body)?;
    let packet = Packet { signal, encoding: Encoding::Protobuf, packing, bytes };
    Ok(at.store.take(packet).await.map_err(Lost::from)?)
}

/// The one message of a body.
fn unframe(headers: &HeaderMap, body: &Bytes) -> Result<(Packing, Bytes), Refusal> {
    let broken = |why: &str| Refusal { code: INTERNAL, why: why.to_owned(), details: None };
    let (Some(prefix), Some(message)) = (body.first_chunk::<PREFIX>(), body.get(PREFIX..)) else {
        return Err(broken("there is no message"));
    };
    let [packed, length @ ..] = *prefix;
    if usize::try_from(u32::from_be_bytes(length)).is_ok_and(|length| length != message.len()) {
        return Err(broken("there is not one whole message"));
    }
    let encoding = headers.get(ENCODING).map(HeaderValue::as_bytes).unwrap_or(b"identity");
    let packing = match (packed, encoding) {
        (0, _) => Packing::Plain,
        (1, b"gzip") => Packing::Gzip,
        (1, _) => {
            let why = "messages may be packed with gzip only".to_owned();
            return Err(Refusal { code: UNIMPLEMENTED, why, details: None });
        }
        _ => return Err(broken("the flag before the message is neither 0 nor 1")),
    };
    Ok((packing, body.slice(PREFIX..)))
}

/// Why nothing was kept.
struct Refusal {
    code: Code,
    why: String,
    /// A `google.rpc.Status`.
    details: Option<Vec<u8>>,
}

impl From<Lost> for Refusal {
    fn from(lost: Lost) -> Self {
        // Without details that say when, those of mistakes are not sent again.
        let (code, why) = match lost {
            Lost::Late => (DEADLINE_EXCEEDED, LATE.to_owned()),
            Lost::Refused(Refused::Full(full)) => {
                let details = Some(retry_later(i32::from(UNAVAILABLE), &full));
                return Self { code: UNAVAILABLE, why: full.to_string(), details };
            }
            Lost::Refused(refused) => (code(&refused), refused.to_string()),
        };
        Self { code, why, details: None }
    }
}

const fn code(refused: &Refused) -> Code {
    match refused {
        Refused::Malformed(Malformed::TooLarge { .. } | Malformed::TooManyParts { .. }) => RESOURCE_EXHAUSTED,
        Refused::Malformed(Malformed::MediaType(_) | Malformed::Unreadable { .. }) => INVALID_ARGUMENT,
        Refused::Full(_) => UNAVAILABLE,
        Refused::Broken => INTERNAL,
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
