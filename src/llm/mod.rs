//! Language models: the port [`Model`], the adapters that speak to one, and the models that wrap models.

// The port.
mod model;
mod schema;
mod embed;
mod usage;
mod error;
mod price;
mod tokens;
mod chance;

// Models around models, from the outside in.
mod route;
mod meter;
mod budget;
mod fallback;
mod retry;
mod limit;
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
mod reach;
pub mod sse;
mod transport;

#[cfg(test)]
mod fixture;

pub(crate) use chance::{digest, mix};

pub use anthropic::{Anthropic, AnthropicConfig};
pub use budget::{Account, Amount, Booking, Budgeted, Budgets, Ceiling, Ledger, Owner, Scope};
pub use embed::{EmbedReply, EmbedRequest, Embedder};
pub use endpoint::{ConfigError, provider_of};
pub use error::{ErrorKind, ModelError};
pub use fallback::{BreakerConfig, Fallback, Member};
pub use limit::{CallLimits, Door, Limited};
pub use meter::{Metered, Priced, PricedEmbedder};
pub use model::{
    Api, ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, FinishReason, Lineage, Message, Model, Note,
    PromptRef, Role, Takes, Timing,
};
pub use openai::{OpenAi, OpenAiConfig, OpenAiEmbedder};
pub use price::{Cost, Price, PriceList, PriceStep};
pub use reach::{Reach, Reached};
pub use retry::{Retried, RetryPolicy};
pub use route::ByComponent;
pub use schema::Schema;
pub use timeout::{TimedOut, Timeouts};
pub use tokens::{count, count_request, pieces};
pub use transport::{
    HttpTransport, Incoming, Outgoing, Read, Transport, TransportConfig, TransportError, TransportFault,
};
pub use usage::Usage;
