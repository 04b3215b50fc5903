//! Why a turn was not played.

use crate::game::MessageError;
use crate::id::SessionId;
use crate::llm::ModelError;
use crate::prompt::PromptError;
use crate::store::StoreError;

/// Why the game could not do what was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlayError {
    /// The player's text cannot be played.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// There is no such game.
    #[error("there is no session {0}; create one with POST /games")]
    UnknownSession(SessionId),
    /// Another turn of the same game was kept in the meantime.
    #[error("another turn of this session was played at the same time; look at its answer, then try again")]
    Conflict,
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
            Self::Conflict => "conflict",
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
            StoreError::Conflict => Self::Conflict,
            other => Self::Store(other),
        }
    }
}

impl From<PromptError> for PlayError {
    fn from(error: PromptError) -> Self {
        Self::Prompt(error.to_string())
    }
}
