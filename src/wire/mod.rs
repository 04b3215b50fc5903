//! The simulator for other programs: a model behind the wire formats of Anthropic and OpenAI, on a port of its own.
//!
//! A request passes `edge` (its id, its vendor's headers, what went wrong), then a handler: `anthropic` or `openai` for
//! an answer, `models` for the list. `conversation` reads what both write alike, `call` turns the model's answer into a
//! stream, `events` sends it. What goes wrong becomes a `Refusal`, which `vendor` words. Any model's name is fine, and so
//! is any key, or none.

mod server;
mod edge;
mod vendor;
mod anthropic;
mod openai;
mod models;
mod body;
mod conversation;
mod call;
mod events;
mod refusal;

pub use server::{Config, Services, router};
