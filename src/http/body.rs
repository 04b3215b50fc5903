//! Reads a JSON body, and says what is wrong with it.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::error::{Kind, Problem};
use super::server::Api;

/// The value in a JSON body. An empty body is an empty object where the value can do without fields.
pub(super) struct Body<T>(pub(super) T);

/// A value that is read from a body.
pub(super) trait Fields: DeserializeOwned {
    /// A body that fits, for error messages.
    const EXAMPLE: &'static str;

    /// What an empty body stands for, if it may be empty.
    fn absent() -> Option<Self> {
        None
    }
}

/// What a body may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes.
    pub(super) limit: usize,
    /// How long it may take to come.
    pub(super) timeout: Duration,
}

impl FromRef<Arc<Api>> for Bounds {
    fn from_ref(api: &Arc<Api>) -> Self {
        Self { limit: api.config.body_limit, timeout: api.config.body_timeout }
    }
}

impl<T: Fields, S: Send + Sync> FromRequest<S> for Body<T>
where
    Bounds: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let Bounds { limit, timeout } = Bounds::from_ref(state);
        let bytes = match tokio::time::timeout(timeout, Bytes::from_request(request, state)).await {
            Ok(bytes) => bytes.map_err(|rejection| unread(&rejection, limit))?,
            Err(_elapsed) => return Err(Problem::new(Kind::BODY_TIMEOUT, "the body did not arrive in time")),
        };
        match T::absent() {
            Some(value) if bytes.is_empty() => Ok(Self(value)),
            _ => read(&headers, &bytes).map(Self),
        }
    }
}

fn read<T: Fields>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    check_media_type(headers)?;
    let example = T::EXAMPLE;
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::new(Kind::MALFORMED_JSON, format!("the body is empty; send for example {example}")));
    }
    // A struct would also be read from an array of its fields.
    if let Some(other) = bytes.trim_ascii_start().first().filter(|byte| !matches!(byte, b'{')) {
        let kind = if b"[\"-0123456789tfn".contains(other) { Kind::INVALID_BODY } else { Kind::MALFORMED_JSON };
        return Err(Problem::new(kind, format!("expected a JSON object such as {example}")));
    }
    match Json::from_bytes(bytes) {
        Ok(Json(value)) => Ok(value),
        Err(rejection) => Err(unfit(&rejection, example)),
    }
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key(CONTENT_ENCODING) {
        let detail = "send the body as it is, without Content-Encoding";
        return Err(Problem::new(Kind::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let sent = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    match sent {
        Some(sent) if is_json(&sent) => Ok(()),
        Some(_) => {
            let detail = "the body has another media type; send the header Content-Type: application/json";
            Err(Problem::new(Kind::UNSUPPORTED_MEDIA_TYPE, detail))
        }
        None => {
            let detail = "the body has no media type; send the header Content-Type: application/json";
            Err(Problem::new(Kind::UNSUPPORTED_MEDIA_TYPE, detail))
        }
    }
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.strip_prefix("application/").is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

fn unfit(rejection: &JsonRejection, example: &str) -> Problem {
    let kind = match rejection {
        JsonRejection::JsonDataError(_) => Kind::INVALID_BODY,
        _ => Kind::MALFORMED_JSON,
    };
    let text = rejection.body_text();
    // What stands before the first colon says in general what the problem's title says already.
    let reason = text.split_once(": ").map_or(text.as_str(), |(_, reason)| reason);
    Problem::new(kind, format!("{reason}; send for example {example}"))
}

fn unread(rejection: &BytesRejection, limit: usize) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::TOO_LARGE, format!("the body has more than {limit} bytes")),
        _ => Problem::new(Kind::MALFORMED_JSON, "the body broke off"),
    }
}
