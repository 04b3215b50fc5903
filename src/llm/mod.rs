//! Language models: the port [`Model`], the adapters that speak to one, and the models that wrap models.

mod error;
mod model;
mod price;
mod usage;
// mod timeout;
// mod meter;
mod transport;
// mod sse;
// mod anthropic;
// mod openai;
pub mod sim;
mod tokens;

// pub use anthropic::{Anthropic, AnthropicConfig};
pub use error::{ErrorKind, ModelError};
// pub use meter::Metered;
pub use model::{
    ChatReply, ChatRequest, Component, Delta, Descriptor, FinishReason, Message, Model, PromptRef, Role, Timing,
};
// pub use openai::{OpenAi, OpenAiConfig};
pub use price::Cost;
// pub use timeout::{TimedOut, Timeouts};
pub use tokens::{count, count_request, pieces};
pub use transport::{Incoming, Outgoing, Transport, TransportConfig, TransportError, TransportFault};
pub use usage::Usage;
