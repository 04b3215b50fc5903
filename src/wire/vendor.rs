//! Whose protocol a request speaks, and what that vendor says on every answer.

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use serde_json::{Value, json};

use super::refusal::{Reason, Refusal};

/// A vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Vendor {
    Anthropic,
    OpenAi,
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
        })
    }
}

impl Vendor {
    /// By the path where only one of them has it, then by what stands before it, else by the headers that only one of
    /// them asks for.
    pub(super) fn of(path: &str, headers: &HeaderMap) -> Self {
        let (prefix, route) = path.split_at(path.find("/v1/").unwrap_or(0));
        let speaks = headers.contains_key("anthropic-version") || headers.contains_key("x-api-key");
        let shared = !["/v1/chat", "/v1/embeddings", "/v1/responses"].iter().any(|own| route.starts_with(own));
        let named = prefix.contains("anthropic") || (speaks && !prefix.contains("openai"));
        if route.starts_with("/v1/messages") || (shared && named) { Self::Anthropic } else { Self::OpenAi }
    }

    /// An error's body.
    pub(super) fn error(self, refusal: &Refusal, request_id: &str) -> Value {
        let message = &refusal.message;
        let (kind, code) = self.kind(refusal.reason);
        match self {
            Self::Anthropic => {
                let error = json!({ "type": kind, "message": message, "details": null });
                json!({ "type": "error", "error": error, "request_id": request_id })
            }
            Self::OpenAi => {
                json!({ "error": { "message": message, "type": kind, "param": refusal.param, "code": code } })
            }
        }
    }

    /// Writes `refusal` into `response`, whose other headers stay.
    pub(super) fn word(self, refusal: &Refusal, request_id: &str, mut response: Response) -> Response {
        *response.status_mut() = refusal.reason.status(self);
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(wait) = refusal.wait {
            // Whole seconds for everybody, and the exact time for clients that know the other header.
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_millis().div_ceil(1000) as u64));
            headers.insert(HeaderName::from_static("retry-after-ms"), HeaderValue::from(wait.as_millis() as u64));
        }
        *response.body_mut() = Body::from(self.error(refusal, request_id).to_string());
        response
    }

    /// Sets what stands in the head of every answer; it `took` so long until it could begin.
    pub(super) fn sign(self, headers: &mut HeaderMap, request_id: &str, took: Duration) {
        let mut set = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        match self {
            Self::Anthropic => {
                set("request-id", request_id);
                set("anthropic-organization-id", "00000000-0000-0000-0000-000000000000");
            }
            Self::OpenAi => {
                set("x-request-id", request_id);
                set("openai-version", "2020-10-01");
                set("openai-organization", "zeroth");
                set("openai-processing-ms", &took.as_millis().to_string());
            }
        }
    }

    /// An error's type, and for OpenAI its code.
    fn kind(self, reason: Reason) -> (&'static str, Option<&'static str>) {
        let status = reason.status(self).as_u16();
        match (self, reason, status) {
            (Self::Anthropic, _, 401) => ("authentication_error", None),
            (Self::Anthropic, _, 402) => ("billing_error", None),
            (Self::Anthropic, _, 403) => ("permission_error", None),
            (Self::Anthropic, _, 404) => ("not_found_error", None),
            (Self::Anthropic, _, 408 | 504) => ("timeout_error", None),
            (Self::Anthropic, _, 409) => ("conflict_error", None),
            (Self::Anthropic, _, 413) => ("request_too_large", None),
            (Self::Anthropic, _, 429) => ("rate_limit_error", None),
            (Self::Anthropic, _, 529) => ("overloaded_error", None),
            (Self::Anthropic, _, 500..) => ("api_error", None),
            (Self::OpenAi, Reason::Unsupported, _) => ("invalid_request_error", Some("unsupported_parameter")),
            (Self::OpenAi, Reason::ContextOverflow, _) => ("invalid_request_error", Some("context_length_exceeded")),
            (Self::OpenAi, Reason::TokensLimited, _) => ("tokens", Some("rate_limit_exceeded")),
            (Self::OpenAi, _, 401) => ("invalid_request_error", Some("invalid_api_key")),
            (Self::OpenAi, _, 429) => ("requests", Some("rate_limit_exceeded")),
            (Self::OpenAi, _, 503) => ("service_unavailable_error", Some("server_is_overloaded")),
            (Self::OpenAi, _, 408 | 500..) => ("server_error", None),
            (_, _, _) => ("invalid_request_error", None),
        }
    }
}
