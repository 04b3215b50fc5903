//! The HTTP face: the real router in process, and real connections where it matters what they do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/scripted.rs"]
mod scripted;

mod admission;
mod app;
mod bad_input;
mod connections;
mod documentation;
mod failures;
mod operations;
mod sessions;
mod story;
mod streams;
mod turns;
