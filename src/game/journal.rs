//! What a single-player game leaves behind: an entry for each turn, and questions that cost none.
//!
//! The journal is not part of a game's state: the state stays small however long the game lasts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rules::{Modifier, Roll, Verdict};

/// One turn, in the shape of `turn_history[]` of the HTTP contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// 1 for the first.
    pub turn_number: u64,
    /// What the player said.
    pub player_input: String,
    /// What was rolled, in order.
    pub dice_rolls: Vec<DiceRoll>,
    /// What the storyteller told.
    pub narrative: String,
    /// The leaves of the state that this turn changed, by dotted key; null where one is gone.
    pub state_delta: BTreeMap<String, Value>,
}

/// A roll, in the shape of `dice_rolls[]` of the HTTP contract, and the sum that the player reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiceRoll {
    /// `d20`, `2d8`.
    pub roll: String,
    /// What was added, in all.
    pub modifier: i32,
    /// What the dice showed.
    pub raw_result: i32,
    /// Both together.
    pub total: i32,
    /// What it was held against.
    pub dc: Option<i32>,
    /// What came of it.
    pub outcome: Verdict,
    /// What the dice showed, again: with advantage the die that counts.
    pub natural_roll: i32,
    /// A natural 20.
    pub is_critical: bool,
    /// A natural 1.
    pub is_fumble: bool,
    /// What it was for.
    pub purpose: Cow<'static, str>,
    /// What was added, with names.
    pub modifiers: Vec<Modifier>,
    /// The whole sum as a line.
    pub text: String,
}

impl From<&Roll> for DiceRoll {
    fn from(roll: &Roll) -> Self {
        let dice = roll.dice.to_string();
        Self {
            roll: dice.strip_prefix("1d").map_or_else(|| dice.clone(), |sides| format!("d{sides}")),
            modifier: roll.modifier(),
            raw_result: roll.natural,
            total: roll.total,
            dc: roll.dc,
            outcome: roll.outcome,
            natural_roll: roll.natural,
            is_critical: roll.critical,
            is_fumble: roll.fumble,
            purpose: roll.purpose.kind().into(),
            modifiers: roll.modifiers.clone(),
            text: roll.line(),
        }
    }
}

/// A question about the game and its answer, in `meta_history[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What the player asked.
    pub question: String,
    /// What the game master answered.
    pub answer: String,
}

/// The leaves in which two values differ, by dotted key, with what they are `after`; null where one is gone. Lists of
/// plain values count as leaves.
pub(super) fn changes(before: &Value, after: &Value) -> BTreeMap<String, Value> {
    let (before, mut after) = (leaves(before), leaves(after));
    for (key, old) in before {
        match after.get(&key) {
            Some(new) if *new == old => {
                after.remove(&key);
            }
            Some(_) => {}
            None => {
                after.insert(key, Value::Null);
            }
        }
    }
    after
}

fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    gather(String::new(), value, &mut found);
    found
}

fn gather(key: String, value: &Value, found: &mut BTreeMap<String, Value>) {
    let inner = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| gather(inner(name), value, found)),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.iter().enumerate().for_each(|(index, item)| gather(inner(&index.to_string()), item, found));
        }
        leaf => {
            found.insert(key, leaf.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_changed_leaves_are_changes() {
        let before =
            json!({"hp": 12, "place": {"name": "a", "open": true}, "bag": ["x"], "npcs": [{"n": 1}, {"n": 2}]});
        let after = json!({"hp": 12, "place": {"name": "b", "open": true}, "bag": ["x", "y"], "npcs": [{"n": 1}]});
        let expected = json!({"place.name": "b", "bag": ["x", "y"], "npcs.1.n": null});
        assert_eq!(serde_json::to_value(changes(&before, &after)).unwrap(), expected);
        assert_eq!(changes(&after, &after), BTreeMap::new());
    }
}
