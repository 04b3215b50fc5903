//! The game over HTTP: JSON in, JSON out, and the answer as it is worded to whoever asks for `text/event-stream`.
//!
//! A request passes `guard` (names of the server, the operator's token), `edge` (trace id, problems, panics, other sites) and,
//! if it is for a turn, `admission`, then a handler:
//! `play`, `solo` and `scenario` for the three kinds of games, `again` for a turn that is taken back or tried again, `games`
//! for what is at a table, `archive` for what was played, `health` for whoever runs the program, `docs` for whoever reads,
//! `intake` for telemetry that comes in (as `reception` has it) and `console` for whoever looks at it.
//! Turns of every kind are played in `turn` and told whole or by `stream`. What goes wrong becomes a `Problem` in `error`,
//! which alone chooses statuses, and is worded in `problem`. All routes are named in `server`, once, for the router and for
//! the OpenAPI document.

mod server;
mod edge;
mod guard;
mod play;
mod solo;
mod scenario;
mod again;
mod turn;
mod stream;
mod told;
mod usage;
mod state;
mod games;
mod archive;
mod transcript;
mod session;
mod headers;
mod caller;
mod patience;
mod team;
mod body;
mod accept;
mod admission;
mod health;
mod docs;
mod intake;
mod reception;
mod grpc;
mod receiver;
mod console;
mod file;
mod error;
mod problem;

pub use console::{Console, console};
pub use error::{KINDS, Kind};
pub use guard::{Door, HostName, guarded, is_loopback};
pub use health::{Probe, ProbeReport};
pub use intake::intake;
pub use receiver::{Listeners, Receiver};
pub use server::{Config, Services, bind, router, serve};
