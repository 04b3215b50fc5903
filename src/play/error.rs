//! Why a turn was not played.

use crate::game::MessageError;
use crate::game::scenario::Ruling;
use crate::id::SessionId;
use crate::llm::ModelError;
use crate::prompt::PromptError;
use crate::store::{Kind, StoreError};

/// Why the game could not do what was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlayError {
    /// The player's text cannot be played.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// There is no such game.
    #[error("there is no session {0}; POST /games, /singleplayer/start and /scenario/start create them")]
    UnknownSession(SessionId),
    /// The game is of another kind.
    #[error("session {0} is a {1} game; play it {place}", place = place(*.1))]
    OtherKind(SessionId, Kind),
    /// Another turn of the same game was kept in the meantime.
    #[error("another turn of this session was played at the same time{}; look at its answer, then try again", stands(.turn))]
    Conflict {
        /// The number of the last turn now, as far as it is known.
        turn: Option<u64>,
    },
    /// Another turn of the same game is being played.
    #[error("another turn of this session is being played{}; send yours again, or let it wait with Prefer: wait=30", stands(.turn))]
    Busy {
        /// The number of the last turn that was kept, as far as it is known.
        turn: Option<u64>,
    },
    /// What was ordered is not possible, and nobody could mean anything else by it.
    #[error("{0}")]
    Ruled(Ruling),
    /// There is no scenario or solo game of this name; the sentence says which there are.
    #[error("{0}")]
    UnknownContent(String),
    /// The scenario or solo game has mistakes.
    #[error("{name} cannot be played: {}", .problems.join("; "))]
    BrokenContent {
        /// Its name.
        name: String,
        /// Everything that is wrong with it.
        problems: Vec<String>,
    },
    /// Everyone plays at the shared table: it stays.
    #[error("the shared table cannot be let go; everyone plays there who names no session")]
    Shared,
    /// No turn has been played, or none is left.
    #[error("there is no turn to take back")]
    NothingToUndo,
    /// The model gave no complete answer.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The session could not be read or written.
    #[error(transparent)]
    Store(StoreError),
    /// A prompt template failed to render.
    #[error("the prompt could not be made: {0}")]
    Prompt(String),
}

impl PlayError {
    /// The error in words that hold nothing of a prompt.
    pub fn public(&self) -> String {
        match self {
            Self::Prompt(_) => "the prompt could not be made".to_owned(),
            other => other.to_string(),
        }
    }

    /// The value of `error.type`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "invalid_message",
            Self::UnknownSession(_) => "unknown_session",
            Self::OtherKind(..) => "other_kind",
            Self::Conflict { .. } => "conflict",
            Self::Busy { .. } => "busy",
            Self::Ruled(ruling) => ruling.name(),
            Self::UnknownContent(_) => "unknown_content",
            Self::BrokenContent { .. } => "broken_content",
            Self::Shared => "shared_table",
            Self::NothingToUndo => "nothing_to_undo",
            Self::Model(error) => error.kind.as_str(),
            Self::Store(error) => error.kind(),
            Self::Prompt(_) => "prompt",
        }
    }
}

impl From<StoreError> for PlayError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unknown(id) => Self::UnknownSession(id),
            StoreError::Conflict => Self::Conflict { turn: None },
            other => Self::Store(other),
        }
    }
}

impl From<PromptError> for PlayError {
    fn from(error: PromptError) -> Self {
        Self::Prompt(error.to_string())
    }
}

fn stands(turn: &Option<u64>) -> String {
    turn.map_or_else(String::new, |turn| format!(", after turn {turn}"))
}

/// Where games of this kind are played.
const fn place(kind: Kind) -> &'static str {
    match kind {
        Kind::Dialogue => "with POST /play",
        Kind::Solo => "with POST /singleplayer/play",
        Kind::Scenario => "with POST /scenario/play",
    }
}
