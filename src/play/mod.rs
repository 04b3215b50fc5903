//! One turn in order: the port [`Play`] that every face calls, and the [`Engine`] that does it.

mod author;
mod engine;
mod error;
mod port;
#[cfg(test)]
mod tests;

pub use author::{Author, ModelAuthor};
pub use engine::{Campaigns, Config, Engine, Parts};
pub use error::PlayError;
pub use port::{Game, Joined, Play, TurnInput, TurnOutcome, Undone, Words};
