//! The port: what every model can do, and the values that go in and come out.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::error::ModelError;
use super::price::Cost;
use super::usage::Usage;

/// A language model, or something that wraps one.
///
/// A call begins and ends inside [`Model::chat`]; dropping the future cancels the call. Wrappers see each piece of the
/// answer pass by and so can measure, count or stop it.
#[async_trait]
pub trait Model: Send + Sync {
    /// Which model this is, as far as it is known before a call.
    fn descriptor(&self) -> &Descriptor;

    /// Answers `request`. While the answer is made, its pieces go to `deltas` in order (not at all when
    /// [`ChatRequest::stream`] is off); their concatenation is the text of the reply.
    ///
    /// # Errors
    /// [`ModelError`]; its [`ErrorKind`](super::ErrorKind) says what kind of failure it was. An answer that was cut
    /// off is an error, never a reply.
    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError>;
}

/// Which model answers, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// The provider's name as the GenAI conventions spell it: `anthropic`, `openai`, or a name of our own.
    pub provider: String,
    /// The model's name as it is sent in the request.
    pub model: String,
    /// Host and port of the API; absent for a model inside this process.
    pub server: Option<(String, u16)>,
    /// True when no real model answers: its costs are simulated.
    pub simulated: bool,
    /// Which sampling parameters of a request reach the model.
    pub takes: Takes,
}

/// Which sampling parameters of a request reach a model; the others are left out before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// [`ChatRequest::temperature`].
    pub temperature: bool,
    /// [`ChatRequest::seed`].
    pub seed: bool,
}

impl Takes {
    /// All of them.
    pub const ALL: Self = Self { temperature: true, seed: true };
}

/// Who takes the pieces of an answer as they come.
pub type Deltas<'a> = dyn for<'d> FnMut(Delta<'d>) + Send + 'a;

/// One piece of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delta<'a> {
    /// Text that the player may see.
    Text(&'a str),
}

/// A request for one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The part of the game that asks.
    pub component: Component,
    /// The template from which the messages were made.
    pub prompt: Option<PromptRef>,
    /// The session for which it is asked, if there is one.
    pub conversation: Option<String>,
    /// The instructions: stable from turn to turn, so that providers can cache them.
    pub system: String,
    /// The conversation so far, oldest first; ends with a [`Role::User`] message.
    pub messages: Vec<Message>,
    /// Sampling temperature, 0 to 2; adapters leave it out where the model rejects it.
    pub temperature: Option<f64>,
    /// The most tokens that the answer may have.
    pub max_output_tokens: u32,
    /// Distinguishes repeated attempts at the same conversation; also the sampling seed where a provider takes one.
    pub seed: Option<u64>,
    /// Whether the pieces of the answer are wanted as they come.
    pub stream: bool,
}

/// A part of the game that calls models: a low-cardinality name for metrics, prices and overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Component {
    /// Writes the descriptions and the quest when a game is created.
    GameSetup,
    /// The storyteller's answer to a turn of the two-player game.
    Dialogue,
}

impl Component {
    /// The name in telemetry and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GameSetup => "game_setup",
            Self::Dialogue => "dialogue",
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Name and version of a prompt template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptRef {
    /// The template's name.
    pub name: String,
    /// The template's version.
    pub version: String,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// Who speaks in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person, or the game on behalf of a person.
    User,
    /// The model.
    Assistant,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatReply {
    /// The text, never empty.
    pub text: String,
    /// Why the model stopped.
    pub finish: FinishReason,
    /// The provider's id of this answer.
    pub id: Option<String>,
    /// The provider that answered; differs from the wrapper's descriptor after a fallback.
    pub provider: String,
    /// The model that answered, as the provider names it.
    pub model: String,
    /// Tokens, when the provider says.
    pub usage: Option<Usage>,
    /// What it cost, when both usage and price are known; filled in by [`Metered`](super::Metered).
    pub cost: Option<Cost>,
    /// How long it took; filled in by [`Metered`](super::Metered).
    pub timing: Timing,
}

/// How long a call took, seen from its caller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// From the start of the call to the first text; absent when the answer was not streamed.
    pub first_token: Option<Duration>,
    /// From the start of the call to its end.
    pub total: Duration,
}

/// Why a model stopped, in the words of the GenAI conventions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinishReason {
    /// The answer is complete.
    Stop,
    /// The answer reached [`ChatRequest::max_output_tokens`].
    Length,
    /// Anything else, in the provider's words.
    Other(String),
}

impl FinishReason {
    /// The value of `gen_ai.response.finish_reasons`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Other(reason) => reason,
        }
    }
}
