//! What is kept beside the words of a turn: how it counts, what was rolled, what changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::game::journal::{DiceRoll, Entry, Question};
use crate::game::rules::Seeded;
use crate::id::RunId;
use crate::store::{KeptTurn, Mark, StoreError};

use super::adventure::Nature;

/// The state of a game and the dice that go with it, so that what is taken back and played again falls the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Position<S> {
    pub(super) state: S,
    pub(super) dice: Seeded,
}

/// What is kept of something that was played, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) nature: Nature,
    /// By the game's own count.
    #[serde(default)]
    pub(super) turn_number: u64,
    /// The approach that came beside the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) approach: Option<String>,
    /// The call that judged the player's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) judged_by: Option<RunId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) dice_rolls: Vec<DiceRoll>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) state_delta: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) log: Vec<String>,
}

impl Record {
    /// Something that was said and changed nothing.
    pub(super) const fn of(nature: Nature) -> Self {
        Self {
            nature,
            turn_number: 0,
            approach: None,
            judged_by: None,
            dice_rolls: Vec::new(),
            state_delta: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    /// As a store keeps it.
    ///
    /// # Errors
    /// [`StoreError::Document`] when it is no JSON.
    pub(super) fn text(&self) -> Result<Arc<str>, StoreError> {
        serde_json::to_string(self).map(Arc::from).map_err(|error| StoreError::Document(error.to_string()))
    }

    /// The record of a kept turn; one without any was a turn of the two-player game.
    pub(super) fn read(turn: &KeptTurn) -> Self {
        let read = turn.facts.as_ref().and_then(|text| serde_json::from_str(text).ok());
        read.unwrap_or(Self::of(Nature::Turn))
    }
}

/// Something that was played, with its record.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) turn: Arc<KeptTurn>,
    pub(super) mark: Mark,
    pub(super) record: Record,
}

impl Page {
    /// The journal's entry, if it was a turn that counts.
    pub(super) fn entry(&self) -> Option<Entry> {
        let counts = self.mark == Mark::Kept && self.record.nature == Nature::Turn;
        counts.then(|| Entry {
            turn_number: self.record.turn_number,
            player_input: self.turn.turn.message.to_string(),
            dice_rolls: self.record.dice_rolls.clone(),
            narrative: self.turn.turn.response.clone(),
            state_delta: self.record.state_delta.clone(),
        })
    }

    /// The question, if it was one.
    pub(super) fn question(&self) -> Option<Question> {
        let asked = self.mark == Mark::Aside && self.record.nature == Nature::Question;
        asked
            .then(|| Question { question: self.turn.turn.message.to_string(), answer: self.turn.turn.response.clone() })
    }

    /// What was said and told, unless it was taken back.
    pub(super) fn exchange(&self) -> Option<(String, String)> {
        let stands = matches!(self.mark, Mark::Kept | Mark::Aside);
        stands.then(|| (self.turn.turn.message.to_string(), self.turn.turn.response.clone()))
    }
}
