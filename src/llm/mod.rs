//! Language models: the port [`Model`], the adapters that speak to one, and the models that wrap models.

mod error;
mod model;
mod price;
mod usage;

mod meter;
mod timeout;

mod anthropic;
mod openai;
// pub mod sim;

mod draft;
mod endpoint;
mod exchange;
mod failure;
mod sse;
mod transport;

#[cfg(test)]
mod fixture;

pub use anthropic::{Anthropic, AnthropicConfig};
pub use endpoint::ConfigError;
pub use error::{ErrorKind, ModelError};
pub use meter::Metered;
pub use model::{
    ChatReply, ChatRequest, Component, Delta, Descriptor, FinishReason, Message, Model, PromptRef, Role, Timing,
};
pub use openai::{OpenAi, OpenAiConfig};
pub use price::{Cost, Price, PriceList, PriceStep};
pub use timeout::{TimedOut, Timeouts};
pub use transport::{HttpTransport, Incoming, Outgoing, Transport, TransportConfig, TransportError, TransportFault};
pub use usage::Usage;
