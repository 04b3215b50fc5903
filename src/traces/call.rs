//! One call of an LLM application, normalised: the same fields whichever dialect told it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::content::Content;

/// What was asked for, by the names that dialects agree on: `temperature`, `max_tokens`, `top_p`, `seed`, …
pub type Parameters = BTreeMap<String, serde_json::Value>;

/// A model call, or what stands around model calls: an agent, a tool, a retrieval. What a dialect does not tell is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Call {
    /// What was done.
    pub operation: Operation,
    /// In whose words it was told.
    pub dialect: Dialect,
    /// Who provides the model, as the GenAI conventions spell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_model: Option<String>,
    /// The model that answered; where nobody said, the one that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The agent that acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Which part of the program asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The conversation or session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Who pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The prompt template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<PromptName>,
    /// What was asked of the model.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: Parameters,
    /// Whether the answer was streamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// What went in and came out.
    #[serde(skip_serializing_if = "Tokens::is_unknown")]
    pub tokens: Tokens,
    /// What it cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// Seconds from the request to the first piece of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_first_token: Option<f64>,
    /// Why the model stopped, one for each answer: `stop`, `length`, `tool_call`, `content_filter`, or a word of the
    /// provider's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finish: Vec<String>,
    /// The provider's name for the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_id: Option<String>,
    /// The tool that ran; only where a tool did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolUse>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The words.
    #[serde(skip_serializing_if = "Content::is_empty")]
    pub content: Content,
    /// What was thought of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evaluations: Vec<Evaluation>,
}

impl Call {
    /// Takes from `other`, which tells of the same call, what is missing.
    pub fn absorb(&mut self, other: Self) {
        fn fill<T>(slot: &mut Option<T>, other: Option<T>) {
            if slot.is_none() {
                *slot = other;
            }
        }
        fill(&mut self.provider, other.provider);
        fill(&mut self.request_model, other.request_model);
        fill(&mut self.model, other.model);
        fill(&mut self.agent, other.agent);
        fill(&mut self.component, other.component);
        fill(&mut self.conversation, other.conversation);
        fill(&mut self.user, other.user);
        fill(&mut self.team, other.team);
        fill(&mut self.prompt, other.prompt);
        fill(&mut self.stream, other.stream);
        fill(&mut self.cost, other.cost);
        fill(&mut self.time_to_first_token, other.time_to_first_token);
        fill(&mut self.response_id, other.response_id);
        fill(&mut self.tool, other.tool);
        fill(&mut self.error, other.error);
        for (name, value) in other.parameters {
            self.parameters.entry(name).or_insert(value);
        }
        if self.finish.is_empty() {
            self.finish = other.finish;
        }
        self.tokens.fill(other.tokens);
        self.content.fill(other.content);
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Operation {
    /// A conversation with a model.
    Chat,
    /// A text continued by a model.
    TextCompletion,
    /// Texts to vectors.
    Embeddings,
    /// A search for documents.
    Retrieval,
    /// Documents put in order.
    Rerank,
    /// A tool run.
    ExecuteTool,
    /// An agent at work; its tokens are the sum of its calls'.
    InvokeAgent,
    /// Several calls as one.
    InvokeWorkflow,
    /// An agent set up.
    CreateAgent,
    /// An agent that decides what to do.
    Plan,
    /// Something remembered, or looked up in what is.
    Memory,
    /// A check whether words may pass.
    Guardrail,
    /// A judgement of an answer.
    Evaluator,
    /// What a dialect calls by a name of its own.
    Other(String),
}

impl Operation {
    /// The name; the GenAI conventions' where they have one.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Chat => "chat",
            Self::TextCompletion => "text_completion",
            Self::Embeddings => "embeddings",
            Self::Retrieval => "retrieval",
            Self::Rerank => "rerank",
            Self::ExecuteTool => "execute_tool",
            Self::InvokeAgent => "invoke_agent",
            Self::InvokeWorkflow => "invoke_workflow",
            Self::CreateAgent => "create_agent",
            Self::Plan => "plan",
            Self::Memory => "memory",
            Self::Guardrail => "guardrail",
            Self::Evaluator => "evaluator",
            Self::Other(name) => name,
        }
    }

    /// Whether a model was asked: only such calls are summed up, since agents and workflows repeat what their calls used.
    pub fn asks_a_model(&self) -> bool {
        matches!(self, Self::Chat | Self::TextCompletion | Self::Embeddings | Self::Rerank)
    }
}

impl Default for Operation {
    fn default() -> Self {
        Self::Other("unknown".to_owned())
    }
}

impl From<String> for Operation {
    fn from(name: String) -> Self {
        match name.as_str() {
            "chat" | "generate_content" | "generateText" | "streamText" => Self::Chat,
            "text_completion" | "completion" => Self::TextCompletion,
            "embeddings" | "embedding" => Self::Embeddings,
            "retrieval" | "retriever" => Self::Retrieval,
            "rerank" | "reranker" => Self::Rerank,
            "execute_tool" | "tool" => Self::ExecuteTool,
            "invoke_agent" | "agent" => Self::InvokeAgent,
            "invoke_workflow" | "workflow" => Self::InvokeWorkflow,
            "create_agent" => Self::CreateAgent,
            "plan" => Self::Plan,
            "memory" => Self::Memory,
            name if name.ends_with("_memory") || name.ends_with("_memory_store") => Self::Memory,
            "guardrail" => Self::Guardrail,
            "evaluator" => Self::Evaluator,
            _ => Self::Other(name),
        }
    }
}

impl From<Operation> for String {
    fn from(operation: Operation) -> Self {
        operation.as_str().to_owned()
    }
}

/// In whose words a call was told: of those who named the operation, the first in the order of reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dialect {
    /// OpenTelemetry's GenAI conventions from 1.37 on: `gen_ai.provider.name`.
    #[default]
    #[serde(rename = "genai")]
    GenAi,
    /// The same from 1.27 to 1.36: `gen_ai.system`.
    #[serde(rename = "genai_old")]
    OldGenAi,
    /// OpenInference.
    #[serde(rename = "openinference")]
    OpenInference,
    /// Traceloop, also called OpenLLMetry.
    #[serde(rename = "traceloop")]
    Traceloop,
    /// Langfuse.
    #[serde(rename = "langfuse")]
    Langfuse,
    /// The AI SDK by Vercel.
    #[serde(rename = "vercel_ai")]
    VercelAi,
    /// Claude Code.
    #[serde(rename = "claude_code")]
    ClaudeCode,
}

/// Tokens. The totals include their parts: cached input in `input`, reasoning in `output`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tokens {
    /// All that went in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<u64>,
    /// All that came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<u64>,
    /// The part of the input that was read from the provider's cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<u64>,
    /// The part of the input that was written to the provider's cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<u64>,
    /// The part of the output that was reasoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<u64>,
}

impl Tokens {
    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The input that was read from or written to a cache.
    pub(super) fn cached(&self) -> u64 {
        self.cache_read.unwrap_or(0).saturating_add(self.cache_write.unwrap_or(0))
    }

    /// The same, from one who counts cached tokens beside the input.
    pub(super) fn with_cache_added(mut self) -> Self {
        let cached = self.cached();
        self.input = self.input.map(|input| input.saturating_add(cached));
        self
    }

    /// The same, from one who counts reasoning beside the output.
    pub(super) fn with_reasoning_added(mut self) -> Self {
        self.output = self.output.map(|output| output.saturating_add(self.reasoning.unwrap_or(0)));
        self
    }

    /// A part is not larger than the whole: where it is, the whole was counted without it.
    pub(super) fn settled(self) -> Self {
        let counted =
            if self.input.is_some_and(|input| input < self.cached()) { self.with_cache_added() } else { self };
        match (counted.output, counted.reasoning) {
            (Some(output), Some(reasoning)) if output < reasoning => counted.with_reasoning_added(),
            _ => counted,
        }
    }

    /// Takes from `other` what is not known yet.
    pub(super) fn fill(&mut self, other: Self) {
        self.input = self.input.or(other.input);
        self.output = self.output.or(other.output);
        self.cache_read = self.cache_read.or(other.cache_read);
        self.cache_write = self.cache_write.or(other.cache_write);
        self.reasoning = self.reasoning.or(other.reasoning);
    }
}

/// What a call cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// US dollars.
    pub usd: f64,
    /// Who says so.
    pub source: CostSource,
}

/// Who says what a call cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostSource {
    /// The telemetry.
    Reported,
    /// Somebody who will send no bill: a simulator.
    Simulated,
    /// We, from our price list.
    Computed,
}

/// A prompt template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptName {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A tool that ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolUse {
    /// Its name.
    pub name: String,
    /// The model's name for this use of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `function`, `extension`, `datastore`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind, of which there are few: a status code, the name of an exception, `_OTHER`.
    pub kind: String,
    /// What was said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What somebody or something thought of a call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// What was judged.
    pub name: String,
    /// The judgement as a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// The judgement in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// Who judged: `human`, `llm`, `code`, or a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotator: Option<String>,
}
