//! Zeroth: a Dungeons & Dragons game whose every thought you can watch.
//!
//! The modules stand in reading order. Each may use those above it, never those below; `tests/architecture.rs` keeps it
//! so.

// 1: time, chance, names, tasks and files as parameters, and files that are databases.
pub mod clock;
pub mod id;
pub mod task;
pub mod content;
pub mod sqlite;
// 2: the rules.
pub mod game;
// 3: language models.
pub mod llm;
// 4: words for models, what was played, and what was told of it.
pub mod prompt;
pub mod store;
pub mod traces;
// 5: what was told, made into what it comes to; one turn in order.
pub mod insight;
pub mod play;
// 6: the outer ring, and the faces.
pub mod observe;
pub mod http;
pub mod repl;
pub mod wire;
// 7: what the user decided, and how a server begins and ends.
pub mod config;
pub mod lifecycle;
// 8: everything put together.
pub mod app;
// 9: the command line.
pub mod cli;
