//! A file that a browser keeps: it asks again each time, and is sent only what it does not have.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// One file and how it is known again.
pub(super) struct File {
    media_type: &'static str,
    body: Bytes,
    tag: String,
}

impl File {
    pub(super) fn new(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self::known_by(hasher.finish(), media_type, body)
    }

    /// A file of which a number is known that changes with it.
    pub(super) fn known_by(number: u64, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { media_type, tag: format!("\"{number:016x}\""), body: body.into() }
    }

    /// The file, or word that the client has it already.
    pub(super) fn answer(&self, headers: &HeaderMap) -> Response {
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let is_known = known
            .flat_map(|tags| tags.split(','))
            .any(|tag| matches!(tag.trim(), t if t == "*" || t.trim_start_matches("W/") == self.tag));
        let common = [(ETAG, self.tag.as_str()), (CACHE_CONTROL, "no-cache")];
        if is_known {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        (common, [(CONTENT_TYPE, self.media_type)], self.body.clone()).into_response()
    }
}
