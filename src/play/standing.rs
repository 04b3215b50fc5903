//! A game for one player as it stands.

use std::sync::Arc;

use serde::Serialize;

use crate::game::character::Player;
use crate::game::journal::{Entry, Question};
use crate::game::scenario::{self, Outcome, Pack, Progress};
use crate::game::solo::{self, Opening};
use crate::game::world::Shown;
use crate::id::SessionId;

/// A game as it stands, with the last things that were played in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Its name.
    pub session: SessionId,
    /// The name of the scenario or solo game.
    pub name: String,
    /// The number of the last turn that was kept. Choices have numbers too, so it may be above the game's own count.
    pub number: u64,
    /// The state, by the rules of its kind.
    pub world: World,
    /// The last turns, oldest first.
    pub turns: Vec<Entry>,
    /// The last questions, oldest first.
    pub questions: Vec<Question>,
}

/// The state of a game and what it is played by.
#[derive(Debug, Clone, PartialEq)]
pub enum World {
    /// A solo game.
    Solo {
        /// How it stands.
        state: Box<solo::State>,
        /// How it began.
        opening: Arc<Opening>,
    },
    /// A scenario.
    Scenario {
        /// How it stands.
        state: Box<scenario::State>,
        /// What is played.
        pack: Arc<Pack>,
    },
}

/// The `state` of the HTTP contract, of either kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ShownWorld<'a> {
    /// Of a solo game.
    Solo(Box<Shown<'a>>),
    /// Of a scenario.
    Scenario(Box<Shown<'a, Progress<'a>>>),
}

impl Standing {
    /// What a client sees.
    pub fn shown(&self) -> ShownWorld<'_> {
        match &self.world {
            World::Solo { state, .. } => ShownWorld::Solo(Box::new(state.shown(&self.turns, &self.questions))),
            World::Scenario { state, pack } => {
                ShownWorld::Scenario(Box::new(state.shown(pack, &self.turns, &self.questions)))
            }
        }
    }
}

impl World {
    /// The character.
    pub fn player(&self) -> &Player {
        match self {
            Self::Solo { state, .. } => &state.player,
            Self::Scenario { state, .. } => &state.player,
        }
    }

    /// How many turns were played, by the game's own count.
    pub fn turn_number(&self) -> u64 {
        match self {
            Self::Solo { state, .. } => state.turn_number,
            Self::Scenario { state, .. } => state.turn_number,
        }
    }

    /// What a person reads over the game.
    pub fn title(&self) -> &str {
        match self {
            Self::Solo { opening, .. } => &opening.title,
            Self::Scenario { pack, .. } => &pack.title,
        }
    }

    /// What is told before anything is played.
    pub fn prologue(&self) -> &str {
        match self {
            Self::Solo { opening, .. } => &opening.description,
            Self::Scenario { pack, .. } => &pack.prologue,
        }
    }

    /// Inputs that go on from here, the obvious one first.
    pub fn suggestions(&self) -> Vec<String> {
        match self {
            Self::Solo { .. } => Vec::new(),
            Self::Scenario { state, pack } => state.suggestions(pack),
        }
    }

    /// How the game ended, if it did.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Solo { .. } => None,
            Self::Scenario { state, .. } => state.outcome,
        }
    }
}
