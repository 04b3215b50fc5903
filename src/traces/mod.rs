//! The trace store: what LLM applications tell about themselves, understood whatever words they use for it.

// One view of every call.
mod call;
mod operation;
mod tokens;
mod content;
mod price;

// The words of others, read into that view.
mod dialect;

pub use call::{Call, Cost, CostSource, Evaluation, Failure, Parameters, PromptName, ToolUse};
pub use content::{Content, Document, Message, Part, Tool};
pub use dialect::{LogCall, LogEvent, SpanContextInfo, SpanRef, read_context, read_log, read_span};
pub use operation::{Dialect, Operation};
pub use price::price;
pub use tokens::Tokens;
