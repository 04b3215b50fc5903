//! What was done, and in whose words it was told.

use serde::{Deserialize, Serialize};

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
