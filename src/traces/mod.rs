//! The trace store: what LLM applications tell about themselves, understood whatever words they use for it, kept in one file
//! and ready to be looked at.
//!
//! `door` lets messages in, `otlp` reads them, `rows` works out what they come to, `writer` (one thread) commits it with its sums, `upkeep` indexes
//! and prunes in the background, and `read` answers.

// One view of every call.
mod call;
mod operation;
mod tokens;
mod content;
mod price;

// The words of others, read into that view.
mod dialect;

// What comes in.
mod batch;
mod config;
mod error;
mod otlp;
mod line;
mod shift;
mod histogram;
mod json;
mod subject;
mod rows;

// How it is kept, and what is answered.
mod lock;
mod mark;
mod open;
mod blocks;
mod write;
mod room;
mod writer;
mod reader;
mod upkeep;
mod store;
mod door;
mod read;
mod health;

pub use batch::{Batch, Full, Receipt};
pub use call::{Call, Cost, CostSource, Evaluation, Failure, Parameters, PromptName, ToolUse};
pub use config::{Config, Intake, Place};
pub use content::{Content, Document, Message, Part, Tool};
pub use dialect::{LogCall, LogEvent, SpanContextInfo, SpanRef, read_context, read_log, read_span};
pub use door::{Arrival, Packet, Packing, Refusal};
pub use error::{OpenError, ReadError};
pub use health::Health;
pub use histogram::Histogram;
pub use line::{Item, read_line};
pub use operation::{Dialect, Operation};
pub use otlp::{
    Encoding, Malformed, Signal, acknowledge, read, read_receipt, read_refusal, refuse, retry_later, unzip,
};
pub use price::price;
pub use read::*;
pub use room::Room;
pub use shift::{Extent, Shift};
pub use store::Traces;
pub use tokens::Tokens;
