//! The port: what every model can do, and the values that go in and come out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::id::{RunId, Team};

use super::error::ModelError;
use super::fault::Fault;
use super::price::Cost;
use super::schema::Schema;
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// Which protocol it is asked in; absent for a model inside this process.
    pub api: Option<Api>,
    /// How hard it is told to think, in the words that are sent.
    pub reasoning: Option<String>,
}

impl Descriptor {
    /// A model inside this process, which takes every parameter.
    pub fn new(provider: impl Into<String>, model: impl Into<String>) -> Self {
        Self { provider: provider.into(), model: model.into(), ..Self::default() }
    }
}

/// The protocols that our adapters speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Anthropic's Messages.
    Messages,
    /// OpenAI's Chat Completions.
    ChatCompletions,
}

/// Which sampling parameters of a request reach a model; the others are left out before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// [`ChatRequest::temperature`].
    pub temperature: bool,
    /// [`ChatRequest::seed`].
    pub seed: bool,
}

impl Default for Takes {
    /// All of them.
    fn default() -> Self {
        Self { temperature: true, seed: true }
    }
}

/// Who takes the pieces of an answer as they come.
pub type Deltas<'a> = dyn for<'d> FnMut(Delta<'d>) + Send + 'a;

/// What there is to hear while an answer is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Delta<'a> {
    /// A piece of the answer, which the player may see.
    Text(&'a str),
    /// What happens to the call; also when the answer is not streamed.
    Note(Note<'a>),
}

impl<'a> Delta<'a> {
    /// The piece of the answer, if it is one.
    pub const fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Note(_) => None,
        }
    }
}

/// What happens to a call before it ends: facts for whoever observes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Note<'a> {
    /// An attempt begins: from here on, somebody may send a bill.
    Attempt {
        /// Who is asked.
        model: &'a Descriptor,
    },
    /// Tokens of the attempt under way, as far as the provider has told them; a later note replaces an earlier one.
    Usage {
        /// The tokens so far.
        usage: Usage,
        /// What they cost; filled in by [`Priced`](super::Priced).
        cost: Option<Cost>,
    },
    /// An attempt failed; after a wait, the same model is asked again.
    Retry {
        /// Which model.
        model: &'a Descriptor,
        /// How many attempts have failed so far, at least one.
        failed: u32,
        /// How the last of them failed.
        error: &'a ModelError,
        /// How long until the next one.
        wait: Duration,
    },
    /// Another model is asked in place of one that does not answer.
    Fallback {
        /// The one that does not.
        from: &'a Descriptor,
        /// The one that is asked now.
        to: &'a Descriptor,
        /// Why; none when the first was not even asked, since it has failed too often lately.
        error: Option<&'a ModelError>,
    },
    /// A fault was put in on purpose.
    Fault {
        /// In front of which model.
        model: &'a Descriptor,
        /// Which fault.
        fault: Fault,
    },
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
    /// Whether a person hears them. If nobody does, a call that breaks off half-way may be begun anew.
    pub heard: bool,
    /// The form of the answer, when it is wanted as JSON. It may still come in another one: models err, and some know
    /// no forms.
    pub schema: Option<Arc<Schema>>,
    /// Who pays, if it is anyone in particular: see [`Budgeted`](super::Budgeted).
    pub team: Team,
    /// How many attempts at this call came before; counted by [`Retried`](super::Retried).
    pub resend_count: u32,
    /// The call's own name, if it has one, and the calls that it follows from.
    pub lineage: Lineage,
}

/// Where a call stands among the calls of a turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Its own name.
    pub run: Option<RunId>,
    /// The calls whose answers led to this one.
    pub parents: Vec<RunId>,
}

impl ChatRequest {
    /// A request that is not streamed and leaves everything else to the model.
    pub fn new(
        component: Component,
        system: impl Into<String>,
        messages: Vec<Message>,
        max_output_tokens: u32,
    ) -> Self {
        Self {
            component,
            prompt: None,
            conversation: None,
            system: system.into(),
            messages,
            temperature: None,
            max_output_tokens,
            seed: None,
            stream: false,
            heard: true,
            schema: None,
            team: Team::default(),
            resend_count: 0,
            lineage: Lineage::default(),
        }
    }
}

/// A part of the game that calls models: a low-cardinality name for metrics, prices and overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Component {
    /// Writes the descriptions and the quest when a game is created.
    GameSetup,
    /// The storyteller's answer to a turn of the two-player game.
    Dialogue,
    /// Says whether a player asks something or does something.
    Classifier,
    /// The game master's answer to a player's question.
    GmQa,
    /// The storyteller of a solo game.
    StorytellerSingle,
    /// The storyteller of a scenario.
    StorytellerScenario,
}

impl Component {
    /// Every component.
    pub const ALL: [Self; 6] = [
        Self::GameSetup,
        Self::Dialogue,
        Self::Classifier,
        Self::GmQa,
        Self::StorytellerSingle,
        Self::StorytellerScenario,
    ];

    /// The name in telemetry and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GameSetup => "game_setup",
            Self::Dialogue => "dialogue",
            Self::Classifier => "classifier",
            Self::GmQa => "gm_qa",
            Self::StorytellerSingle => "storyteller_single",
            Self::StorytellerScenario => "storyteller_scenario",
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
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// True when no real model answered.
    pub simulated: bool,
    /// Tokens, when the provider says.
    pub usage: Option<Usage>,
    /// What it cost, when both usage and price are known; filled in by [`Priced`](super::Priced).
    pub cost: Option<Cost>,
    /// How long it took; filled in by [`Metered`](super::Metered).
    pub timing: Timing,
    /// OpenAI's: the tier of service that answered.
    pub service_tier: Option<String>,
    /// OpenAI's: the configuration of the servers that answered.
    pub system_fingerprint: Option<String>,
}

impl ChatReply {
    /// The complete answer `text` of the model that is described.
    pub fn new(text: impl Into<String>, by: &Descriptor) -> Self {
        Self {
            text: text.into(),
            provider: by.provider.clone(),
            model: by.model.clone(),
            simulated: by.simulated,
            ..Self::default()
        }
    }
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FinishReason {
    /// The answer is complete.
    #[default]
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
