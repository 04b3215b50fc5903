//! Sessions: what was played is kept here, whole turns at a time.

mod memory;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;

use crate::game::{Setup, Turn};
use crate::id::SessionId;

pub use memory::{MemoryStore, MemoryStoreConfig};

/// Keeps sessions. Every method is atomic.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps a new session.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is one of that name, [`StoreError::Full`] when there is no room; for the shared table there
    /// always is.
    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError>;

    /// Whether there is room for another session at `now`. It may be gone when the session is created: this is for callers
    /// who would rather not prepare one in vain.
    ///
    /// # Errors
    /// [`StoreError::Full`] when there is none.
    async fn room(&self, now: SystemTime) -> Result<(), StoreError>;

    /// The session as it stands now.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    async fn load(&self, id: SessionId) -> Result<Arc<Session>, StoreError>;

    /// Adds a turn, or puts it in the last one's place, whole or not at all, and returns it with its number.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `expected` does not hold, [`StoreError::Unknown`].
    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<Turn>, StoreError>;

    /// Takes back the turn `number`, which must be the last.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not the last any more, [`StoreError::Unknown`].
    async fn remove_turn(&self, id: SessionId, number: u64) -> Result<Arc<Turn>, StoreError>;
}

/// A game and what was played in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// The name of the campaign that is played.
    pub campaign: String,
    /// How it opened.
    pub setup: Setup,
    /// When it was created.
    pub created: SystemTime,
    /// When it was last played.
    pub played: SystemTime,
    /// How many turns were played, including those let go.
    pub turn_number: u64,
    /// The turns that are kept, oldest first.
    pub turns: VecDeque<Arc<Turn>>,
}

/// A turn that has no number yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTurn {
    /// What the player said.
    pub message: crate::game::Message,
    /// What the storyteller answered.
    pub response: String,
    /// When.
    pub at: SystemTime,
}

/// Where a new turn goes, if the session still is as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// After any: turns of this session are independent of each other.
    Any,
    /// Only if this many turns have been played.
    After(u64),
    /// In the place of the turn of this number, only if that is the last.
    Replacing(u64),
}

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
}

impl StoreError {
    /// The value of `error.type`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "unknown_session",
            Self::Exists(_) => "session_exists",
            Self::Conflict => "conflict",
            Self::Full { .. } => "store_full",
        }
    }
}
