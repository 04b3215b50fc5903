//! One turn in order: the port [`Play`] that every face calls, and the [`Engine`] that does it.

mod port;
// mod engine;
mod error;

// pub use engine::{Config, Engine, Parts};
pub use error::PlayError;
pub use port::{Game, NewGame, Play, TurnInput, TurnOutcome, Undone};
