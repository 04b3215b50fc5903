//! Why a store refused, and why it could not do its work.

use crate::id::SessionId;

/// Why a store refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no session of this name.
    #[error("there is no session {0}")]
    Unknown(SessionId),
    /// There is a session of this name already.
    #[error("there is a session {0} already")]
    Exists(SessionId),
    /// Someone else changed the session in the meantime.
    #[error("the session was changed in the meantime")]
    Conflict,
    /// No room for another session.
    #[error(
        "{limit} games are kept, and none has been idle for long enough to make way; raise ZEROTH_MAX_SESSIONS or lower \
         ZEROTH_SESSION_IDLE"
    )]
    Full {
        /// How many sessions there may be.
        limit: usize,
    },
    /// The turn has more bytes than a store takes.
    #[error("the turn has {bytes} bytes with everything that belongs to it; at most {limit} are kept")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A session's document is not what it should be.
    #[error("the session's document cannot be read: {0}")]
    Document(String),
    /// The store cannot do its work now. What it acknowledged before is safe; what was asked for has not happened, unless the
    /// connection broke while it did.
    #[error("the games cannot be reached now: {0}; turns that were answered are kept")]
    Unavailable(Outage),
}

/// What keeps a store from working.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// Another program holds the lock, or too many requests wait.
    #[error("the database is locked or too busy")]
    Busy,
    /// There is no room on the disk, or the store may not become larger.
    #[error("the disk is full, or ZEROTH_STORE_MAX_MB is reached")]
    DiskFull,
    /// The database may not be written.
    #[error("the database is read-only")]
    ReadOnly,
    /// The server does not answer, or the file cannot be read.
    #[error("the database does not answer")]
    Unreachable,
    /// What is stored makes no sense.
    #[error("the database is damaged")]
    Damaged,
    /// The database refused for a reason that is none of these.
    #[error("the database refused")]
    Refused,
}

impl StoreError {
    /// The value of `error.type`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "unknown_session",
            Self::Exists(_) => "session_exists",
            Self::Conflict => "conflict",
            Self::Full { .. } => "store_full",
            Self::TooLarge { .. } => "turn_too_large",
            Self::Document(_) => "bad_document",
            Self::Unavailable(outage) => outage.kind(),
        }
    }
}

impl Outage {
    /// The value of `error.type`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Busy => "store_busy",
            Self::DiskFull => "disk_full",
            Self::ReadOnly => "store_read_only",
            Self::Unreachable => "store_unreachable",
            Self::Damaged => "store_damaged",
            Self::Refused => "store_refused",
        }
    }
}

/// A store that cannot be opened. The sentence says where it is, what is wrong and what to do; it holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(pub String);
