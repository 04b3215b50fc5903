//! What came of the last roll of a solo game: told first in the next turn, and not without consequence.

use serde_json::{Value, json};

use super::super::heard::Heard;
use super::capital;
use super::cards::pick;
use super::improvised::{ARRIVED, RESULTS};
use super::intent;
use super::wager::{destination, moved, pair, reached};

/// A roll whose result nobody has acted on yet.
pub(super) struct Aftermath {
    /// Which of the visible turns it belongs to.
    pub(super) turn: usize,
    /// Whether somebody has asked a question since and been told.
    pub(super) heard_of: bool,
    pub(super) worked: bool,
    skill: String,
}

/// What it costs, or gains.
#[derive(Default)]
pub(super) struct Consequence {
    pub(super) changes: Vec<Value>,
    pub(super) rolls: Vec<Value>,
}

impl Aftermath {
    /// The roll of the last turn that was no question.
    pub(super) fn of(view: &Value) -> Option<Self> {
        let turns = view["turns"].as_array()?;
        let rolls = |turn: &Value| -> Vec<String> {
            let rolls = turn["rolls"].as_array().into_iter().flatten();
            rolls.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let asks = |turn: &Value| {
            rolls(turn).is_empty() && intent::word(turn["input"].as_str().unwrap_or_default()) == "question"
        };
        let at = turns.iter().rposition(|turn| !asks(turn))?;
        // "Security (security): d20 4 + 2 proficiency = 6 against 13: failure", but no save against a condition.
        let check = rolls(&turns[at])
            .into_iter()
            .find(|roll| roll.contains(" against ") && !roll.contains(" save against "))?;
        let (head, sum) = check.split_once(": ")?;
        let skill = head.rsplit_once('(').map_or(head, |(_, skill)| skill).trim_end_matches(')').to_lowercase();
        Some(Self { turn: at, heard_of: at + 1 < turns.len(), worked: sum.contains(": success"), skill })
    }

    /// How it ended, in a sentence or two.
    pub(super) fn told(&self, deed: &Heard<'_>, drawn: u64) -> Vec<String> {
        let result = RESULTS.iter().find(|result| result.skill == self.skill).or(RESULTS.last());
        let deck = result.map_or(&[][..], |result| if self.worked { result.worked } else { result.failed });
        let thing = deed.thing.as_deref().unwrap_or("it");
        let result = capital(&pick(deck, drawn).replace("{thing}", thing));
        let place = destination(deed).filter(|_| self.worked);
        let arrival = place.map(|place| pick(ARRIVED, drawn >> 9).replace("{place}", &reached(&place)));
        std::iter::once(result).chain(arrival).collect()
    }

    /// Where the player is because of it, as the view says that.
    pub(super) fn location(&self, deed: &Heard<'_>, drawn: u64) -> Option<Value> {
        let place = destination(deed).filter(|_| self.worked)?;
        let changes = moved(&place, drawn);
        Some(changes.iter().map(|change| change["value"].clone()).collect())
    }

    /// What changes because of it.
    pub(super) fn consequence(&self, deed: &Heard<'_>, view: &Value, drawn: u64) -> Consequence {
        if self.worked {
            let mut changes = destination(deed).map(|place| moved(&place, drawn)).unwrap_or_default();
            let friend = npc(deed, view).filter(|(_, now)| self.skill == "command" && *now != "friendly");
            changes.extend(friend.map(|(name, _)| pair(&format!("npcs.{name}.disposition"), json!("friendly"))));
            return Consequence { changes, rolls: Vec::new() };
        }
        match self.skill.as_str() {
            "athletics" | "security" if hit_points(view) > 4 => {
                let price = json!({"roll": "d4", "skill": "the failed attempt", "dc": null, "modifier": null});
                Consequence { rolls: vec![price], ..Consequence::default() }
            }
            "engineering" => {
                Consequence { changes: marked(view, "Something in here is broken now."), ..Consequence::default() }
            }
            "stealth" => {
                Consequence { changes: marked(view, "Somebody knows that you are here."), ..Consequence::default() }
            }
            "command" => {
                let colder = npc(deed, view).and_then(|(name, now)| Some((name, colder(now)?)));
                let change = colder.map(|(name, than)| pair(&format!("npcs.{name}.disposition"), json!(than)));
                Consequence { changes: change.into_iter().collect(), ..Consequence::default() }
            }
            _ => Consequence::default(),
        }
    }
}

fn colder(now: &str) -> Option<&'static str> {
    match now {
        "friendly" => Some("neutral"),
        "neutral" => Some("hostile"),
        _ => None,
    }
}

/// The place with a mark that the failure left.
fn marked(view: &Value, mark: &str) -> Vec<Value> {
    let text = view["location"][1].as_str().unwrap_or_default();
    let long = text.contains(mark) || text.len() + mark.len() > 390;
    if long { Vec::new() } else { vec![pair("location.description", json!(format!("{text} {mark}").trim()))] }
}

/// Whom the deed was about, and how they feel.
fn npc<'v>(deed: &Heard<'_>, view: &'v Value) -> Option<(&'v str, &'v str)> {
    let thing = deed.thing.as_deref()?.to_lowercase();
    let thing = thing.strip_prefix("the ").unwrap_or(&thing);
    let people = view["npcs"].as_array().into_iter().flatten();
    let mut people = people.filter_map(|npc| Some((npc["name"].as_str()?, npc["disposition"].as_str()?)));
    people.find(|(name, _)| !name.contains('.') && name.to_lowercase().contains(thing))
}

fn hit_points(view: &Value) -> i32 {
    let player = view["player"].as_str().unwrap_or_default();
    let left = player.split_once("HP ").and_then(|(_, rest)| rest.split(' ').next());
    left.and_then(|hp| hp.parse().ok()).unwrap_or(0)
}
