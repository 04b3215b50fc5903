//! What goes wrong, before a vendor's words for it are known.

use std::time::Duration;

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
    /// When to come again.
    pub(super) wait: Option<Duration>,
}

/// Reasons that a vendor tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Invalid,
    /// A parameter that this model does not take.
    Unsupported,
    ContextOverflow,
    Unauthorized,
    NotFound,
    Method,
    TooSlow,
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// Too many tokens.
    TokensLimited,
    Internal,
    Unavailable,
    TimedOut,
    Overloaded,
    Status(u16),
}

impl Refusal {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), param: None, wait: None }
    }

    /// The field `param` is wrong: it `should` be otherwise.
    pub(super) fn field(param: impl Into<String>, should: &str) -> Self {
        let param = param.into();
        Self { message: format!("{param}: {should}"), ..Self::about(param, Reason::Invalid, "") }
    }

    /// Something is wrong with the field `param`.
    pub(super) fn about(param: impl Into<String>, reason: Reason, message: impl Into<String>) -> Self {
        Self { param: Some(param.into()), ..Self::new(reason, message) }
    }
}

impl Reason {
    pub(super) fn status(self, vendor: Vendor) -> StatusCode {
        let number = match self {
            Self::Invalid | Self::Unsupported | Self::ContextOverflow => 400,
            Self::Unauthorized => 401,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::TooSlow => 408,
            Self::TooLarge => 413,
            Self::RateLimited | Self::TokensLimited => 429,
            Self::Internal => 500,
            Self::Overloaded if vendor == Vendor::Anthropic => 529,
            Self::Unavailable | Self::Overloaded => 503,
            Self::TimedOut => 504,
            Self::Status(number) => number,
        };
        StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<ModelError> for Refusal {
    fn from(error: ModelError) -> Self {
        let reason = match error.kind {
            ErrorKind::InvalidRequest => Reason::Invalid,
            ErrorKind::ContextOverflow => Reason::ContextOverflow,
            ErrorKind::RateLimited | ErrorKind::QuotaExceeded => Reason::RateLimited,
            ErrorKind::Unavailable => Reason::Overloaded,
            _ => Reason::Internal,
        };
        Self { wait: error.retry_after, ..Self::new(reason, error.message) }
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
