//! Whose protocol a request speaks, and what that vendor says on every answer.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use serde_json::{Value, json};

use super::refusal::{Reason, Refusal};

/// A vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vendor {
    Anthropic,
    OpenAi,
}

impl Vendor {
    /// By the path where only one of them has it, else by the headers that only one of them asks for.
    pub(super) fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let headers = request.headers();
        let speaks = headers.contains_key("anthropic-version") || headers.contains_key("x-api-key");
        if path.starts_with("/v1/messages") || (speaks && !path.starts_with("/v1/chat")) {
            Self::Anthropic
        } else {
            Self::OpenAi
        }
    }

    /// An error's body.
    pub(super) fn error(self, refusal: &Refusal, request_id: &str) -> Value {
        let message = &refusal.message;
        match self {
            Self::Anthropic => {
                let error = json!({ "type": self.kind(refusal.reason).0, "message": message, "details": null });
                json!({ "type": "error", "error": error, "request_id": request_id })
            }
            Self::OpenAi => {
                let (kind, code) = self.kind(refusal.reason);
                json!({ "error": { "message": message, "type": kind, "param": refusal.param, "code": code } })
            }
        }
    }

    /// Writes `refusal` into `response`, whose other headers stay.
    pub(super) fn word(self, refusal: &Refusal, request_id: &str, mut response: Response) -> Response {
        *response.status_mut() = refusal.reason.status(self);
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
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
        match (self, reason) {
            (Self::Anthropic, Reason::NotFound) => ("not_found_error", None),
            (Self::Anthropic, Reason::TooLarge) => ("request_too_large", None),
            (Self::Anthropic, Reason::TooSlow) => ("timeout_error", None),
            (Self::Anthropic, Reason::RateLimited) => ("rate_limit_error", None),
            (Self::Anthropic, Reason::Overloaded) => ("overloaded_error", None),
            (Self::Anthropic, Reason::Internal) => ("api_error", None),
            (Self::OpenAi, Reason::RateLimited) => ("requests", Some("rate_limit_exceeded")),
            (Self::OpenAi, Reason::Overloaded) => ("service_unavailable_error", Some("server_is_overloaded")),
            (Self::OpenAi, Reason::Internal | Reason::TooSlow) => ("server_error", None),
            (_, _) => ("invalid_request_error", None),
        }
    }
}
