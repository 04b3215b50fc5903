//! What goes wrong, before a vendor's words for it are known.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::llm::{ErrorKind, ModelError};

use super::vendor::Vendor;

/// Why a request gets no answer.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) reason: Reason,
    pub(super) message: String,
    /// The field of the request that is wrong.
    pub(super) param: Option<String>,
}

/// Reasons that a vendor tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Invalid,
    NotFound,
    Method,
    TooSlow,
    TooLarge,
    RateLimited,
    Internal,
    Overloaded,
}

impl Refusal {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), param: None }
    }

    /// The field `param` is wrong: it `should` be otherwise.
    pub(super) fn field(param: impl Into<String>, should: &str) -> Self {
        let param = param.into();
        Self { reason: Reason::Invalid, message: format!("{param}: {should}"), param: Some(param) }
    }
}

impl Reason {
    pub(super) fn status(self, vendor: Vendor) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overloaded if vendor == Vendor::Anthropic => {
                StatusCode::from_u16(529).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
            }
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<ModelError> for Refusal {
    fn from(error: ModelError) -> Self {
        let reason = match error.kind {
            ErrorKind::InvalidRequest | ErrorKind::ContextOverflow => Reason::Invalid,
            ErrorKind::RateLimited | ErrorKind::QuotaExceeded => Reason::RateLimited,
            ErrorKind::Unavailable => Reason::Overloaded,
            _ => Reason::Internal,
        };
        Self::new(reason, error.message)
    }
}

impl IntoResponse for Refusal {
    /// The body follows in `edge`, which knows the vendor.
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
