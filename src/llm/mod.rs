//! Language models: the port [`Model`], the adapters that speak to one, and the models that wrap models.

// The port.
mod model;
mod embed;
mod usage;
mod error;
mod price;
mod tokens;
mod chance;

// Models around models.
mod meter;
mod timeout;
pub mod fault;

// Adapters.
pub mod sim;
mod anthropic;
mod openai;

// What the adapters share.
mod exchange;
mod draft;
mod endpoint;
mod failure;
mod sse;
mod transport;

#[cfg(test)]
mod fixture;

pub(crate) use chance::{digest, mix};

pub use anthropic::{Anthropic, AnthropicConfig};
pub use embed::{EmbedReply, EmbedRequest, Embedder};
pub use endpoint::ConfigError;
pub use error::{ErrorKind, ModelError};
pub use meter::Metered;
pub use model::{
    Api, ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, FinishReason, Message, Model, Note, PromptRef,
    Role, Takes, Timing,
};
pub use openai::{OpenAi, OpenAiConfig};
pub use price::{Cost, Price, PriceList, PriceStep};
pub use timeout::{TimedOut, Timeouts};
pub use tokens::{count, count_request, pieces};
pub use transport::{HttpTransport, Incoming, Outgoing, Transport, TransportConfig, TransportError, TransportFault};
pub use usage::Usage;
