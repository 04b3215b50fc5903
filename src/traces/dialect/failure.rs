//! Why a call failed: what the span's status, its attributes or an exception say, in whichever place a dialect puts it.

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use super::super::call::Failure;
use super::attributes::Attributes;
use super::draft::Told;
use super::limit::{ITEMS, REMARK_BYTES};

/// The kind when nobody said which.
pub(super) const OTHER: &str = "_OTHER";

/// Why it failed; none when it did not.
pub(super) fn read(told: &Told) -> Option<Failure> {
    let attributes = &told.attributes;
    let status = told.span.and_then(|span| span.status.as_ref());
    let failed = status.is_some_and(|status| status.code == StatusCode::Error as i32);
    let level =
        attributes.name(&["langfuse.observation.level"]).is_some_and(|level| level.eq_ignore_ascii_case("error"));
    let stated = attributes.name(&["error.type"]);
    if !failed && !level && stated.is_none() {
        return None;
    }
    let thrown = told.span.map(exception).unwrap_or_default();
    let description = status.map(|status| status.message.trim()).filter(|message| !message.is_empty());
    let message = description.map(|message| super::limit::cut(message, REMARK_BYTES));
    let told_elsewhere = || attributes.text(&["langfuse.observation.status_message", "error.message"], REMARK_BYTES);
    Some(Failure {
        kind: stated.or(thrown.0).unwrap_or_else(|| OTHER.to_owned()),
        message: message.or_else(told_elsewhere).or(thrown.1),
    })
}

/// What a record tells of an exception.
pub(super) fn of_exception(attributes: &Attributes) -> Option<Failure> {
    let kind = attributes.name(&["error.type", "exception.type"]);
    let message = attributes.text(&["exception.message"], REMARK_BYTES);
    (kind.is_some() || message.is_some()).then(|| Failure { kind: kind.unwrap_or_else(|| OTHER.to_owned()), message })
}

fn exception(span: &Span) -> (Option<String>, Option<String>) {
    let Some(event) = span.events.iter().take(ITEMS).find(|event| event.name == "exception") else {
        return (None, None);
    };
    let attributes = Attributes::new(&event.attributes);
    (attributes.name(&["exception.type"]), attributes.text(&["exception.message"], REMARK_BYTES))
}
