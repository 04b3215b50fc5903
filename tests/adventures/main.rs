//! Games for one player, through the whole program but its faces: real rules, real store, real prompts, a scripted model.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/table.rs"]
#[expect(dead_code, reason = "not all of it is used by every test program")]
mod table;
#[path = "../common/trace.rs"]
#[expect(dead_code, reason = "not all of it is used by every test program")]
mod trace;

mod cast;
mod injection;
mod questions;
mod races;
mod scenario;
mod solo;
