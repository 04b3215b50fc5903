//! The simulator for other programs: a model behind the wire formats of Anthropic and OpenAI, on a port of its own.
//!
//! A request passes `edge` (its id, its record, its vendor's headers, what went wrong) and the `gate` (its key, its body,
//! the faults it meets), then a handler: `anthropic` or `openai` for an answer, `embeddings`, or `models` for the list.
//! The first two turn it into an `Order`; `order` counts it, asks the limits and the cache, and has it answered in one
//! piece or, by `events`, while the answer is made. How a vendor puts it is its `Teller`. What goes wrong becomes a
//! `Refusal`, which `vendor` words. Any model's name is fine, and so is any key, or none.

mod server;
// What all pass.
mod edge;
mod gate;
mod auth;
mod faults;
mod disguise;
mod vendor;
mod refusal;
// The handlers.
mod anthropic;
mod openai;
mod responses;
mod embeddings;
mod models;
mod admin;
// What is asked.
mod body;
mod conversation;
mod tools;
mod stops;
mod names;
// How it is answered.
mod order;
mod call;
mod chorus;
mod events;
// What is kept.
mod limits;
mod cache;
mod prompt;
mod journal;
mod metrics;

pub use server::{Config, Content, Services, router};
