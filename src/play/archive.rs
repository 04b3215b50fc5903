//! What a face can ask about games of every kind: which there are, what was played, and to let one go.

use std::time::SystemTime;

use async_trait::async_trait;

use crate::id::SessionId;
use crate::store::{Kind, Mark, Page, Summary};

use super::adventure::Nature;
use super::error::PlayError;

/// The games that are kept.
#[async_trait]
pub trait Archive: Send + Sync {
    /// What kind of game the session is.
    ///
    /// # Errors
    /// [`PlayError::UnknownSession`].
    async fn kind(&self, session: SessionId) -> Result<Kind, PlayError>;

    /// A page of the list, the last played first.
    ///
    /// # Errors
    /// [`PlayError::Store`].
    async fn list(&self, page: Page) -> Result<Vec<Summary>, PlayError>;

    /// What was played, its last `limit` lines.
    ///
    /// # Errors
    /// [`PlayError::UnknownSession`].
    async fn transcript(&self, session: SessionId, limit: usize) -> Result<Transcript, PlayError>;

    /// Lets the game go, with everything that was played in it.
    ///
    /// # Errors
    /// [`PlayError::UnknownSession`], [`PlayError::Busy`] while a turn is played in it, and [`PlayError::Shared`] for the
    /// shared table, which stays.
    async fn delete(&self, session: SessionId) -> Result<(), PlayError>;
}

/// What was played in a game.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// The game.
    pub summary: Summary,
    /// What was played, oldest first; also what does not count.
    pub lines: Vec<TranscriptLine>,
}

/// One thing that was played.
#[derive(Debug, Clone, PartialEq)]
pub struct TranscriptLine {
    /// The number of the turn; beside the turns, the number of the turn before.
    pub number: u64,
    /// What the player said.
    pub input: String,
    /// What was told.
    pub narrative: String,
    /// The mechanics.
    pub log: Vec<String>,
    /// When it was kept.
    pub at: SystemTime,
    /// What became of it.
    pub mark: Mark,
    /// What kind of thing it was.
    pub nature: Nature,
}
