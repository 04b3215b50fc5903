//! The HTTP face: the real router in process, and real connections where it matters what they do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/script.rs"]
mod script;
#[path = "../common/scripted.rs"]
mod scripted;
#[path = "../common/scripted_adventure.rs"]
mod scripted_adventure;
#[path = "../common/table.rs"]
#[expect(dead_code, reason = "not all of it is used by every test program")]
mod table;
#[path = "../common/trace.rs"]
#[expect(dead_code, reason = "not all of it is used by every test program")]
mod trace;

mod admission;
mod again;
mod app;
mod archive;
mod bad_input;
mod connections;
mod documentation;
mod failures;
mod guard;
mod operations;
mod scenario;
mod sessions;
mod shape;
mod solo;
mod story;
mod streams;
mod turns;
mod waiting;
mod whole;
