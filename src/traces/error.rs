//! What can go wrong with what is kept.

use rusqlite::ErrorCode;

use crate::sqlite::Fault;

use super::open::TRACES;

/// The file cannot be used. Nothing was written to it; says why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OpenError {
    pub(super) message: String,
    pub(super) shown_at: Option<String>,
}

impl OpenError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), shown_at: None }
    }

    /// Where another program of this user shows what it keeps in the file, when that is why it cannot be used.
    pub fn shown_at(&self) -> Option<&str> {
        self.shown_at.as_deref()
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It took too long.
    #[error("the query took too long; narrow the time range or the filters")]
    TooSlow,
    /// Too many ask.
    #[error("too many queries are waiting; try again")]
    Busy,
    /// There is no such thing, or no more.
    #[error("there is no such {0}, or no more")]
    Unknown(&'static str),
    /// What was asked makes no sense.
    #[error("{0}")]
    Query(&'static str),
    /// There is no room to write it.
    #[error("the trace store {0}")]
    Full(String),
    /// The file cannot be read.
    #[error("the trace store cannot be read: {0}")]
    Unavailable(String),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) {
            return Self::TooSlow;
        }
        match Fault::of(&error) {
            Fault::Busy => Self::Busy,
            Fault::DiskFull => Self::Full(TRACES.explain(&error)),
            _ => Self::Unavailable(TRACES.explain(&error)),
        }
    }
}

impl From<rusqlite::types::FromSqlError> for ReadError {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
