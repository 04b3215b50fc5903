//! One turn in order: the ports that every face calls, and the engines that do it. [`Play`] is the two-player game,
//! [`Adventure`] the games for one player, [`Archive`] what is kept of them all.

mod error;
mod port;
mod adventure;
mod standing;
mod archive;
mod gate;
mod race;
mod again;
mod author;
mod engine;
#[cfg(test)]
mod tests;

pub use adventure::{Adventure, Beginning, Call, Facts, Nature, Offer, Order, Played, Teller};
pub use archive::{Archive, Transcript, TranscriptLine};
pub use author::{Author, ModelAuthor};
pub use engine::{Campaigns, Config, Engine, Parts};
pub use error::PlayError;
pub use gate::Gate;
pub use port::{Again, Game, Joined, Play, TurnInput, TurnOutcome, Undone, Words};
pub use standing::{ShownWorld, Standing, World};
