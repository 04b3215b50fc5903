//! Zeroth: a Dungeons & Dragons game whose every thought you can watch.

pub mod clock;
pub mod content;
pub mod game;
pub mod http;
pub mod id;
pub mod llm;
pub mod observe;
pub mod play;
pub mod prompt;
pub mod repl;
pub mod store;
pub mod task;
