//! One turn of a solo game: whole or not at all.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::dialogue::Message;
use super::super::journal::{DiceRoll, Entry, changes};
use super::super::rules::{Dice, Roll};
use super::delta::{RejectedDelta, apply};
use super::state::State;
use super::trigger::{RejectedTrigger, Trigger};

/// What a storyteller answered, as its JSON says it. Only the narrative is needed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// What happens, told to the player.
    pub narrative: String,
    /// What changes, by dotted key.
    #[serde(default)]
    pub state_delta: Map<String, Value>,
    /// What is to be rolled: [`Trigger`]s, or what a model takes for them.
    #[serde(default)]
    pub dice_triggers: Vec<Value>,
}

/// A turn that was settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The game after it.
    pub state: State,
    /// What joins the journal.
    pub entry: Entry,
    /// What happened, in order.
    pub facts: Vec<Fact>,
}

/// Something that happened in a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// Dice were rolled.
    Rolled {
        /// With all numbers.
        roll: Roll,
    },
    /// The character was hurt.
    Hurt {
        /// How many hit points it cost.
        lost: i32,
        /// How many are left.
        hp: i32,
        /// How many there were when unhurt.
        max_hp: i32,
    },
    /// A roll that was asked for cannot be made.
    RejectedTrigger(RejectedTrigger),
    /// A change that was asked for cannot be.
    RejectedDelta(RejectedDelta),
}

/// Settles a turn: rolls what the reply asks for, lets damage count, applies what the reply may change.
pub fn play(state: &State, input: &Message, reply: &Reply, dice: &mut dyn Dice) -> Step {
    let mut after = state.clone();
    after.turn_number += 1;
    let mut facts = Vec::new();
    let conditions = after.player.conditions.clone();
    for (index, value) in reply.dice_triggers.iter().enumerate() {
        let read = if index < Trigger::MOST { Trigger::read(value) } else { Err("too many at once".to_owned()) };
        match read {
            Ok(trigger) => roll(&mut after, &trigger, dice, &mut facts),
            Err(reason) => facts.push(Fact::RejectedTrigger(RejectedTrigger { index, reason })),
        }
    }
    let rejected = apply(&mut after, &reply.state_delta);
    let saves = after.player.end_turn(&conditions, dice);
    facts.extend(saves.into_iter().map(|(_, roll)| Fact::Rolled { roll }));
    facts.extend(rejected.into_iter().map(Fact::RejectedDelta));
    finish(state, after, input, &reply.narrative, facts)
}

/// Settles a turn whose reply could not be read: its text is the narrative, and nothing else changes.
pub fn play_plain(state: &State, input: &Message, text: &str) -> Step {
    let after = State { turn_number: state.turn_number + 1, ..state.clone() };
    finish(state, after, input, text, Vec::new())
}

fn roll(state: &mut State, trigger: &Trigger, dice: &mut dyn Dice, facts: &mut Vec<Fact>) {
    let roll = trigger.roll(&state.player, dice);
    let damage = trigger.dc.is_none().then_some(roll.total);
    facts.push(Fact::Rolled { roll });
    if let Some(damage) = damage {
        let points = &mut state.player.hit_points;
        let lost = points.damage(damage);
        facts.push(Fact::Hurt { lost, hp: points.now(), max_hp: points.max() });
    }
}

fn finish(before: &State, after: State, input: &Message, narrative: &str, facts: Vec<Fact>) -> Step {
    let rolls = facts.iter().filter_map(|fact| if let Fact::Rolled { roll } = fact { Some(roll) } else { None });
    let entry = Entry {
        turn_number: after.turn_number,
        player_input: input.as_str().to_owned(),
        dice_rolls: rolls.map(DiceRoll::from).collect(),
        narrative: narrative.to_owned(),
        state_delta: changes(&leaves(before), &leaves(&after)),
    };
    Step { state: after, entry, facts }
}

/// The state as a client sees it, without what changes with every turn.
fn leaves(state: &State) -> Value {
    let mut shown = serde_json::to_value(state.shown(&[], &[])).unwrap_or_default();
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("turn_number");
    }
    shown
}
