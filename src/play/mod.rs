//! One turn in order: the ports that every face calls, and the engines that do it. [`Play`] is the two-player game,
//! [`Adventure`] the games for one player, [`Archive`] what is kept of them all.

mod error;
mod port;
mod adventure;
mod standing;
mod archive;
mod games;
mod config;
mod gate;
mod race;
mod again;
mod author;
mod engine;
mod record;
mod catalogue;
mod chronicle;
mod shelf;
mod solo;
mod master;
mod scenario;
#[cfg(test)]
mod tests;

pub use adventure::{Adventure, Beginning, Call, Facts, Nature, Offer, Order, Played, Teller};
pub use archive::{Archive, Transcript, TranscriptLine};
pub use author::{Author, ModelAuthor};
pub use catalogue::Catalogue;
pub use chronicle::Chronicle;
pub use config::{AdventureConfig, Config};
pub use engine::{Campaigns, Engine, Parts};
pub use error::PlayError;
pub use games::Games;
pub use gate::Gate;
pub use master::{Classified, Master, ModelMaster, Occasion, Stage};
pub use port::{Again, Game, Joined, Play, TurnInput, TurnOutcome, Undone, Words};
pub use scenario::ScenarioEngine;
pub use shelf::Shelf;
pub use solo::SoloEngine;
pub use standing::{ShownWorld, Standing, World};
