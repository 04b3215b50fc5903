//! Changes how an answer travels and not what it says; and the page that comes from something on the way.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _, Response};
use futures::{StreamExt as _, stream};

use crate::llm::fault::Fault;

/// How long bytes are given to leave before the connection breaks behind them.
pub(super) const FLUSH: Duration = Duration::from_millis(5);

/// The answer as these faults let it travel.
pub(super) fn put_on(mut response: Response, faults: &[Fault]) -> Response {
    let events =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if events && faults.contains(&Fault::Crlf) {
        response = response.map(|body| {
            let lines = body.into_data_stream().map(|chunk| chunk.map(|chunk| with_returns(&chunk)));
            Body::from_stream(lines)
        });
    }
    if faults.contains(&Fault::ByteByByte) {
        response.headers_mut().remove(CONTENT_LENGTH);
        response = response.map(|body| {
            let bytes = body.into_data_stream().flat_map(|chunk| match chunk {
                Ok(chunk) => stream::iter(singles(&chunk)).left_stream(),
                Err(error) => stream::iter([Err(error)]).right_stream(),
            });
            // Without a break between them, they would leave together.
            Body::from_stream(bytes.then(|byte| async {
                tokio::task::yield_now().await;
                byte
            }))
        });
    }
    response
}

/// What a proxy shows to people.
pub(super) fn page() -> Response {
    Html("<!doctype html>\n<html><head><title>Just a moment…</title></head><body><h1>Checking your browser</h1></body></html>\n")
        .into_response()
}

/// The first half of `text`, and then the end of the answer, in order or not.
pub(super) fn broken_off(text: &str, breaks: Breaks) -> Response {
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let body = match breaks {
        Breaks::InOrder => Body::from(half),
        Breaks::Apart => {
            let broken = stream::once(async {
                tokio::time::sleep(FLUSH).await;
                Err(reset())
            });
            Body::from_stream(stream::iter([Ok(half)]).chain(broken))
        }
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// How an answer is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    InOrder,
    Apart,
}

/// What makes the server drop the connection.
pub(super) fn reset() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "broken on purpose")
}

fn with_returns(chunk: &[u8]) -> Bytes {
    chunk
        .iter()
        .flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) })
        .copied()
        .collect()
}

fn singles(chunk: &Bytes) -> Vec<Result<Bytes, axum::Error>> {
    (0..chunk.len()).map(|at| Ok(chunk.slice(at..=at))).collect()
}
