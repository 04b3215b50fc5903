//! What is kept beside the words of a turn: how it counts, what was rolled, what changed.

mod log;
mod roll;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::game::journal::{DiceRoll, Entry, Question};
use crate::game::rules::{Roll, Seeded};
use crate::id::RunId;
use crate::store::{KeptTurn, Outage, StoreError};

use super::adventure::Nature;

use log::{KeptLine, restored, shortened};
use roll::KeptRoll;

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
    pub(super) rolls: Vec<KeptRoll>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) state_delta: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) log: Vec<KeptLine>,
}

impl Record {
    /// Something that was said and changed nothing.
    pub(super) const fn of(nature: Nature) -> Self {
        Self {
            nature,
            turn_number: 0,
            approach: None,
            judged_by: None,
            rolls: Vec::new(),
            state_delta: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    /// With the rolls and the log that belong together.
    pub(super) fn with(mut self, rolls: &[&Roll], log: &[String]) -> Self {
        let rolls: Vec<Roll> = rolls.iter().copied().cloned().collect();
        self.log = shortened(log, &rolls);
        self.rolls = rolls.iter().map(KeptRoll::from).collect();
        self
    }

    /// Every roll, in order.
    fn rolls(&self) -> Vec<Roll> {
        self.rolls.iter().map(Roll::from).collect()
    }

    /// The mechanics log.
    pub(super) fn log(&self) -> Vec<String> {
        restored(&self.log, &self.rolls())
    }

    /// As a store keeps it.
    ///
    /// # Errors
    /// [`StoreError::Document`] when it is no JSON.
    pub(super) fn text(&self) -> Result<Arc<str>, StoreError> {
        serde_json::to_string(self).map(Arc::from).map_err(|error| StoreError::Document(error.to_string()))
    }

    /// The record of a kept turn; one without any was a turn of the two-player game.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it makes no sense.
    pub(super) fn read(turn: &KeptTurn) -> Result<Self, StoreError> {
        let Some(text) = &turn.facts else { return Ok(Self::of(Nature::Turn)) };
        serde_json::from_str(text).map_err(|_| StoreError::Unavailable(Outage::Damaged))
    }
}

/// Something that was played, with its record.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) turn: Arc<KeptTurn>,
    pub(super) record: Record,
}

impl Page {
    /// # Errors
    /// That of [`Record::read`].
    pub(super) fn read(turn: Arc<KeptTurn>) -> Result<Self, StoreError> {
        Ok(Self { record: Record::read(&turn)?, turn })
    }

    /// The turn's number; beside the turns, that of the turn before.
    pub(super) fn number(&self) -> u64 {
        self.turn.turn.number
    }

    /// The journal's entry, if it was a turn and no choice.
    pub(super) fn entry(&self) -> Option<Entry> {
        (self.record.nature == Nature::Turn).then(|| Entry {
            turn_number: self.record.turn_number,
            player_input: self.turn.turn.message.to_string(),
            dice_rolls: self.record.rolls().iter().map(DiceRoll::from).collect(),
            narrative: self.turn.turn.response.clone(),
            state_delta: self.record.state_delta.clone(),
        })
    }

    /// The question, if it was one.
    pub(super) fn question(&self) -> Option<Question> {
        (self.record.nature == Nature::Question)
            .then(|| Question { question: self.turn.turn.message.to_string(), answer: self.turn.turn.response.clone() })
    }

    /// What was said and told.
    pub(super) fn exchange(&self) -> (String, String) {
        (self.turn.turn.message.to_string(), self.turn.turn.response.clone())
    }
}

#[cfg(test)]
mod tests {
    use crate::content::Content;
    use crate::game::scenario::{Command, Fact, Pace, play, start};
    use crate::id::SessionId;
    use crate::prompt;

    use super::*;

    #[test]
    fn what_is_kept_of_a_turn_tells_all_of_it() {
        let pack = prompt::scenario(&Content::default(), "silent-relay").unwrap();
        let mut kept = 0;
        for seed in 0..40 {
            let mut dice = Seeded::new(seed);
            let mut state = start(&pack, SessionId::SHARED, Pace::Automatic).state;
            while let Some(order) = state.pending(&pack).suggestions().last().cloned() {
                let step = play(&pack, &state, &Command::read(&order, None), &mut dice);
                let rolls: Vec<&Roll> = step.facts.iter().flat_map(Fact::rolls).collect();
                let record = Record::of(Nature::Turn).with(&rolls, &step.log());
                let read: Record = serde_json::from_str(&record.text().unwrap()).unwrap();
                assert_eq!(read.rolls(), rolls.iter().copied().cloned().collect::<Vec<_>>());
                assert_eq!(read.log(), step.log());
                kept += rolls.len();
                state = step.state;
            }
        }
        assert!(kept > 400, "{kept}");
    }
}
