//! A solo game between two turns.

use serde::{Deserialize, Serialize};

use crate::id::SessionId;

use super::super::character::Player;
use super::super::journal::{Entry, Question};
use super::super::world::{Location, Npc, Quest, Shown};
use super::opening::Opening;

/// What the game knows, besides what was said: small, however long it lasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The game.
    pub session_id: SessionId,
    /// How many turns were played.
    pub turn_number: u64,
    /// The character.
    pub player: Player,
    /// Where it is.
    pub location: Location,
    /// What is to be done, at most [`State::MOST_QUESTS`].
    pub quests: Vec<Quest>,
    /// Who is there, at most [`State::MOST_NPCS`].
    pub npcs: Vec<Npc>,
}

impl State {
    /// The most quests at a time.
    pub const MOST_QUESTS: usize = 6;
    /// The most people at a time.
    pub const MOST_NPCS: usize = 10;
    /// The most things carried at a time.
    pub const MOST_ITEMS: usize = 20;
    /// The longest name, in bytes.
    pub const NAME_BYTES: usize = 80;
    /// The longest description, in bytes.
    pub const DESCRIPTION_BYTES: usize = 300;

    /// A game before its first turn.
    pub fn new(session_id: SessionId, opening: &Opening, player: Player) -> Self {
        Self {
            session_id,
            turn_number: 0,
            player,
            location: opening.location.clone(),
            quests: opening.quests.clone(),
            npcs: opening.npcs.clone(),
        }
    }

    /// What a client sees, together with what was said.
    pub fn shown<'a>(&'a self, turn_history: &'a [Entry], meta_history: &'a [Question]) -> Shown<'a> {
        Shown {
            session_id: self.session_id,
            turn_number: self.turn_number,
            player: self.player.sheet(),
            location: self.location.clone(),
            quests: self.quests.clone(),
            npcs: self.npcs.clone(),
            turn_history,
            meta_history,
            scenario: (),
        }
    }
}
