//! The rules of the game, as pure functions on values: no time, no chance but what is passed in, no models.

mod campaign;
mod dialogue;
mod reading;
pub mod rules;
pub mod character;
pub mod journal;
pub mod world;
pub mod solo;
pub mod scenario;

pub use campaign::{Campaign, Character, Problem, Scenery, Topic};
pub use dialogue::{Line, Message, MessageError, Setup, Speaker, Turn, window};
