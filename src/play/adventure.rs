//! What a face can ask of the games for one player: solo games and scenarios. The outer ring wraps it to observe each call.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::game::journal::DiceRoll;
use crate::game::scenario::{self, Pace};
use crate::game::solo;
use crate::id::{RunId, SessionId, Team, TraceId};
use crate::llm::{ChatReply, ChatRequest, Component, Descriptor, ErrorKind, ModelError};
use crate::store::Kind;

use super::error::PlayError;
use super::port::{Again, Words};
use super::standing::Standing;

/// Games for one player, by the rules: all of one kind.
#[async_trait]
pub trait Adventure: Send + Sync {
    /// Which kind.
    fn kind(&self) -> Kind;

    /// What can be played, by name.
    fn offers(&self) -> Vec<Offer>;

    /// Begins a game. No model is asked.
    ///
    /// # Errors
    /// [`PlayError::UnknownContent`], [`PlayError::BrokenContent`], and [`PlayError::Store`] when there is no room for another
    /// game.
    async fn start(&self, beginning: Beginning) -> Result<Arc<Standing>, PlayError>;

    /// The game as it stands.
    ///
    /// # Errors
    /// [`PlayError::UnknownSession`].
    async fn look(&self, session: SessionId) -> Result<Arc<Standing>, PlayError>;

    /// Does what the player orders. The storyteller's words go to `deltas` as they come; what the game itself says goes there
    /// whole. What happened is kept when this returns, and only then.
    ///
    /// # Errors
    /// [`PlayError`]; [`PlayError::Busy`] and [`PlayError::Conflict`] when somebody else plays the same game.
    async fn play(&self, order: Order, deltas: &mut Words<'_>) -> Result<Played, PlayError>;

    /// What it takes to play the last turn again.
    ///
    /// # Errors
    /// [`PlayError::NothingToUndo`] when there is none.
    async fn again(&self, session: SessionId) -> Result<Again, PlayError>;

    /// Takes the last turn back, and says what it was.
    ///
    /// # Errors
    /// [`PlayError::NothingToUndo`] when there is none, [`PlayError::Busy`].
    async fn undo(&self, session: SessionId) -> Result<(Again, Arc<Standing>), PlayError>;

    /// Ends the game and lets it go; the answer is how it stood.
    ///
    /// # Errors
    /// [`PlayError::UnknownSession`], [`PlayError::Busy`].
    async fn end(&self, session: SessionId) -> Result<Arc<Standing>, PlayError>;

    /// Says that a person left the game; the game itself stays.
    async fn leave(&self, session: SessionId);
}

/// A game that can be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is asked for by.
    pub name: String,
    /// What a person reads.
    pub title: String,
    /// What it is about; what is wrong with it, when it cannot be played.
    pub description: String,
    /// Whether it can be played.
    pub playable: bool,
}

/// What a new game is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Which, of those that are offered; the usual one of its kind when nothing is said.
    pub name: Option<String>,
    /// How fights are played; for scenarios.
    pub pace: Pace,
}

/// What a player orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// In which game.
    pub session: SessionId,
    /// What the player typed, not yet checked.
    pub text: String,
    /// The approach that the request names beside the text; for scenarios.
    pub approach: Option<String>,
    /// 0 for a new order; counts up when the same one is tried again, and makes the words of the answer others. The dice
    /// fall as before.
    pub attempt: u32,
    /// The revision of the game at which its last turn is to be replaced by this one.
    pub replaces: Option<u64>,
    /// Whether a person hears the pieces of the answer as they come.
    pub heard: bool,
    /// Who pays for it.
    pub team: Team,
    /// How long to wait while somebody else plays the same game.
    pub wait: Duration,
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// The game after it.
    pub standing: Arc<Standing>,
    /// What kind of thing it was.
    pub nature: Nature,
    /// What the player is told.
    pub narrative: String,
    /// Who worded that.
    pub teller: Teller,
    /// The mechanics: a line for each roll and each effect.
    pub log: Vec<String>,
    /// Every roll, in order.
    pub rolls: Vec<DiceRoll>,
    /// What happened, with all numbers.
    pub facts: Facts,
    /// When the rules settled it: from, to.
    pub settled: (SystemTime, SystemTime),
    /// The scene in which it happened; for scenarios.
    pub scene: Option<String>,
    /// The model calls that it took, in order; also those that failed and cost something.
    pub calls: Vec<Call>,
    /// The trace under which it was recorded; filled in by whoever observes it.
    pub trace_id: Option<TraceId>,
}

/// What kind of thing an order turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A turn: it counts.
    Turn,
    /// Something was decided, and nothing rolled: it is kept, but counts as no turn.
    Choice,
    /// Nothing happened yet: the player was told what the game waits for.
    Prompt,
    /// What was ordered is not possible: nothing happened.
    Ruling,
    /// A question was answered: nothing happened.
    Question,
}

impl Nature {
    /// The name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Choice => "choice",
            Self::Prompt => "prompt",
            Self::Ruling => "ruling",
            Self::Question => "question",
        }
    }

    /// Whether the game keeps it.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::Turn | Self::Choice)
    }
}

/// Who worded what the player is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teller {
    /// A model, with its last call.
    Model,
    /// The game itself, as it should be.
    Game,
    /// The game itself, since the storyteller failed like this.
    Stopgap(ErrorKind),
}

/// What happened, as the rules of each kind of game tell it.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    /// In a solo game.
    Solo(Vec<solo::Fact>),
    /// In a scenario.
    Scenario(Vec<scenario::Fact>),
}

/// A model call of an order that was obeyed.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Which part of the game asked.
    pub component: Component,
    /// The call's name.
    pub run: RunId,
    /// What the model said of its answer: usage, cost, timing, model. Without words when it failed.
    pub reply: ChatReply,
    /// How it failed, if it did: the order did not depend on it.
    pub error: Option<ErrorKind>,
}

impl Call {
    pub(super) fn new(request: &ChatRequest, run: RunId, reply: ChatReply) -> Self {
        Self { component: request.component, run, reply, error: None }
    }

    /// A call that failed, as far as anybody knows what it took.
    pub(super) fn failed(request: &ChatRequest, run: RunId, asked: &Descriptor, error: &ModelError) -> Self {
        let reply = ChatReply { usage: error.usage, cost: error.cost, ..ChatReply::new("", asked) };
        Self { component: request.component, run, reply, error: Some(error.kind) }
    }
}
