//! Sends an answer as server-sent events while it is made.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt as _, future, stream};
use serde_json::Value;

use crate::llm::ChatReply;

use super::call::{Call, Progress};
use super::refusal::Refusal;

/// How a vendor tells an answer; each method gives whole events.
pub(super) trait Teller: Send + 'static {
    /// What comes before the first piece.
    fn open(&self) -> String;

    /// A piece of the text.
    fn piece(&self, text: &str) -> String;

    /// What comes after the last piece.
    fn close(&self, reply: &ChatReply) -> String;

    /// The end of an answer that failed on the way.
    fn fail(&self, refusal: &Refusal) -> String;
}

/// Answers with what `teller` makes of `call`. The head leaves with the first piece, so that a call that fails before it
/// is answered with its own status.
pub(super) async fn answer(mut call: Call, teller: impl Teller) -> Result<Response, Refusal> {
    let first = match call.next().await {
        Some(Progress::Ended(outcome)) => match *outcome {
            Err(error) => return Err(error.into()),
            Ok(reply) => Some(Progress::Ended(Box::new(Ok(reply)))),
        },
        first => first,
    };
    let opening = stream::once(future::ready(teller.open()));
    let told = stream::iter(first).chain(call).map(move |progress| match progress {
        Progress::Piece(text) => teller.piece(&text),
        Progress::Ended(outcome) => match *outcome {
            Ok(reply) => teller.close(&reply),
            Err(error) => teller.fail(&error.into()),
        },
    });
    let events = opening.chain(told).map(|events| Ok::<_, Infallible>(Bytes::from(events)));
    let head = [(CONTENT_TYPE, "text/event-stream; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    Ok((head, Body::from_stream(events)).into_response())
}

/// An event without a name.
pub(super) fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

/// An event that is named like the type of its value.
pub(super) fn named(value: &Value) -> String {
    format!("event: {}\n{}", value["type"].as_str().unwrap_or_default(), data(value))
}
