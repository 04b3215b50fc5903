//! The game over HTTP: JSON in, JSON out, and the answer as it is worded to whoever asks for `text/event-stream`.
//!
//! A request passes `edge` (trace id, problems, panics, other sites) and, if it is for a turn, `admission`, then a handler: `play` for a turn, `games` for what
//! is at a table, `health` for whoever runs the program, `docs` for whoever reads. What goes wrong becomes a `Problem` in
//! `error`, which alone chooses statuses, and is worded in `problem`. All routes are named in `server`, once, for the
//! router and for the OpenAPI document.

mod server;
mod edge;
mod play;
mod stream;
mod team;
mod games;
mod session;
mod body;
mod admission;
mod health;
mod docs;
mod error;
mod problem;

pub use error::{KINDS, Kind};
pub use health::{Probe, ProbeReport};
pub use server::{Config, Services, bind, router, serve};
