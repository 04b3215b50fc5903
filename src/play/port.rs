//! What a face can ask of the game. The outer ring wraps it to observe each call.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::game::{Setup, Turn};
use crate::id::{SessionId, Team, TraceId};
use crate::llm::{ChatReply, Component};

use super::error::PlayError;

/// Who takes the storyteller's words as they come.
pub type Words<'a> = dyn for<'d> FnMut(&'d str) + Send + 'a;

/// The game, as its faces see it.
#[async_trait]
pub trait Play: Send + Sync {
    /// The shared table, at which everyone plays who names no session; created when it is first asked for.
    ///
    /// # Errors
    /// [`PlayError::Model`] when the model could not word the setup; the next call tries again.
    async fn shared(&self) -> Result<Arc<Game>, PlayError>;

    /// Creates a game of one's own, with a setup that the model words anew: three calls, for which `team` pays.
    ///
    /// # Errors
    /// [`PlayError::Model`] when a setup call failed, [`PlayError::Store`] when there is no room for another game.
    async fn create(&self, team: &Team) -> Result<Arc<Game>, PlayError>;

    /// Sees to it that there is a game `session`: one that does not exist yet opens like the shared table, without a call.
    ///
    /// # Errors
    /// [`PlayError::Store`] when there is no room for another game; those of [`Play::shared`].
    async fn join(&self, session: SessionId) -> Result<Joined, PlayError>;

    /// The game as it stands.
    ///
    /// # Errors
    /// [`PlayError::UnknownSession`].
    async fn game(&self, session: SessionId) -> Result<Arc<Game>, PlayError>;

    /// Plays one turn. The storyteller's words go to `deltas` as they come. The turn is in the game's history when this
    /// returns, and only then; a failed or cancelled turn leaves no trace there.
    ///
    /// # Errors
    /// [`PlayError`].
    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError>;

    /// What it takes to play the last turn again.
    ///
    /// # Errors
    /// [`PlayError::NothingToUndo`] when there is none.
    async fn again(&self, session: SessionId) -> Result<Again, PlayError>;

    /// Takes the last turn back.
    ///
    /// # Errors
    /// [`PlayError::NothingToUndo`] when there is none, [`PlayError::Busy`].
    async fn undo(&self, session: SessionId) -> Result<Undone, PlayError>;

    /// Says that a person left the game; the game itself stays.
    async fn leave(&self, session: SessionId);
}

/// Which game was joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// One that was just created.
    New,
    /// One that had been there before.
    Known,
}

/// A player's turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnInput {
    /// At which table.
    pub session: SessionId,
    /// What the player typed, not yet checked.
    pub text: String,
    /// 0 for a new message; counts up when the same message is tried again, and makes the answer another.
    pub attempt: u32,
    /// The revision of the game at which its last turn is to be replaced by this one: the model does not see that turn, which
    /// stays in the history unless this one is answered.
    pub replaces: Option<u64>,
    /// Whether a person hears the pieces of the answer as they come.
    pub heard: bool,
    /// Who pays for it.
    pub team: Team,
    /// How long to wait while somebody else plays at the same table; at the shared one nobody has to.
    pub wait: Duration,
}

/// The last turn, to be played again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// What the player said.
    pub text: String,
    /// The approach that came beside it; in scenarios.
    pub approach: Option<String>,
    /// The turn's number.
    pub number: u64,
    /// The revision of the game: what a turn that replaces this one says.
    pub revision: u64,
    /// Which attempt it will be: 1 when there is one answer so far.
    pub attempt: u32,
}

/// A turn that was played and kept.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnOutcome {
    /// Who answered: the storyteller's name.
    pub speaker: String,
    /// The turn as it stands in the history.
    pub turn: Turn,
    /// Which part of the game asked the model.
    pub component: Component,
    /// What the model said of its answer: usage, cost, timing, model.
    pub reply: ChatReply,
    /// The trace under which the turn was recorded; filled in by whoever observes it.
    pub trace_id: Option<TraceId>,
}

/// A turn that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The turn that is gone.
    pub turn: Turn,
}

/// A game as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    /// Its name.
    pub session: SessionId,
    /// The campaign's name.
    pub campaign: String,
    /// The player's name.
    pub protagonist: String,
    /// The storyteller's name.
    pub storyteller: String,
    /// The sentence that ends each of the storyteller's turns.
    pub turn_sentence: String,
    /// How it opened.
    pub setup: Setup,
    /// The turns that are kept, oldest first; the first number is above 1 when older ones were let go.
    pub turns: Vec<Arc<Turn>>,
}
