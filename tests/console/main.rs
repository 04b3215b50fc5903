//! The console's routes on a real trace store that was filled over OTLP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../traces/stage.rs"]
#[expect(dead_code, reason = "not all of it is used by every test program")]
mod stage;

mod agreement;
mod answers;
mod desk;
mod live;
mod pages;
mod queries;
mod runs;
mod threads;
