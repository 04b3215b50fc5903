//! One call of an LLM application, normalised: the same fields whichever dialect told it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::content::Content;
use super::operation::{Dialect, Operation};
use super::tokens::Tokens;

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
