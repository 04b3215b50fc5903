//! What can go wrong with a call: one type for all adapters.

use std::time::Duration;

use super::price::Cost;
use super::usage::Usage;

/// A call that gave no complete answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// What kind of failure it was.
    pub kind: ErrorKind,
    /// One sentence that says what happened and, where the user can do something, what. Never holds a secret, a prompt
    /// or a provider's raw answer.
    pub message: String,
    /// The HTTP status that the provider answered with, if it came to that.
    pub status: Option<u16>,
    /// How long the provider asks us to wait.
    pub retry_after: Option<Duration>,
    /// Whether the provider says that trying again makes sense: its header `x-should-retry`.
    pub should_retry: Option<bool>,
    /// Tokens that were used up all the same, when the provider said so before it failed.
    pub usage: Option<Usage>,
    /// What those tokens cost; filled in by [`Priced`](super::Priced).
    pub cost: Option<Cost>,
}

impl ModelError {
    /// A failure of `kind`, described by `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message, status: None, retry_after: None, should_retry: None, usage: None, cost: None }
    }

    /// The same failure with the provider's HTTP status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }
}

/// Kinds of failure: the low-cardinality `error.type` of telemetry and the `error_type` of HTTP answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No connection to the provider: name, address, TLS or proxy.
    Unreachable,
    /// The provider did not answer, or stopped in the middle, for too long.
    Timeout,
    /// The key is missing, wrong or not allowed to use this model.
    Unauthorized,
    /// The account's money or quota at the provider is used up.
    QuotaExceeded,
    /// A budget of our own is spent, or too little of it is left for this call.
    BudgetExceeded,
    /// Too many requests or tokens for now, as the provider says.
    RateLimited,
    /// Too many calls for now, as our own limits say; the provider was not asked.
    LimitReached,
    /// The provider is overloaded or down (5xx, 529).
    Unavailable,
    /// The provider does not know the model.
    ModelNotFound,
    /// The provider rejects the request as malformed.
    InvalidRequest,
    /// The conversation is longer than the model can read.
    ContextOverflow,
    /// The model declines to answer.
    Refused,
    /// The model answered with no text.
    Empty,
    /// The stream ended without its final event.
    Truncated,
    /// The provider's answer cannot be understood.
    BadResponse,
}

impl ErrorKind {
    /// Every kind, for documentation and tests.
    pub const ALL: [Self; 15] = [
        Self::Unreachable,
        Self::Timeout,
        Self::Unauthorized,
        Self::QuotaExceeded,
        Self::BudgetExceeded,
        Self::RateLimited,
        Self::LimitReached,
        Self::Unavailable,
        Self::ModelNotFound,
        Self::InvalidRequest,
        Self::ContextOverflow,
        Self::Refused,
        Self::Empty,
        Self::Truncated,
        Self::BadResponse,
    ];

    /// The value of `error.type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Unauthorized => "unauthorized",
            Self::QuotaExceeded => "quota_exceeded",
            Self::BudgetExceeded => "budget_exceeded",
            Self::RateLimited => "rate_limited",
            Self::LimitReached => "limit_reached",
            Self::Unavailable => "unavailable",
            Self::ModelNotFound => "model_not_found",
            Self::InvalidRequest => "invalid_request",
            Self::ContextOverflow => "context_overflow",
            Self::Refused => "refused",
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::BadResponse => "bad_response",
        }
    }
}
