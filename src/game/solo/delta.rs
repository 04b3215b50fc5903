//! What a storyteller may change of the state, key by key, and why the rest is refused.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::rules::{Affliction, Afflictions, Condition, Difficulty};
use super::super::world::{Disposition, Npc, Quest, QuestStatus};
use super::state::State;

/// The most changes that one reply may ask for.
const MOST_CHANGES: usize = 40;
/// How deep a change may be nested.
const DEEPEST: usize = 6;

/// A change that was refused; the rest of the reply counts all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedDelta {
    /// The dotted key, shortened.
    pub key: String,
    /// Why.
    pub reason: Reason,
}

impl fmt::Display for RejectedDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.reason)
    }
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No such key.
    #[error("no such key")]
    UnknownKey,
    /// Hit points, numbers of the character, identity and history are the engine's.
    #[error("the engine decides this")]
    Protected,
    /// Not a text, or not a list of texts.
    #[error("the value has the wrong type")]
    WrongType,
    /// Nothing in it.
    #[error("the value is empty")]
    Empty,
    /// Longer than the state allows.
    #[error("the value is too long")]
    TooLong,
    /// Not one of the values that there are, or somebody who is not there.
    #[error("no such value")]
    NotAllowed,
    /// The state has no room for another one.
    #[error("there is no room for more")]
    Full,
    /// One reply asked for too many changes.
    #[error("too many changes at once")]
    TooMany,
}

impl Reason {
    /// The name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::Protected => "protected",
            Self::WrongType => "wrong_type",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::NotAllowed => "not_allowed",
            Self::Full => "full",
            Self::TooMany => "too_many",
        }
    }
}

/// Applies what can be applied. Keys are dotted (`location.name`) or nested objects; quests and people are found by
/// id, name or place, or begin to exist.
pub(super) fn apply(state: &mut State, delta: &Map<String, Value>) -> Vec<RejectedDelta> {
    let mut changes = Vec::new();
    for (key, value) in delta {
        flatten(key.clone(), value, 0, &mut changes);
    }
    let mut rejected = Vec::new();
    let beyond = changes.len().saturating_sub(MOST_CHANGES);
    for (key, value) in changes.iter().take(MOST_CHANGES) {
        if let Err(reason) = change(state, key, value) {
            rejected.push(RejectedDelta { key: short(key), reason });
        }
    }
    if beyond > 0 {
        rejected.push(RejectedDelta { key: format!("{beyond} more"), reason: Reason::TooMany });
    }
    rejected
}

fn flatten<'a>(key: String, value: &'a Value, depth: usize, changes: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(fields) if depth < DEEPEST && !fields.is_empty() => {
            for (name, value) in fields {
                flatten(format!("{key}.{name}"), value, depth + 1, changes);
            }
        }
        // A whole list of quests or people: each is found by what it is called.
        Value::Array(items) if (key == "quests" || key == "npcs") && items.iter().all(Value::is_object) => {
            for item in items {
                let name = item.get("id").or_else(|| item.get("name")).and_then(Value::as_str).unwrap_or_default();
                flatten(format!("{key}.{name}"), item, depth + 1, changes);
            }
        }
        _ => changes.push((key, value)),
    }
}

fn change(state: &mut State, key: &str, value: &Value) -> Result<(), Reason> {
    if let Some(rest) = key.strip_prefix("quests.") {
        return change_quest(&mut state.quests, rest, value);
    }
    if let Some(rest) = key.strip_prefix("npcs.") {
        return change_npc(&mut state.npcs, rest, value);
    }
    match key {
        "location.name" => state.location.name = text(value, State::NAME_BYTES)?,
        "location.description" => state.location.description = text(value, State::DESCRIPTION_BYTES)?,
        "player.inventory" => {
            let items = texts(value)?;
            if items.len() > State::MOST_ITEMS {
                return Err(Reason::Full);
            }
            state.player.inventory = items;
        }
        "player.inventory.add" => take(&mut state.player.inventory, texts(value)?)?,
        "player.inventory.remove" => {
            let gone = texts(value)?;
            if !gone.iter().all(|item| state.player.inventory.contains(item)) {
                return Err(Reason::NotAllowed);
            }
            state.player.inventory.retain(|item| !gone.contains(item));
        }
        "player.conditions" => state.player.conditions = conditions(&state.player.conditions, value)?,
        _ if is_protected(key) => return Err(Reason::Protected),
        _ => return Err(Reason::UnknownKey),
    }
    Ok(())
}

fn is_protected(key: &str) -> bool {
    let first = key.split('.').next().unwrap_or_default();
    let owned = ["player", "session_id", "turn_number", "turn_history", "meta_history", "scenario", "hp", "max_hp"];
    owned.contains(&first)
}

fn take(inventory: &mut Vec<String>, items: Vec<String>) -> Result<(), Reason> {
    let new: Vec<String> = items.into_iter().filter(|item| !inventory.contains(item)).collect();
    if inventory.len() + new.len() > State::MOST_ITEMS {
        return Err(Reason::Full);
    }
    inventory.extend(new);
    Ok(())
}

/// Only what a story can do to somebody outside of a fight; one that stays keeps its difficulty.
fn conditions(known: &Afflictions, value: &Value) -> Result<Afflictions, Reason> {
    let mut afflictions = Afflictions::default();
    for name in texts(value)? {
        let condition: Condition = name.parse().map_err(|_| Reason::NotAllowed)?;
        if condition.forbids_actions() {
            return Err(Reason::NotAllowed);
        }
        let before = known.iter().find(|affliction| affliction.condition == condition);
        afflictions.add(before.unwrap_or(Affliction { condition, dc: Difficulty::Moderate.dc() }));
    }
    Ok(afflictions)
}

fn change_quest(quests: &mut Vec<Quest>, rest: &str, value: &Value) -> Result<(), Reason> {
    let (id, field) = rest.rsplit_once('.').ok_or(Reason::UnknownKey)?;
    let edit: Box<dyn FnOnce(&mut Quest)> = match field {
        "id" if value.as_str() == Some(id) => Box::new(|_| {}),
        "id" => return Err(Reason::Protected),
        "title" => {
            let new = text(value, State::NAME_BYTES)?;
            Box::new(|quest| quest.title = new)
        }
        "description" => {
            let new = text(value, State::DESCRIPTION_BYTES)?;
            Box::new(|quest| quest.description = new)
        }
        "status" => {
            let new: QuestStatus = text(value, State::NAME_BYTES)?.parse().map_err(|_| Reason::NotAllowed)?;
            Box::new(move |quest| quest.status = new)
        }
        _ => return Err(Reason::UnknownKey),
    };
    let quest = find(
        quests,
        id,
        State::MOST_QUESTS,
        |quest| &quest.id,
        |id| Quest { title: id.clone(), id, status: QuestStatus::Active, description: String::new() },
    )?;
    edit(quest);
    Ok(())
}

fn change_npc(npcs: &mut Vec<Npc>, rest: &str, value: &Value) -> Result<(), Reason> {
    let (name, field) = rest.rsplit_once('.').ok_or(Reason::UnknownKey)?;
    let edit: Box<dyn FnOnce(&mut Npc)> = match field {
        "name" if value.as_str() == Some(name) => Box::new(|_| {}),
        "name" => {
            let new = text(value, State::NAME_BYTES)?;
            if npcs.iter().any(|npc| npc.name == new) {
                return Err(Reason::NotAllowed);
            }
            Box::new(|npc| npc.name = new)
        }
        "description" => {
            let new = text(value, State::DESCRIPTION_BYTES)?;
            Box::new(|npc| npc.description = new)
        }
        "disposition" => {
            let new: Disposition = text(value, State::NAME_BYTES)?.parse().map_err(|_| Reason::NotAllowed)?;
            Box::new(move |npc| npc.disposition = new)
        }
        _ => return Err(Reason::UnknownKey),
    };
    let npc = find(
        npcs,
        name,
        State::MOST_NPCS,
        |npc| &npc.name,
        |name| Npc { name, description: String::new(), disposition: Disposition::Neutral },
    )?;
    edit(npc);
    Ok(())
}

/// The one that is called so, or stands at that place, or else a new one.
fn find<'a, T>(
    items: &'a mut Vec<T>,
    called: &str,
    most: usize,
    name: impl Fn(&T) -> &str,
    make: impl FnOnce(String) -> T,
) -> Result<&'a mut T, Reason> {
    let place = items.iter().position(|item| name(item) == called);
    let place = match (place, called.parse::<usize>()) {
        (Some(place), _) => place,
        (None, Ok(place)) if place < items.len() => place,
        (None, Ok(_)) => return Err(Reason::NotAllowed),
        (None, Err(_)) if items.len() >= most => return Err(Reason::Full),
        (None, Err(_)) => {
            items.push(make(clean(called, State::NAME_BYTES)?));
            items.len() - 1
        }
    };
    items.get_mut(place).ok_or(Reason::NotAllowed)
}

fn text(value: &Value, limit: usize) -> Result<String, Reason> {
    clean(value.as_str().ok_or(Reason::WrongType)?, limit)
}

/// A text, or each text of a list.
fn texts(value: &Value) -> Result<Vec<String>, Reason> {
    match value {
        Value::String(_) => Ok(vec![text(value, State::NAME_BYTES)?]),
        Value::Array(items) => items.iter().map(|item| text(item, State::NAME_BYTES)).collect(),
        _ => Err(Reason::WrongType),
    }
}

fn clean(text: &str, limit: usize) -> Result<String, Reason> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let text = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match text.len() {
        0 => Err(Reason::Empty),
        length if length > limit => Err(Reason::TooLong),
        _ => Ok(text),
    }
}

fn short(key: &str) -> String {
    key.chars().filter(|c| !c.is_control()).take(80).collect()
}
